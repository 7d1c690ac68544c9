"""Pages and the API accept and refuse the same, and filters find what is accepted."""

from datetime import date, timedelta

import pytest

from workouts.filters import WorkoutFilter
from workouts.limits import EARLIEST, FARTHEST_KM, LATEST, LONGEST, NOTES_LENGTH, TITLE_LENGTH
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
    {"distance": FARTHEST_KM, "duration": timedelta(hours=50)},
    {"distance": 2_000.0},
    {"title": "t" * TITLE_LENGTH},
    {"notes": "n" * NOTES_LENGTH},
]
REFUSED = [
    {"day": date(1500, 6, 1), "distance": 5_000.0},
    {"day": EARLIEST - ONE_DAY},
    {"day": LATEST + ONE_DAY},
    {"duration": LONGEST + timedelta(seconds=1)},
    {"distance": FARTHEST_KM + 0.001, "duration": timedelta(hours=100)},
    {"distance": 2_000.1},
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
    add_by_the_api(alice_client, USUAL | {"distance": 1_999.0})
    address = f"/api/workouts/{Workout.objects.get().short_id}"
    answer = alice_client.patch(address, {"duration": 60}, content_type="application/json")
    assert answer.status_code == 400
    assert Workout.objects.get().duration == timedelta(hours=1)
