"""Tests in processes of their own, on the database and the files of the test."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The tests' database, for other processes; what they are to see must be committed."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    place = f"{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    return f"postgres://{database['USER']}:{database['PASSWORD']}@{place}"


def environment_for(folder: Path) -> dict[str, str]:
    """What a process needs to work on this test's database and on the files in DATA_DIR.

    `folder` is that of the uploaded files, which DATA_DIR holds.
    """
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "fittrackee_site.settings",
        "SECRET_KEY": "only-for-this-process-" * 3,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(folder.parent),
        "DEBUG": "true",  # pages without collected static files
        # Nobody listens there: no test asks a real tile server.
        "TILE_SERVER_URL": "http://127.0.0.1:9/{z}/{x}/{y}.png",
    }


def run_process(folder: Path, module: str, *arguments: str) -> int:
    """Run a module to its end; the exit status."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=environment_for(folder), cwd=settings.BASE_DIR).returncode


def start_process(folder: Path, module: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a module that says “ready” and then answers lines."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=environment_for(folder),
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
