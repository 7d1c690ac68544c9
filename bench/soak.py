"""`make soak`: a busy site whose job worker is killed again and again; fails when anything is lost.

Uploaders send single files, the same file twice at once, and archives for the worker; readers walk
through pages and API. Afterwards everybody must have exactly the workouts that were acknowledged.
`DATABASE_URL=postgres://…` names a server on which a database is made for the while.
"""

import argparse
import io
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import requests

from bench.making import make_ride
from tests.running import ROOT, RunningSite, run_site, wait_until

MAKE_ACCOUNTS = """
from accounts.models import User
from oauth_apps.services import issue_first_party_token
for number in range({count}):
    user = User.objects.create_user(f"soak{{number}}", f"soak{{number}}@example.org", "x" * 12,
        is_active=True, timezone="UTC")
    print(issue_first_party_token(user))
"""
NO_LIMITS = {"API_RATE_LIMITS": "", "UPLOAD_RATE_LIMITS": ""}
ARCHIVE_FILES = 25  # more than a request imports by itself
ARCHIVE_EVERY = 12
TWICE_EVERY = 5
DRAIN_S = 600.0
POINTS = 600
BEGIN = datetime(2020, 1, 1, 6, tzinfo=UTC)


@dataclass
class Tally:
    """What was answered to whom, and how fast."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    kills: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, status: int, seconds: float) -> None:
        with self.lock:
            self.statuses[kind, status] += 1
            self.seconds.setdefault(kind, []).append(seconds)

    @property
    def failures(self) -> int:
        """Answers that the site must never give, and none at all (status 0)."""
        return sum(n for (_kind, status), n in self.statuses.items() if status >= 500 or not status)


@dataclass
class Athlete:
    """One account, and what became of the recordings it sent, by the start of each."""

    url: str
    token: str
    tally: Tally
    acknowledged: set[datetime] = field(default_factory=set)
    refused: set[datetime] = field(default_factory=set)
    moments: Iterator[datetime] = field(
        default_factory=lambda: (BEGIN + timedelta(hours=3 * n) for n in range(100_000))
    )

    def call(self, kind: str, method: str, path: str, **options: Any) -> requests.Response | None:
        """The answer to a call, which is noted; None without one."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = None
        began = time.monotonic()
        with suppress(requests.RequestException):
            answer = requests.request(
                method, self.url + path, headers=headers, timeout=120, **options
            )
        status = 0 if answer is None else answer.status_code
        self.tally.note(kind, status, time.monotonic() - began)
        return answer

    def send(self, kind: str, name: str, data: bytes, **wishes: Any) -> int:
        """Upload a file; the status of the answer."""
        form = {"data": json.dumps({"sport_id": 1, **wishes})}
        answer = self.call(kind, "POST", "/api/workouts", files={"file": (name, data)}, data=form)
        return 0 if answer is None else answer.status_code

    def upload_one(self) -> None:
        moment = next(self.moments)
        self.remember([self.send("upload", "outing.gpx", make_ride(POINTS, moment))], [moment])

    def upload_twice_at_once(self) -> None:
        """Two programs that have the same file, and skip what is there."""
        moment = next(self.moments)
        data = make_ride(POINTS, moment)
        with ThreadPoolExecutor(2) as pool:
            calls = [
                pool.submit(self.send, "upload twice", "outing.gpx", data, on_duplicate="skip")
                for _ in range(2)
            ]
        self.remember([call.result() for call in calls], [moment])

    def upload_archive(self) -> None:
        moments = [next(self.moments) for _ in range(ARCHIVE_FILES)]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, moment in enumerate(moments):
                archive.writestr(f"{number}.gpx", make_ride(POINTS, moment))
        self.remember([self.send("archive", "all.zip", buffer.getvalue())], moments)

    def remember(self, statuses: list[int], moments: list[datetime]) -> None:
        if any(200 <= status < 300 for status in statuses):
            self.acknowledged.update(moments)
        elif all(400 <= status < 500 for status in statuses):
            self.refused.update(moments)

    def open_imports(self) -> int:
        answer = self.call("waiting", "GET", "/api/imports")
        assert answer is not None
        states = [one["state"] for one in answer.json()["data"]["imports"]]
        return sum(state in ("queued", "running") for state in states)

    def read_something(self) -> None:
        kind, path = random.choice(READS)
        self.call(kind, "GET", path)

    def stored(self) -> Counter[datetime]:
        """The starts of all workouts that the site has now."""
        found: Counter[datetime] = Counter()
        page = 1
        while True:
            answer = self.call("check", "GET", f"/api/workouts?per_page=100&page={page}")
            assert answer is not None
            body = answer.json()
            found.update(start_of(workout) for workout in body["data"]["workouts"])
            if not body["pagination"]["has_next"]:
                return found
            page += 1


@dataclass
class Balance:
    """What was promised against what is there, over all accounts."""

    acknowledged: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    kept_though_refused: int = 0

    def add(self, athlete: Athlete) -> None:
        stored = athlete.stored()
        self.acknowledged += len(athlete.acknowledged)
        self.stored += stored.total()
        self.lost += len(athlete.acknowledged - stored.keys())
        self.doubled += stored.total() - len(stored)
        self.kept_though_refused += len(athlete.refused & stored.keys())

    @property
    def is_even(self) -> bool:
        return not (self.lost or self.doubled or self.kept_though_refused)


