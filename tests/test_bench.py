"""Every benchmark starts as the program that `make bench` runs, without settings of others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import PARTS


@pytest.mark.parametrize("part", [*PARTS, "soak"])
def test_a_benchmark_starts_by_itself(part):
    environment = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
    done = subprocess.run(
        [sys.executable, "-c", f"import bench.{part}"],
        cwd=Path(__file__).resolve().parent.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
