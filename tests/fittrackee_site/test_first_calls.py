"""What is made at the first call is made once, however many call first."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oauth_apps.test_races import database_for_processes

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    "path",
    [
        "/api/schema",
        "/api/docs",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource",
        "/login",
    ],
)
def test_the_first_eight_callers_of_a_new_process_are_all_answered(
    path, transactional_db, tmp_path, settings
):
    environment = os.environ | {
        "DATABASE_URL": database_for_processes(tmp_path),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
        "DEBUG": "true",
    }
    result = subprocess.run(
        [sys.executable, "-m", "tests.fittrackee_site.first_calls", path],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [200] * 8