READS = [
    ("list", "/api/workouts?per_page=20"),
    ("records", "/api/records"),
    ("profile", "/api/auth/profile"),
    ("imports", "/api/imports"),
    ("configuration", "/api/config"),
    ("page", "/about"),
    ("sports", "/api/sports"),
]


def start_of(workout: dict[str, str]) -> datetime:
    return datetime.strptime(workout["workout_date"], "%a, %d %b %Y %H:%M:%S GMT").replace(
        tzinfo=UTC
    )


@contextmanager
def database(url: str) -> Iterator[str]:
    """A new database on the server of `url`, dropped afterwards; SQLite without one."""
    if not url:
        yield ""
        return
    server = urlsplit(url)
    name = f"soak_{uuid.uuid4().hex[:8]}"
    maintenance = urlunsplit(server._replace(path="/postgres"))
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(server._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(folder: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "SECRET_KEY": "only-for-this-site-" * 3,
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": url,
    }
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )


def uploading(athlete: Athlete, number: int) -> None:
    if number % ARCHIVE_EVERY == 0:
        athlete.upload_archive()
    elif number % TWICE_EVERY == 0:
        athlete.upload_twice_at_once()
    else:
        athlete.upload_one()
    time.sleep(random.random())


def reading(athlete: Athlete, number: int) -> None:
    athlete.read_something()
    time.sleep(random.random() / 2)


def keep_doing(action: Callable[[Athlete, int], None], athlete: Athlete, until: float) -> None:
    number = random.randrange(ARCHIVE_EVERY)
    while time.monotonic() < until:
        action(athlete, number)
        number += 1


def keep_killing(site: RunningSite, tally: Tally, every_s: float, until: float) -> None:
    while time.monotonic() + every_s < until:
        time.sleep(every_s)
        if worker := site.worker:
            os.kill(worker, signal.SIGKILL)
            tally.kills += 1


def load(
    site: RunningSite, athletes: list[Athlete], tally: Tally, options: argparse.Namespace
) -> None:
    until = time.monotonic() + 60 * options.minutes
    with ThreadPoolExecutor(2 * len(athletes) + 1) as pool:
        jobs = [pool.submit(keep_doing, uploading, athlete, until) for athlete in athletes]
        jobs += [pool.submit(keep_doing, reading, athlete, until) for athlete in athletes]
        jobs.append(pool.submit(keep_killing, site, tally, options.kill_every, until))
    for job in jobs:
        job.result()


def wait_for_imports(athletes: list[Athlete]) -> None:
    """Until no archive waits any more."""
    for athlete in athletes:
        wait_until(lambda one=athlete: not one.open_imports(), patience_s=DRAIN_S)


def print_answers(tally: Tally) -> None:
    print(f"{'request':<16}{'answers':>9}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}  statuses")
    for kind, seconds in sorted(tally.seconds.items()):
        ordered = sorted(1000 * one for one in seconds)
        tail = ordered[int(0.95 * (len(ordered) - 1))]
        statuses = {status: n for (name, status), n in tally.statuses.items() if name == kind}
        words = ", ".join(f"{status} × {n}" for status, n in sorted(statuses.items()))
        print(
            f"{kind:<16}{len(ordered):>9}{statistics.median(ordered):>9.0f}"
            f"{tail:>9.0f}{ordered[-1]:>9.0f}  {words}"
        )


def soak(folder: Path, url: str, options: argparse.Namespace) -> bool:
    """Whether nothing was lost, doubled, refused with a 500, or restarted that should live."""
    tally, balance = Tally(), Balance()
    with run_site(folder, DATABASE_URL=url, **NO_LIMITS) as site:
        made = manage(folder, url, "shell", "-v0", "-c", MAKE_ACCOUNTS.format(count=options.users))
        athletes = [Athlete(site.url, token, tally) for token in made.stdout.split()]
        web = site.web
        load(site, athletes, tally, options)
        wait_for_imports(athletes)
        for athlete in athletes:
            balance.add(athlete)
        web_lived = site.web == web
    manage(folder, url, "check_storage", "--repair")  # as every start does
    storage = manage(folder, url, "check_storage")
    print_answers(tally)
    print(
        f"\njob workers killed {tally.kills}, web server restarted {'no' if web_lived else 'YES'}"
    )
    print(", ".join(f"{name.replace('_', ' ')} {n}" for name, n in vars(balance).items()))
    print(f"stored files: {storage.stdout.strip() or storage.stderr.strip()}")
    made_no_error = tally.failures == 0 and storage.returncode == 0
    return made_no_error and web_lived and balance.is_even and tally.kills > 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--users", type=int, default=20, help="so many upload, so many read")
    parser.add_argument("--kill-every", type=float, default=20, metavar="SECONDS")
    return parser.parse_args()


def main() -> None:
    options = read_options()
    with (
        tempfile.TemporaryDirectory() as folder,
        database(os.environ.get("DATABASE_URL", "")) as url,
    ):
        print(f"== {'PostgreSQL' if url else 'SQLite'}, {options.minutes:g} minutes", flush=True)
        if not soak(Path(folder), url, options):
            sys.exit(1)


if __name__ == "__main__":
    main()
