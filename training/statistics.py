"""Sums and averages over workouts, all of them computed by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.storage import Storage, default_storage
from django.db.models import Case, CharField, Count, Func, IntegerField, Value, When

from accounts.models import User
from workouts.models import TOTALS, Totals, Workout, WorkoutQuerySet
from workouts.periods import Period, start_of_day

BySport = dict[int, Totals]


class UtcPeriod(Func):
    """The first day of a start's week, month or year in UTC, long enough to tell them apart.

    `week` begins on Sunday, `weekm` on Monday, as in the API. SQLite keeps instants as text in
    UTC and knows no time zones; its own functions are ten times faster than Django's.
    """

    output_field = CharField()
    SQLITE = {
        "year": "SUBSTR(%(expressions)s, 1, 4)",
        "month": "SUBSTR(%(expressions)s, 1, 7)",
        "week": "DATE(SUBSTR(%(expressions)s, 1, 10), '-6 days', 'weekday 0')",
        "weekm": "DATE(SUBSTR(%(expressions)s, 1, 10), '-6 days', 'weekday 1')",
    }
    POSTGRESQL = {
        "year": "DATE_TRUNC('year', %(expressions)s AT TIME ZONE 'UTC')::date",
        "month": "DATE_TRUNC('month', %(expressions)s AT TIME ZONE 'UTC')::date",
        "week": "(DATE_TRUNC('week', (%(expressions)s AT TIME ZONE 'UTC') + INTERVAL '1 day')"
        " - INTERVAL '1 day')::date",
        "weekm": "DATE_TRUNC('week', %(expressions)s AT TIME ZONE 'UTC')::date",
    }
    LENGTHS = {"year": 4, "month": 7, "week": 10, "weekm": 10}
    NAMES = frozenset(LENGTHS)

    def __init__(self, expression: str, name: str) -> None:
        super().__init__(expression)
        self.name = name

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template=self.SQLITE[self.name], **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template=self.POSTGRESQL[self.name], **context)


def by_sport(workouts: WorkoutQuerySet) -> BySport:
    """Totals by sport id."""
    rows = workouts.order_by().values("sport_id").annotate(**TOTALS).order_by("sport_id")
    return {row["sport_id"]: Totals.read(row) for row in rows}


def by_time(workouts: WorkoutQuerySet, period: str) -> dict[str, BySport]:
    """Totals by the UTC period of the start (a name of `UtcPeriod.NAMES`), then by sport id."""
    rows = (
        workouts.order_by()
        .values("sport_id", period=UtcPeriod("start", period))
        .annotate(**TOTALS)
        .order_by("period", "sport_id")
    )
    statistics: dict[str, BySport] = {}
    for row in rows:
        key = str(row["period"])[: UtcPeriod.LENGTHS[period]]
        statistics.setdefault(key, {})[row["sport_id"]] = Totals.read(row)
    return statistics


def by_period(
    workouts: WorkoutQuerySet, periods: Sequence[Period], zone: ZoneInfo
) -> list[BySport]:
    """Totals by sport id for each of `periods`: days in `zone`, oldest first and without gaps.

    One query compares instants, so that days of 23 or 25 hours are right on every database.
    """
    # The newest first: that is where most workouts are, and a CASE stops at the first match.
    place = Case(
        *[
            When(start__gte=start_of_day(periods[number].first, zone), then=Value(number))
            for number in reversed(range(len(periods)))
        ],
        output_field=IntegerField(),
    )
    start, end = start_of_day(periods[0].first, zone), start_of_day(periods[-1].end, zone)
    chosen = workouts.between(start, end).order_by()
    statistics: list[BySport] = [{} for _ in periods]
    for row in chosen.values("sport_id", place=place).annotate(**TOTALS).order_by("sport_id"):
        statistics[row["place"]][row["sport_id"]] = Totals.read(row)
    return statistics


@dataclass(frozen=True)
class InstanceTotals:
    """What a whole instance holds; files in bytes."""

    workouts: int
    sports: int
    users: int
    uploads_dir_size: int


def instance_totals() -> InstanceTotals:
    """Workouts, sports that have some, accounts, and the size of everything uploaded."""
    used = Workout.objects.aggregate(workouts=Count("pk"), sports=Count("sport", distinct=True))
    return InstanceTotals(
        workouts=used["workouts"],
        sports=used["sports"],
        users=User.objects.count(),
        uploads_dir_size=_size_of_files(default_storage, ""),
    )


def _size_of_files(storage: Storage, folder: str) -> int:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return 0
    inside = sum(storage.size(f"{folder}{name}") for name in names)
    return inside + sum(_size_of_files(storage, f"{folder}{name}/") for name in folders)
