"""Weeks, months and years of one reader: which days they hold and when these begin."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """The days from `first` up to, but without, `end`."""

    first: date
    end: date

    @property
    def last(self) -> date:
        return self.end - ONE_DAY

    @property
    def days(self) -> Iterator[date]:
        return (self.first + ONE_DAY * number for number in range((self.end - self.first).days))

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.end

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When the period begins in `zone`, and when the next one does."""
        return start_of_day(self.first, zone), start_of_day(self.end, zone)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of `day` in `zone`, also where clocks skip or repeat midnight."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def week_of(day: date, *, monday_first: bool) -> Period:
    """The seven days around `day` that begin on a Monday or a Sunday."""
    first = day - ONE_DAY * (day.weekday() if monday_first else day.isoweekday() % 7)
    return Period(first, first + timedelta(days=7))


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1))


def year_of(day: date) -> Period:
    return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))


def period_of(day: date, unit: Unit, *, monday_first: bool) -> Period:
    """The week, month or year that holds `day`."""
    if unit is Unit.WEEK:
        return week_of(day, monday_first=monday_first)
    return month_of(day) if unit is Unit.MONTH else year_of(day)


def periods_up_to(day: date, unit: Unit, count: int, *, monday_first: bool) -> list[Period]:
    """The `count` periods that end with the one that holds `day`, oldest first, without gaps."""
    periods = [period_of(day, unit, monday_first=monday_first)]
    while len(periods) < count:
        periods.append(period_of(periods[-1].first - ONE_DAY, unit, monday_first=monday_first))
    return periods[::-1]


def weeks_over(month: Period, *, monday_first: bool) -> list[Period]:
    """The whole weeks that cover the days of `month`."""
    weeks = [week_of(month.first, monday_first=monday_first)]
    while weeks[-1].end < month.end:
        weeks.append(week_of(weeks[-1].end, monday_first=monday_first))
    return weeks
