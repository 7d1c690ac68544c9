"""What the dashboard shows; every function asks the database a constant number of times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from workouts import access
from workouts.limits import EARLIEST, LATEST
from workouts.models import Record, Sport, Totals, Workout
from workouts.periods import ONE_DAY, Period, Unit, period_of, weeks_over

from .bars import BarChart, Column, draw_bars
from .columns import days_query
from .measures import Measure
from .statistics import by_period

LATEST_WORKOUTS = 6
MARKS = 4  # in a day of the calendar; the others are counted

RECORDS_IN_WORDS: dict[str, str | Promise] = {
    Record.Kind.AVERAGE_SPEED: _("Fastest on average"),
    Record.Kind.FARTHEST_DISTANCE: _("Farthest"),
    Record.Kind.HIGHEST_ASCENT: _("Most climbing"),
    Record.Kind.LONGEST_DURATION: _("Longest on the move"),
    Record.Kind.MAXIMUM_SPEED: _("Highest speed"),
}


# --- This week and this month against the ones before


@dataclass(frozen=True)
class Comparison:
    """A running week or month, the one before, and how far that one was at the same day."""

    period: Period
    now: Totals
    before: Totals
    before_so_far: Totals
    columns: list[Column]

    @property
    def ahead_km(self) -> float:
        """Kilometres more (or less, negative) than at the same day of the period before."""
        return self.now.distance_km - self.before_so_far.distance_km

    @property
    def behind_km(self) -> float:
        return -self.ahead_km

    @property
    def query(self) -> str:
        """The query of the workouts list that asks for the running period."""
        return days_query(self.period)


def compare(user: User, unit: Unit, today: date) -> Comparison:
    """The period of `today` against the one before, in one query."""
    monday_first = user.week_starts_monday
    now = period_of(today, unit, monday_first=monday_first)
    before = period_of(now.first - ONE_DAY, unit, monday_first=monday_first)
    cut = min(before.first + (today - now.first) + ONE_DAY, before.end)
    parts = _weeks_within(now, monday_first) if unit is Unit.MONTH else [now]
    periods = [Period(before.first, cut), Period(cut, before.end), *parts]
    so_far, rest, *current = by_period(access.owned(user), periods, user.zone)
    return Comparison(
        period=now,
        now=Totals.together(totals for sports in current for totals in sports.values()),
        before=Totals.together([*so_far.values(), *rest.values()]),
        before_so_far=Totals.together(so_far.values()),
        columns=[
            Column(_days(part), "", _days(part), sports, days_query(part))
            for part, sports in zip(parts, current, strict=True)
        ],
    )


def _weeks_within(month: Period, monday_first: bool) -> list[Period]:
    weeks = weeks_over(month, monday_first=monday_first)
    return [Period(max(week.first, month.first), min(week.end, month.end)) for week in weeks]


def _days(part: Period) -> str:
    if part.first == part.last:
        return str(part.first.day)
    return f"{part.first.day}–{part.last.day}"


def draw_month(
    comparison: Comparison, measure: Measure, sports: Sequence[Sport], user: User
) -> BarChart:
    """The running month by week, stacked by sport."""
    return draw_bars(comparison.columns, measure, sports, user)


# --- The calendar


@dataclass(frozen=True)
class Outing:
    """A workout in the calendar, with the records it holds in words."""

    workout: Workout
    records: list[str | Promise]


@dataclass(frozen=True)
class Day:
    """One day of the calendar and the workouts that began on it, earliest first."""

    date: date
    outings: list[Outing]
    in_month: bool
    is_today: bool
    is_chosen: bool

    @property
    def marks(self) -> list[Outing]:
        """The workouts drawn in the day's box."""
        fits = len(self.outings) <= MARKS
        return self.outings if fits else self.outings[: MARKS - 1]

    @property
    def more(self) -> int:
        """How many workouts are only counted."""
        return len(self.outings) - len(self.marks)

    @property
    def has_record(self) -> bool:
        return any(outing.records for outing in self.outings)


@dataclass(frozen=True)
class MonthCalendar:
    """A month in whole weeks; `chosen` is the day whose workouts are listed beside it."""

    month: Period
    weeks: list[list[Day]]
    chosen: Day | None
    sports: list[tuple[Sport, Totals]]

    @property
    def count(self) -> int:
        return sum(totals.count for _sport, totals in self.sports)

    @property
    def previous(self) -> date | None:
        day = self.month.first - ONE_DAY
        return day if day >= EARLIEST else None

    @property
    def next(self) -> date | None:
        return self.month.end if self.month.end <= LATEST else None

    @property
    def query(self) -> str:
        return days_query(self.month)


def read_calendar(
    user: User, month: Period, chosen: date | None, records: Sequence[Record]
) -> MonthCalendar:
    """The month of `user` with the sports and records of its workouts, in three queries."""
    weeks = weeks_over(month, monday_first=user.week_starts_monday)
    sports = Sport.objects.in_bulk()
    shown = Period(weeks[0].first, weeks[-1].end)
    days = _outings_by_day(user, shown, sports, held_kinds(records))
    (totals,) = by_period(access.owned(user), [month], user.zone)
    today = timezone.localdate(timezone=user.zone)
    rows = [
        [
            Day(day, days.get(day, []), day in month, day == today, day == chosen)
            for day in week.days
        ]
        for week in weeks
    ]
    marked = [day for row in rows for day in row if day.is_chosen]
    return MonthCalendar(
        month=month,
        weeks=rows,
        chosen=marked[0] if marked else None,
        sports=[(sports[pk], figures) for pk, figures in totals.items()],
    )


def _outings_by_day(
    user: User,
    period: Period,
    sports: Mapping[int, Sport],
    held: Mapping[int, list[str | Promise]],
) -> dict[date, list[Outing]]:
    columns = ("uuid", "title", "start", "sport_id", "distance_km", "moving")
    workouts = access.owned(user).between(*period.instants(user.zone))
    days: dict[date, list[Outing]] = {}
    for workout in workouts.order_by("start", "id").only(*columns):
        workout.sport = sports[workout.sport_id]
        outing = Outing(workout, held.get(workout.pk, []))
        days.setdefault(workout.start.astimezone(user.zone).date(), []).append(outing)
    return days


# --- Records and the latest workouts


@dataclass(frozen=True)
class SportRecords:
    """The records of one sport, each with its name in words."""

    sport: Sport
    records: list[tuple[str | Promise, Record]]


def read_records(user: User) -> list[Record]:
    """The records of `user` that they want to see, with their workouts, in one query."""
    records = access.owned_records(user).select_related("sport", "workout")
    if not user.display_ascent:
        records = records.exclude(kind=Record.Kind.HIGHEST_ASCENT)
    return list(records.order_by("sport_id", "kind"))


def records_by_sport(records: Sequence[Record]) -> list[SportRecords]:
    """`records` together by sport, in the order of the sports' names."""
    groups = [
        SportRecords(sport, [(RECORDS_IN_WORDS[record.kind], record) for record in group])
        for sport, group in groupby(records, key=lambda record: record.sport)
    ]
    return sorted(groups, key=lambda group: group.sport.name)


def held_kinds(records: Sequence[Record]) -> dict[int, list[str | Promise]]:
    """The names of the records that each workout holds, by its primary key."""
    held: dict[int, list[str | Promise]] = {}
    for record in records:
        held.setdefault(record.workout_id, []).append(RECORDS_IN_WORDS[record.kind])
    return held


def latest_workouts(user: User) -> list[Workout]:
    """The newest workouts with all that a card shows."""
    return list(access.owned(user).for_list().newest_first()[:LATEST_WORKOUTS])
