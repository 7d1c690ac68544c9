"""Totals by sport and by period, as the database computes them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import make_user, make_workout
from training.statistics import by_period, by_sport, by_time, instance_totals
from workouts import access
from workouts.models import Totals
from workouts.periods import Unit, month_of, periods_up_to, year_of

PARIS = ZoneInfo("Europe/Paris")


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


def test_totals_of_a_sport_add_up(alice):
    make_workout(
        alice, 5, distance_km=10.5, moving=timedelta(minutes=50), ascent_m=12.5, descent_m=3.0
    )
    make_workout(alice, 5, distance_km=5.25, moving=timedelta(minutes=25), ave_speed_kmh=13.0)
    assert by_sport(alice.workouts.all()) == {
        5: Totals(
            count=2,
            distance_km=15.75,
            duration=timedelta(hours=2),
            moving=timedelta(minutes=75),
            ascent_m=12.5,
            descent_m=3.0,
            ave_speed_kmh=11.5,
        )
    }


def test_average_speed_is_the_unweighted_mean_with_two_decimals(alice):
    for speed in (35.16, 6.0, 4.81):
        make_workout(alice, 1, ave_speed_kmh=speed, distance_km=speed * 3)
    assert by_sport(alice.workouts.all())[1].ave_speed_kmh == 15.32


def test_sports_are_apart(alice):
    make_workout(alice, 5)
    make_workout(alice, 1)
    make_workout(alice, 1)
    assert {sport: totals.count for sport, totals in by_sport(alice.workouts.all()).items()} == {
        1: 2,
        5: 1,
    }


def test_no_workouts_make_no_totals(alice):
    assert by_sport(alice.workouts.all()) == {}
    assert by_time(alice.workouts.all(), "month") == {}


@pytest.mark.parametrize(
    ("period", "key"),
    [("year", "2021"), ("month", "2021-06"), ("week", "2021-05-30"), ("weekm", "2021-05-31")],
)
def test_periods_are_named_after_the_start_in_utc(alice, period: str, key: str):
    make_workout(alice, start=at(2021, 6, 5, 22, 50))
    assert list(by_time(alice.workouts.all(), period)) == [key]


@pytest.mark.parametrize(("period", "key"), [("week", "2021-06-06"), ("weekm", "2021-05-31")])
def test_a_sunday_begins_or_ends_the_week(alice, period: str, key: str):
    make_workout(alice, start=at(2021, 6, 6, 0, 0))
    make_workout(alice, start=at(2021, 6, 6, 23, 59, 59, 999_999))
    assert {
        name: sports[1].count for name, sports in by_time(alice.workouts.all(), period).items()
    } == {key: 2}


@pytest.mark.parametrize(
    ("period", "keys"),
    [
        ("year", ["2025", "2026"]),
        ("month", ["2025-12", "2026-01"]),
        ("week", ["2025-12-28"]),
        ("weekm", ["2025-12-29"]),
    ],
)
def test_a_week_over_new_year_is_one_week(alice, period: str, keys: list[str]):
    make_workout(alice, start=at(2025, 12, 31, 23, 59))
    make_workout(alice, start=at(2026, 1, 1, 0, 0))
    assert list(by_time(alice.workouts.all(), period)) == keys


def test_periods_of_a_reader_follow_their_own_clock(alice):
    new_year_in_paris = at(2025, 12, 31, 23, 30)
    make_workout(alice, start=new_year_in_paris)
    years = [year_of(date(2025, 1, 1)), year_of(date(2026, 1, 1))]
    in_paris = by_period(alice.workouts.all(), years, PARIS)
    in_london = by_period(alice.workouts.all(), years, ZoneInfo("Europe/London"))
    assert [sorted(year) for year in in_paris] == [[], [1]]
    assert [sorted(year) for year in in_london] == [[1], []]


def test_the_night_of_the_clock_change_belongs_to_its_own_day(alice):
    """The Sunday of 25 October 2026 lasts 25 hours in Paris."""
    make_workout(alice, start=at(2026, 10, 25, 22, 59))
    make_workout(alice, start=at(2026, 10, 25, 23, 0))
    weeks = periods_up_to(date(2026, 10, 26), Unit.WEEK, 2, monday_first=True)
    counts = [week[1].count for week in by_period(alice.workouts.all(), weeks, PARIS)]
    assert counts == [1, 1]


def test_workouts_outside_of_the_periods_do_not_count(alice):
    make_workout(alice, start=at(2026, 1, 31, 23, 0))
    make_workout(alice, start=at(2025, 12, 31, 22, 59))
    assert by_period(alice.workouts.all(), [month_of(date(2026, 1, 1))], PARIS) == [{}]


@pytest.mark.parametrize("number", [1, 30])
def test_statistics_cost_one_query_each(alice, django_assert_num_queries, number: int):
    for place in range(number):
        make_workout(alice, 1 + place % 3, start=at(2026, 1, 1 + place))
    periods = periods_up_to(date(2026, 1, 31), Unit.MONTH, 12, monday_first=False)
    with django_assert_num_queries(3):
        by_sport(alice.workouts.all())
        by_time(alice.workouts.all(), "week")
        by_period(alice.workouts.all(), periods, PARIS)


def test_totals_of_parts_are_those_of_the_whole(alice):
    make_workout(alice, 1, ave_speed_kmh=20.0, ascent_m=5.0)
    make_workout(alice, 5, ave_speed_kmh=10.0)
    make_workout(alice, 5, ave_speed_kmh=12.0, distance_km=3.25)
    parts = by_sport(alice.workouts.all()).values()
    assert Totals.together(parts) == alice.workouts.all().totals()
    assert Totals.together(parts).ave_speed_kmh == 14.0


def test_nothing_makes_totals_of_zero(alice):
    assert alice.workouts.all().totals() == Totals() == Totals.together([])


def test_instance_totals_count_everybody(alice, bob, own_storage):
    make_workout(alice, 1)
    make_workout(bob, 1)
    make_workout(bob, 5)
    make_user("carol")
    (own_storage / "a" / "b").mkdir(parents=True)
    (own_storage / "one.gpx").write_bytes(b"12345")
    (own_storage / "a" / "b" / "two.gpx").write_bytes(b"1234567")
    totals = instance_totals()
    assert (totals.workouts, totals.sports, totals.users) == (3, 2, 3)
    assert totals.uploads_dir_size == 12


def test_instance_totals_of_a_fresh_instance_are_zero(db):
    totals = instance_totals()
    assert (totals.workouts, totals.sports, totals.users, totals.uploads_dir_size) == (0, 0, 0, 0)


def test_statistics_of_one_user_leave_others_out(alice, bob):
    make_workout(alice, 1)
    make_workout(bob, 1)
    assert by_sport(access.owned(alice))[1].count == 1
