"""Choosing workouts by day, sport, distance, duration and speed."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_user, make_workout
from workouts import access
from workouts.filters import HoursMinutesField, WorkoutFilter
from workouts.models import Workout


def titles(user, **query: str) -> list[str]:
    found = WorkoutFilter(query, queryset=access.owned(user), request=SimpleNamespace(user=user))
    assert found.is_valid(), found.errors
    return [workout.title for workout in found.qs]


@pytest.fixture
def parisian(db):
    user = make_user("nora", timezone="Europe/Paris")
    # 00:30 on 1 July in Paris.
    make_workout(
        user,
        5,
        title="night",
        start=datetime(2021, 6, 30, 22, 30, tzinfo=UTC),
        moving=timedelta(minutes=30),
        distance_km=5.0,
        ave_speed_kmh=10.0,
    )
    make_workout(
        user,
        1,
        title="tour",
        start=datetime(2021, 7, 3, 8, tzinfo=UTC),
        moving=timedelta(hours=26),
        distance_km=300.0,
        ave_speed_kmh=20.0,
    )
    return user


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["tour", "night"]),
        ({"order": "asc"}, ["night", "tour"]),
        ({"order_by": "ave_speed", "order": "asc"}, ["night", "tour"]),
        ({"order_by": "nonsense", "order": "nonsense"}, ["tour", "night"]),
        ({"from": "2021-07-01"}, ["tour", "night"]),
        ({"to": "2021-07-01"}, ["night"]),
        ({"to": "2021-06-30"}, []),
        ({"from": "2021-7-2"}, ["tour"]),
        ({"sport_id": "5"}, ["night"]),
        ({"sport_id": "999"}, []),
        ({"distance_from": "5", "distance_to": "299.9"}, ["night"]),
        ({"duration_from": "26:00"}, ["tour"]),
        ({"duration_to": "0:30"}, ["night"]),
        ({"ave_speed_from": "10.1"}, ["tour"]),
        ({"max_speed_to": "10"}, ["night"]),
        ({"from": "", "sport_id": "", "duration_to": ""}, ["tour", "night"]),
        ({"unknown": "1"}, ["tour", "night"]),
    ],
)
def test_filters(parisian, query, expected):
    assert titles(parisian, **query) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2018-13-01"},
        {"from": "2018-01-01 10:00"},
        {"to": "0001-01-01"},
        {"sport_id": "1.5"},
        {"sport_id": "999999999999999999999"},
        {"distance_from": "1,5"},
        {"distance_to": "nan"},
        {"distance_to": "-1"},
        {"ave_speed_from": "1e400"},
        {"duration_from": "20"},
        {"duration_from": "1:60"},
        {"duration_to": "999999:00"},
    ],
)
def test_values_that_make_no_sense_are_refused(parisian, query):
    assert not WorkoutFilter(query, queryset=Workout.objects.all()).is_valid()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("0:00", 0), ("0:05", 5), ("1:5", 65), ("99999:59", 99_999 * 60 + 59), ("10:09", 609)],
)
def test_durations_are_hours_and_minutes(text: str, minutes: int):
    assert HoursMinutesField().clean(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["1", "1:60", "100000:00", ":30", "1:30:00", "-1:00", "1:005"])
def test_other_durations_are_refused(text: str):
    with pytest.raises(ValidationError, match="hours and minutes"):
        HoursMinutesField().clean(text)


@pytest.mark.parametrize(
    ("name", "sound", "beyond"),
    [
        ("sport_id", ["0", "32767"], ["-1", "32768"]),
        ("from", ["1900-01-01", "2199-12-31"], ["1899-12-31", "2200-01-01"]),
        ("to", ["1900-01-01", "2199-12-31"], ["1899-12-31", "2200-01-01"]),
        ("distance_from", ["0", "1000000"], ["-0.1", "1000000.1"]),
        ("distance_to", ["0", "1000000"], ["-0.1", "1000000.1"]),
        ("ave_speed_from", ["0", "1000000"], ["-0.1", "1000000.1"]),
        ("ave_speed_to", ["0", "1000000"], ["-0.1", "1000000.1"]),
        ("max_speed_from", ["0", "1000000"], ["-0.1", "1000000.1"]),
        ("max_speed_to", ["0", "1000000"], ["-0.1", "1000000.1"]),
    ],
)
@pytest.mark.django_db
def test_the_least_and_the_most_that_can_be_asked_for(name: str, sound, beyond):
    asked = [WorkoutFilter({name: value}, queryset=Workout.objects.all()) for value in sound]
    assert [each.is_valid() for each in asked] == [True, True]
    asked = [WorkoutFilter({name: value}, queryset=Workout.objects.all()) for value in beyond]
    assert [each.is_valid() for each in asked] == [False, False]
