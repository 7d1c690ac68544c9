"""Pages and the API accept and refuse the same, and filters find what is accepted."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_workout
from workouts.filters import WorkoutFilter
from workouts.limits import (
    EARLIEST,
    FARTHEST_KM,
    FILE_NAME_LENGTH,
    HIGHEST_CLIMB_M,
    HIGHEST_SEARCHED,
    LATEST,
    LONGEST,
    NOTES_LENGTH,
    TITLE_LENGTH,
    validate_duration,
    validate_speed,
    validate_start,
)
from workouts.models import Workout

ONE_DAY = timedelta(days=1)
USUAL = {
    "day": date(2024, 5, 4),
    "duration": timedelta(hours=1),
    "distance": 10.0,
    "title": "Outing",
    "notes": "",
}
ACCEPTED = [
    {"day": EARLIEST},
    {"day": LATEST},
    {"duration": LONGEST},
    {"distance": FARTHEST_KM, "duration": timedelta(hours=200)},
    {"distance": 900.0},
    {"title": "t" * TITLE_LENGTH},
    {"notes": "n" * NOTES_LENGTH},
]
REFUSED = [
    {"day": date(1500, 6, 1), "distance": 5_000.0},
    {"day": EARLIEST - ONE_DAY},
    {"day": LATEST + ONE_DAY},
    {"duration": LONGEST + timedelta(seconds=1)},
    {"distance": FARTHEST_KM + 0.001, "duration": timedelta(hours=200)},
    {"distance": 900.1},
    {"distance": -1.0},
    {"title": "t" * (TITLE_LENGTH + 1)},
    {"notes": "n" * (NOTES_LENGTH + 1)},
]


def add_on_the_page(client, told):
    hours, rest = divmod(told["duration"], timedelta(hours=1))
    form = {
        "sport": 1,
        "title": told["title"],
        "notes": told["notes"],
        "day": told["day"].isoformat(),
        "time": "12:00",
        "duration_hours": hours,
        "duration_minutes": rest // timedelta(minutes=1),
        "duration_seconds": rest.seconds % 60,
        "distance": told["distance"],
    }
    return client.post("/workouts/add/by-hand", form).status_code == 302


def add_by_the_api(client, told):
    body = {
        "sport_id": 1,
        "title": told["title"],
        "notes": told["notes"],
        "workout_date": f"{told['day'].isoformat()} 12:00",
        "duration": told["duration"].total_seconds(),
        "distance": told["distance"],
    }
    answer = client.post("/api/workouts/no_gpx", body, content_type="application/json")
    assert answer.status_code in {201, 400}
    return answer.status_code == 201


DOORS = pytest.mark.parametrize("add", [add_on_the_page, add_by_the_api])


@DOORS
@pytest.mark.parametrize("told", ACCEPTED)
def test_what_a_person_can_reach_is_accepted_and_found(add, told, alice_client, alice, rf):
    told = USUAL | told
    assert add(alice_client, told)
    request = rf.get("/")
    request.user = alice
    day = told["day"].isoformat()
    asked = {"from": day, "to": day, "distance_from": told["distance"], "duration_from": "0:30"}
    found = WorkoutFilter(asked, queryset=Workout.objects.all(), request=request)
    assert found.is_valid()
    assert found.qs.count() == 1


@DOORS
@pytest.mark.parametrize("told", REFUSED)
def test_what_nobody_can_reach_is_refused(add, told, alice_client):
    assert not add(alice_client, USUAL | told)
    assert not Workout.objects.exists()


def test_an_edit_may_not_make_a_workout_too_fast(alice_client):
    add_by_the_api(alice_client, USUAL | {"distance": 899.0})
    address = f"/api/workouts/{Workout.objects.get().short_id}"
    answer = alice_client.patch(address, {"duration": 60}, content_type="application/json")
    assert answer.status_code == 400
    assert Workout.objects.get().duration == timedelta(hours=1)


@DOORS
def test_a_title_can_be_changed_of_what_was_just_slow_enough(add, alice_client):
    for distance in (0.2505, 0.2504):  # 0.251 and 0.25 km in a second
        add(alice_client, USUAL | {"duration": timedelta(seconds=1), "distance": distance})
    workout = Workout.objects.get()
    address = f"/api/workouts/{workout.short_id}"
    answer = alice_client.patch(address, {"title": "Jet"}, content_type="application/json")
    assert answer.status_code == 200
    assert workout.distance_km == 0.25


def test_miles_reach_as_far_as_kilometres(alice, alice_client):
    alice.imperial_units = True
    alice.save()
    far = USUAL | {"duration": timedelta(hours=200)}
    assert not add_on_the_page(alice_client, far | {"distance": 62_137.120})
    assert add_on_the_page(alice_client, far | {"distance": 62_137.119})
    assert Workout.objects.get().distance_km == FARTHEST_KM


@pytest.mark.parametrize(
    ("distance_km", "duration"),
    [(FARTHEST_KM, timedelta(hours=200)), (22.5, timedelta(seconds=90))],
)
def test_the_title_of_the_farthest_and_fastest_can_be_changed_in_miles(
    distance_km, duration, alice, alice_client
):
    workout = make_workout(alice, distance_km=distance_km, duration=duration)
    alice.imperial_units = True
    alice.save()
    address = f"/workouts/{workout.short_id}/edit"
    form = alice_client.get(address).context["form"]
    hours, minutes, seconds = form["duration"].field.widget.decompress(duration)
    said = {name: form[name].value() for name in ("sport", "day", "time", "distance")}
    said |= {"duration_hours": hours, "duration_minutes": minutes, "duration_seconds": seconds}
    assert alice_client.post(address, said | {"title": "New", "notes": ""}).status_code == 302
    workout.refresh_from_db()
    assert (workout.title, workout.distance_km) == ("New", distance_km)


@pytest.mark.parametrize(
    ("moment", "is_reachable"),
    [
        (datetime(1899, 12, 31, tzinfo=UTC), True),
        (datetime(1899, 12, 30, 23, 59, tzinfo=UTC), False),
        (datetime(2200, 1, 1, 23, 59, tzinfo=UTC), True),
        (datetime(2200, 1, 2, tzinfo=UTC), False),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))), False),
    ],
)
def test_a_start_is_on_a_day_of_the_calendar_somewhere(moment: datetime, is_reachable: bool):
    assert passes(lambda: validate_start(moment)) is is_reachable


@pytest.mark.parametrize(
    ("span", "is_sound"),
    [
        (timedelta(), True),
        (timedelta(seconds=-1), False),
        (timedelta(hours=10_000, seconds=-1), True),
        (timedelta(hours=10_000), False),
    ],
)
def test_a_duration_is_below_ten_thousand_hours(span: timedelta, is_sound: bool):
    assert passes(lambda: validate_duration(span)) is is_sound


@pytest.mark.parametrize(
    ("distance_km", "hours", "is_sound"),
    [(900, 1, True), (900.1, 1, False), (450, 0.5, True), (450.1, 0.5, False), (9, 0, True)],
)
def test_nobody_is_faster_than_two_thousand(distance_km: float, hours: float, is_sound: bool):
    assert passes(lambda: validate_speed(distance_km, timedelta(hours=hours))) is is_sound


def passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except ValidationError:
        return False
    return True


def test_what_can_be_told_ends_here():
    assert [date(1900, 1, 1), date(2199, 12, 31)] == [EARLIEST, LATEST]
    assert (TITLE_LENGTH, NOTES_LENGTH, FILE_NAME_LENGTH) == (255, 500, 255)
    assert (FARTHEST_KM, HIGHEST_CLIMB_M, HIGHEST_SEARCHED) == (99_999.999, 1_000_000, 1_000_000)
