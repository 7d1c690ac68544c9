"""How much two recordings of one outing may differ."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import upload_gpx
from workouts.models import Workout
from workouts.services.duplicates import find_same_outing

START = datetime(2026, 5, 1, 8, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def outing(alice) -> Workout:
    """Ten kilometres in sport 1."""
    workout = upload_gpx(alice)
    Workout.objects.update(start=START, distance_km=10.0)
    return workout


def again(owner, **fields: object) -> Workout | None:
    told = {"sport_id": 1, "start": START, "distance_km": 10.0} | fields
    return find_same_outing(Workout(owner=owner, **told))


@pytest.mark.parametrize("later", [timedelta(seconds=2), timedelta(seconds=-2)])
def test_starts_may_be_two_seconds_apart(alice, outing, later: timedelta):
    assert again(alice, start=START + later) == outing
    assert again(alice, start=START + later + INSTANT * (1 if later > timedelta() else -1)) is None


@pytest.mark.parametrize(
    ("distance_km", "is_same"),
    [(10.1, True), (10.102, False), (9.901, True), (9.9, False)],
)
def test_lengths_may_differ_by_a_hundredth(alice, outing, distance_km: float, is_same: bool):
    assert (again(alice, distance_km=distance_km) is not None) is is_same


@pytest.mark.parametrize(
    ("distance_km", "is_same"), [(0.119, True), (0.121, False), (0.081, True), (0.079, False)]
)
def test_short_lengths_may_differ_by_twenty_metres(
    alice, outing, distance_km: float, is_same: bool
):
    Workout.objects.update(distance_km=0.1)
    assert (again(alice, distance_km=distance_km) is not None) is is_same


def test_another_sport_or_person_makes_another_outing(alice, bob, outing):
    assert again(alice, sport_id=5) is None
    assert again(bob) is None


def test_what_was_told_by_hand_is_no_recording(alice, outing):
    outing.recording.delete()
    assert again(alice) is None


def test_the_oldest_of_many_is_meant(alice, outing):
    upload_gpx(alice)
    Workout.objects.update(start=START, distance_km=10.0)
    assert again(alice) == outing
