from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_workout
from workouts.models import Sport
from workouts.services.records import refresh_records

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def refresh(owner) -> dict[str, int]:
    refresh_records(owner, Sport.objects.get(pk=1))
    return dict(owner.records.values_list("kind", "workout_id"))


def test_greatest_value_holds_each_kind(alice):
    fast = make_workout(alice, ave_speed_kmh=30, max_speed_kmh=31)
    bursts = make_workout(alice, ave_speed_kmh=20, max_speed_kmh=60)
    far = make_workout(alice, distance_km=100)
    long = make_workout(alice, moving=timedelta(days=2))
    high = make_workout(alice, ascent_m=500.0)
    assert refresh(alice) == {
        "AS": fast.pk,
        "FD": far.pk,
        "HA": high.pk,
        "LD": long.pk,
        "MS": bursts.pk,
    }
    assert alice.records.get(kind="LD").value == timedelta(days=2)


def test_slower_workout_leaves_the_speed_record_alone(alice):
    fast = make_workout(alice, ave_speed_kmh=30)
    make_workout(alice, ave_speed_kmh=20)
    assert refresh(alice)["AS"] == fast.pk


def test_earliest_start_wins_a_tie(alice):
    make_workout(alice, start=START + timedelta(days=1))
    first = make_workout(alice, start=START)
    assert set(refresh(alice).values()) == {first.pk}


def test_first_added_wins_a_tie_at_the_same_start(alice):
    first = make_workout(alice, start=START)
    make_workout(alice, start=START)
    assert set(refresh(alice).values()) == {first.pk}


def test_zero_and_nothing_are_no_record(alice):
    make_workout(
        alice, duration=timedelta(0), distance_km=0, ave_speed_kmh=0, ascent_m=0.0, descent_m=None
    )
    assert refresh(alice) == {}


def test_records_of_other_people_and_sports_stay_apart(alice, bob):
    own = make_workout(alice, distance_km=5)
    make_workout(bob, distance_km=50)
    make_workout(alice, sport=5, distance_km=50)
    assert refresh(alice)["FD"] == own.pk
    assert not bob.records.exists()


def test_moved_record_keeps_its_id(alice):
    make_workout(alice, distance_km=5)
    refresh(alice)
    record = alice.records.get(kind="FD")
    farther = make_workout(alice, distance_km=6)
    refresh(alice)
    assert alice.records.get(pk=record.pk).workout == farther


def test_record_that_nobody_deserves_any_more_goes(alice):
    workout = make_workout(alice, ascent_m=10.0)
    refresh(alice)
    workout.ascent_m = 0.0
    workout.save()
    assert "HA" not in refresh(alice)


@pytest.mark.parametrize("count", [1, 30])
def test_refresh_costs_the_same_whatever_the_number(alice, django_assert_num_queries, count):
    for number in range(count):
        make_workout(alice, distance_km=number + 1, ascent_m=3.0)
    sport = Sport.objects.get(pk=1)
    # Savepoint, lock, holders, records, one statement that writes, release.
    with django_assert_num_queries(6):
        refresh_records(alice, sport)
    with django_assert_num_queries(5):
        refresh_records(alice, sport)
