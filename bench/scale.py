"""Whether pages and API stay quick as workouts add up: 1 000, 10 000 and 50 000 of one user.

`python -m bench.scale` measures whole requests on SQLite, or on DATABASE_URL=postgres://…, in a
database of its own that it removes again. Other sizes: `python -m bench.scale 1000 5000`.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

SIZES = (1_000, 10_000, 50_000)
USERS, WORKOUTS_OF_OTHERS = 200, 20
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
WARM_UP, ROUNDS = 3, 11
MOST_MS_OF_THE_DASHBOARD = 150.0


@dataclass
class Case:
    """One address, how much slower it may get, and what was measured for each size."""

    name: str
    path: Callable[[], str]
    limit: float | None
    most_ms: float | None = None
    milliseconds: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)

    @property
    def growth(self) -> float:
        return self.milliseconds[-1] / self.milliseconds[0]

    @property
    def is_met(self) -> bool:
        return (
            len(set(self.queries)) == 1
            and (self.limit is None or self.growth <= self.limit)
            and (self.most_ms is None or self.milliseconds[-1] < self.most_ms)
        )

    def measure(self, client: Client) -> None:
        path = self.path()
        for _round in range(WARM_UP):
            answer = client.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answers {answer.status_code}.")
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        self.queries.append(len(queries))
        self.milliseconds.append(min(_timed(client, path) for _ in range(ROUNDS)))

    def report(self) -> str:
        times = "".join(f"{value:9.1f}" for value in self.milliseconds)
        limits = [f"at most {self.limit:g}×"] if self.limit else []
        limits += [f"below {self.most_ms:g} ms"] if self.most_ms else []
        counts = "/".join(str(count) for count in sorted(set(self.queries)))
        verdict = "ok" if self.is_met else "MISSED"
        return (
            f"{self.name:<22}{counts:>8}{times}{self.growth:8.2f}×  {', '.join(limits)}  {verdict}"
        )


def _timed(client: Client, path: str) -> float:
    # SQLite works inside of this process, whose own time is steadier on a busy machine.
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    begin = clock()
    client.get(path)
    return (clock() - begin) * 1000


def cases(username: str, a_workout: Callable[[], str]) -> list[Case]:
    """What is measured: a page or an address of the API, and how much it may grow."""
    by_time = f"/api/stats/{username}/by_time"
    addresses: list[tuple[str, str | Callable[[], str], float | None, float | None]] = [
        ("list (API)", "/api/workouts?per_page=20", 1.5, None),
        ("list, page 20 (API)", "/api/workouts?per_page=20&page=20", 1.5, None),
        ("list (page)", "/workouts", None, None),
        ("detail (API)", lambda: f"/api/workouts/{a_workout()}", 1.5, None),
        ("detail (page)", lambda: f"/workouts/{a_workout()}", 1.5, None),
        ("records (API)", "/api/records", 1.5, None),
        ("dashboard (page)", "/", None, MOST_MS_OF_THE_DASHBOARD),
        ("by_time week", f"{by_time}?time=week", 12.0, None),
        ("by_time weekm", f"{by_time}?time=weekm", 12.0, None),
        ("by_time month", f"{by_time}?time=month", 12.0, None),
        ("by_time year", f"{by_time}?time=year", 12.0, None),
        ("by_sport", f"/api/stats/{username}/by_sport", 12.0, None),
        ("statistics (page)", "/statistics?unit=year", 12.0, None),
    ]
    return [
        Case(name, path if callable(path) else _always(path), limit, most_ms)
        for name, path, limit, most_ms in addresses
    ]


def _always(path: str) -> Callable[[], str]:
    return lambda: path


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


def run(sizes: list[int]) -> bool:
    """Seed, measure and report; whether everything was met."""
    from workouts.models import Sport, Workout
    from workouts.services.records import refresh_records
    from workouts.services.seeding import seed_users, seed_workouts

    owner, *others = seed_users(USERS, prefix="bench")
    for other in others:
        seed_workouts(other, WORKOUTS_OF_OTHERS, until=UNTIL)
    client = Client(SERVER_NAME="localhost")
    client.force_login(owner)
    workouts = Workout.objects.filter(owner=owner).order_by("start")
    measured = cases(owner.username, lambda: workouts[workouts.count() // 2].short_id)
    for size in sizes:
        seed_workouts(owner, size - workouts.count(), until=UNTIL)
        for sport in Sport.objects.all():
            refresh_records(owner, sport)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for case in measured:
            case.measure(client)
    print(f"{connection.vendor}, {USERS} users; milliseconds with that many workouts of one user")
    print(f"{'':<22}{'queries':>8}{''.join(f'{size:>9}' for size in sizes)}{'growth':>9}")
    for case in measured:
        print(case.report())
    return all(case.is_met for case in measured)


def main() -> int:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    with own_database():
        return 0 if run(sorted(sizes)) else 1


if __name__ == "__main__":
    sys.exit(main())
