"""Whether pages and API stay quick as workouts add up: 1 000, 10 000 and 50 000 of one user.

`python -m bench.scale` measures whole requests on SQLite, or on DATABASE_URL=postgres://…, in a
database of its own that it removes again. Other sizes: `python -m bench.scale 1000 5000`.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

SIZES = (1_000, 10_000, 50_000)
USERS, WORKOUTS_OF_OTHERS = 200, 20
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
WARM_UP, ROUNDS = 3, 15


@dataclass(frozen=True)
class Case:
    """An address with {user} and {workout} to fill in, and how slow it may get."""

    name: str
    path: str
    most_growth: float | None = None
    most_ms: float | None = None


CASES = [
    Case("list (API)", "/api/workouts?per_page=20", 1.5),
    Case("list, page 20 (API)", "/api/workouts?per_page=20&page=20", 1.5),
    Case("list (page)", "/workouts", 1.5),
    Case("detail (API)", "/api/workouts/{workout}", 1.5),
    Case("detail (page)", "/workouts/{workout}", 1.5),
    Case("records (API)", "/api/records", 1.5),
    Case("dashboard (page)", "/", most_ms=150),
    Case("by_time week", "/api/stats/{user}/by_time?time=week", 12),
    Case("by_time weekm", "/api/stats/{user}/by_time?time=weekm", 12),
    Case("by_time month", "/api/stats/{user}/by_time?time=month", 12),
    Case("by_time year", "/api/stats/{user}/by_time?time=year", 12),
    Case("by_sport", "/api/stats/{user}/by_sport", 12),
    Case("statistics (page)", "/statistics?unit=year", 12),
]


class Reader:
    """One user with many workouts, signed in."""

    def __init__(self, user: Any, workout: str) -> None:
        self.user, self.workout = user, workout
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(user)

    def get(self, case: Case) -> float:
        """The milliseconds of one request."""
        path = case.path.format(user=self.user.username, workout=self.workout)
        # SQLite works inside of this process, whose own time is steadier on a busy machine.
        clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
        begin = clock()
        answer = self.client.get(path)
        took = (clock() - begin) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{path} answers {answer.status_code}.")
        return took

    def count_queries(self, case: Case) -> int:
        with CaptureQueriesContext(connection) as queries:
            self.get(case)
        return len(queries)


def measure(case: Case, readers: list[Reader]) -> bool:
    """Print one line about `case`; whether its limits are met. The readers take turns."""
    for reader in readers * WARM_UP:
        reader.get(case)
    queries = {reader.count_queries(case) for reader in readers}
    rounds = [[reader.get(case) for reader in readers] for _round in range(ROUNDS)]
    best = [min(times) for times in zip(*rounds, strict=True)]
    growth = best[-1] / best[0]
    is_met = (
        len(queries) == 1
        and (case.most_growth is None or growth <= case.most_growth)
        and (case.most_ms is None or best[-1] < case.most_ms)
    )
    limits = [f"at most {case.most_growth:g}×"] if case.most_growth else []
    limits += [f"below {case.most_ms:g} ms"] if case.most_ms else []
    verdict = ", ".join([*limits, "ok" if is_met else "MISSED"])
    counts = "/".join(map(str, sorted(queries)))
    times = "".join(f"{value:9.1f}" for value in best)
    print(f"{case.name:<22}{counts:>8}{times}{growth:8.2f}×  {verdict}", flush=True)
    return is_met


@contextmanager
def own_database() -> Iterator[None]:
    """Django set up on an empty database that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DEBUG"] = "false"
        os.environ["ALLOWED_HOSTS"] = "localhost"
        os.environ["SITE_URL"] = "http://localhost"
        os.environ["API_RATE_LIMITS"] = "1000000 per hour"
        os.environ.setdefault("SECRET_KEY", "only-for-a-benchmark-" * 3)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fittrackee_site.settings")
        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        connection.settings_dict["TEST"]["NAME"] = (
            f"bench_{os.getpid()}"
            if connection.vendor == "postgresql"
            else str(Path(folder) / "bench.sqlite3")
        )
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db("", verbosity=0)


def seed(sizes: list[int]) -> list[Reader]:
    """One user for each of `sizes` among the others, all of them with their records."""
    from workouts.models import Sport
    from workouts.services.records import refresh_records
    from workouts.services.seeding import seed_users, seed_workouts

    users = seed_users(USERS, prefix="bench")
    readers = []
    for place, user in enumerate(users):
        is_reader = place < len(sizes)
        seed_workouts(user, sizes[place] if is_reader else WORKOUTS_OF_OTHERS, until=UNTIL)
        if is_reader:
            for sport in Sport.objects.all():
                refresh_records(user, sport)
            middle = user.workouts.order_by("start")[sizes[place] // 2]
            readers.append(Reader(user, middle.short_id))
    with connection.cursor() as cursor:
        # What autovacuum does within a minute on a running server.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return readers


def run(sizes: list[int]) -> bool:
    """Seed, measure and report; whether every limit was met."""
    readers = seed(sizes)
    print(f"{connection.vendor}, {USERS} users; milliseconds with that many workouts of one user")
    print(f"{'':<22}{'queries':>8}{''.join(f'{size:>9}' for size in sizes)}{'growth':>9}")
    results = [measure(case, readers) for case in CASES]
    return all(results)


def main() -> int:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    with own_database():
        return 0 if run(sorted(sizes)) else 1


if __name__ == "__main__":
    sys.exit(main())
