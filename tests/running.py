"""A whole site in processes of its own: what `manage.py serve` starts, and what can befall it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent
# Generous: the machine may be busy with other things.
PATIENCE_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
    """Come back as soon as `condition` holds; AssertionError when it never does."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"still not so: {condition}"
        time.sleep(0.1)


def children_of(pid: int) -> dict[int, str]:
    """The running children of a process, each with its command line."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
            words = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found[int(path.name)] = words
    return found


class RunningSite:
    """`manage.py serve` on a port of its own."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self.log = log

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(self.url + path, timeout=PATIENCE_S, **options)

    def status(self, path: str) -> int:
        """The status of an answer; 0 when nobody answers."""
        try:
            return self.get(path).status_code
        except requests.ConnectionError:
            return 0

    def part(self, word: str) -> int:
        """The process of the part that has `word` in its command; 0 when it is not there."""
        pids = [pid for pid, words in children_of(self.process.pid).items() if word in words]
        return pids[0] if pids else 0

    @property
    def worker(self) -> int:
        return self.part("run_jobs")

    @property
    def web(self) -> int:
        return self.part("granian")


@contextmanager
def run_site(folder: Path, **environment: str) -> Iterator[RunningSite]:
    """A site that keeps its data in `folder`, until the block ends."""
    port = free_port()
    log = folder / "site.log"
    values = os.environ | {
        "SECRET_KEY": "only-for-this-site-" * 3,
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": "",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "DEBUG": "false",
        "EMAIL_URL": "console:",
        "TILE_SERVER_URL": "http://127.0.0.1:9/{z}/{x}/{y}.png",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=values | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    site = RunningSite(process, values["SITE_URL"], log)
    try:
        wait_until(lambda: process.poll() is not None or site.status("/about") == 200)
        assert process.poll() is None, log.read_text()
        wait_until(lambda: site.worker)
        yield site
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)
