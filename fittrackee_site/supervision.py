"""The parts of the running site: the web server, without which there is none, and the others.

A part that ends is started again, after pauses that grow while it keeps ending. Only the end of
the web server, or a signal, ends the site.
"""

import logging
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)

CHECK_EVERY_S = 0.2
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
# Longer than a start takes: what lived so long was well, and its next end is a new story.
WELL_AFTER_S = 10.0
# Time for what is under way: the web server gives its answers 30 s, a turn of a job takes less.
GRACE_S = 40.0


@dataclass
class Pauses:
    """The pauses between tries: each twice the last, the first again after ten good seconds."""

    began_at: float = field(default_factory=time.monotonic)
    next_s: float = FIRST_PAUSE_S

    def begin(self) -> None:
        """Another try begins."""
        self.began_at = time.monotonic()

    def take(self) -> float:
        """The try has failed: the seconds until the next one."""
        if time.monotonic() - self.began_at >= WELL_AFTER_S:
            self.next_s = FIRST_PAUSE_S
        pause_s, self.next_s = self.next_s, min(2 * self.next_s, LONGEST_PAUSE_S)
        return pause_s


@dataclass
class Part:
    """A process of the site, and when it is started again."""

    name: str
    command: list[str]
    folder: Path
    pauses: Pauses = field(default_factory=Pauses)
    process: subprocess.Popen[bytes] | None = None
    due_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own: a Ctrl-C is for the site, which passes it on once."""
        self.pauses.begin()
        command = [*dying_with_parent(), *self.command]
        self.process = subprocess.Popen(command, cwd=self.folder, start_new_session=True)

    def status(self) -> int | None:
        """Its exit status; None while it runs, or waits to be started again."""
        return self.process.poll() if self.process else None

    def look_after(self) -> None:
        """Start it again when it has ended and its pause is over."""
        if (status := self.status()) is not None:
            pause_s = self.pauses.take()
            logger.warning("The %s ended (%s); again in %d s.", self.name, status, pause_s)
            self.process, self.due_at = None, time.monotonic() + pause_s
        if self.process is None and time.monotonic() >= self.due_at:
            self.start()

    def end(self, deadline: float) -> None:
        """Ask it to end, and end it with all it started once `deadline` is over."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.warning("The %s did not end in time.", self.name)
        end_group(self.process.pid)
        self.process.wait()


def dying_with_parent() -> list[str]:
    """The beginning of a command that the kernel ends with its parent, where there is one."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def end_group(leader: int) -> None:
    """End what is left of a process and its children: a killed leader leaves them behind."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def run_site(web: Part, others: list[Part]) -> int:
    """Run all until the web server ends or a signal comes; the exit status, 0 for a signal."""
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, frame: stopping.append(received))
    for part in (web, *others):
        part.start()
    while not stopping and web.status() is None:
        for part in others:
            part.look_after()
        time.sleep(CHECK_EVERY_S)
    deadline = time.monotonic() + GRACE_S
    status = web.status()
    for part in (web, *others):
        part.end(deadline)
    return 0 if stopping else (status or 1)
