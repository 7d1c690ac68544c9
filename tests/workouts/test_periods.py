"""Weeks, months and years, and the instants at which they begin."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from workouts.periods import (
    Period,
    Unit,
    month_of,
    period_of,
    periods_up_to,
    start_of_day,
    week_of,
    weeks_over,
    year_of,
)

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("day", "monday_first", "first"),
    [
        (date(2021, 6, 6), False, date(2021, 6, 6)),  # a Sunday
        (date(2021, 6, 5), False, date(2021, 5, 30)),
        (date(2021, 6, 6), True, date(2021, 5, 31)),
        (date(2021, 6, 7), True, date(2021, 6, 7)),
        (date(2027, 1, 1), True, date(2026, 12, 28)),
    ],
)
def test_a_week_begins_on_the_chosen_day(day: date, monday_first: bool, first: date):
    assert week_of(day, monday_first=monday_first) == Period(first, first + timedelta(days=7))


def test_a_month_ends_where_the_next_begins():
    assert month_of(date(2024, 2, 29)) == Period(date(2024, 2, 1), date(2024, 3, 1))
    assert month_of(date(2026, 12, 31)) == Period(date(2026, 12, 1), date(2027, 1, 1))


def test_a_year_holds_its_last_day():
    assert date(2026, 12, 31) in year_of(date(2026, 1, 1))
    assert date(2027, 1, 1) not in year_of(date(2026, 1, 1))


@pytest.mark.parametrize("unit", Unit)
def test_periods_follow_each_other_without_gaps(unit: Unit):
    periods = periods_up_to(date(2026, 3, 31), unit, 14, monday_first=True)
    assert len(periods) == 14
    assert all(one.end == two.first for one, two in pairwise(periods))
    assert periods[-1] == period_of(date(2026, 3, 31), unit, monday_first=True)


def test_the_weeks_of_a_month_cover_it_and_no_more():
    weeks = weeks_over(month_of(date(2026, 2, 1)), monday_first=False)
    assert [week.first.day for week in weeks] == [1, 8, 15, 22]


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        (date(2026, 1, 1), "Europe/Paris", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        # Clocks go back at 03:00: the day lasts 25 hours.
        (date(2026, 10, 26), "Europe/Paris", datetime(2026, 10, 25, 23, tzinfo=UTC)),
        # Midnight is skipped: the day begins at 01:00.
        (date(2018, 11, 4), "America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
        # Midnight happens twice: the day begins at the first.
        (date(2026, 11, 1), "America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_its_first_instant(day: date, zone: str, instant: datetime):
    assert start_of_day(day, ZoneInfo(zone)).astimezone(UTC) == instant


def test_a_period_holds_its_first_day_and_not_its_end():
    period = Period(date(2026, 5, 1), date(2026, 5, 4))
    around = [date(2026, 4, 30), *period.days, date(2026, 5, 4)]
    assert [day in period for day in around] == [False, True, True, True, False]
    assert [day.day for day in period.days] == [1, 2, 3]
    assert period.last == date(2026, 5, 3)


def test_a_period_begins_and_ends_at_midnight_of_a_place():
    begin, end = Period(date(2026, 3, 29), date(2026, 3, 30)).instants(PARIS)
    assert (begin, end) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    )


@pytest.mark.parametrize("offset", range(7))
def test_every_day_of_a_week_is_of_that_week(offset: int):
    monday, sunday = date(2026, 5, 4), date(2026, 5, 3)
    assert week_of(monday + timedelta(offset), monday_first=True).first == monday
    assert week_of(sunday + timedelta(offset), monday_first=False).first == sunday


@pytest.mark.parametrize(
    ("unit", "first"),
    [
        (Unit.WEEK, date(2026, 5, 4)),
        (Unit.MONTH, date(2026, 5, 1)),
        (Unit.YEAR, date(2026, 1, 1)),
    ],
)
def test_units_have_their_own_periods(unit: Unit, first: date):
    assert period_of(date(2026, 5, 6), unit, monday_first=True).first == first


@pytest.mark.parametrize(("count", "months"), [(0, [1]), (1, [1]), (2, [12, 1]), (3, [11, 12, 1])])
def test_the_last_period_holds_the_day(count: int, months: list[int]):
    periods = periods_up_to(date(2026, 1, 31), Unit.MONTH, count, monday_first=True)
    assert [period.first.month for period in periods] == months


@pytest.mark.parametrize(
    ("month", "monday_first", "weeks"),
    [
        (date(2027, 2, 1), True, 4),  # begins on a Monday, and has four weeks
        (date(2026, 2, 1), False, 4),
        (date(2026, 2, 1), True, 5),
        (date(2026, 8, 1), True, 6),
    ],
)
def test_whole_weeks_cover_a_month(month: date, monday_first: bool, weeks: int):
    found = weeks_over(month_of(month), monday_first=monday_first)
    assert len(found) == weeks
    assert found[0].first <= month < found[0].end
    assert found[-1].first < month_of(month).end <= found[-1].end
