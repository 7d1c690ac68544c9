"""Editing and deleting a workout on its pages."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_workout
from workouts.models import Workout

SAID = {
    "sport": "5",
    "title": "Tempo",
    "notes": "",
    "day": "2026-03-02",
    "time": "07:30",
    "duration_hours": "1",
    "duration_minutes": "2",
    "duration_seconds": "3",
    "distance": "12.5",
}


@pytest.mark.parametrize("page", ["edit", "delete"])
def test_somebody_elses_workout_is_not_there(alice_client, bob, page):
    workout = make_workout(bob)
    assert alice_client.get(f"/workouts/{workout.short_id}/{page}").status_code == 404
    assert alice_client.post(f"/workouts/{workout.short_id}/{page}").status_code == 404
    assert Workout.objects.filter(pk=workout.pk).exists()


def test_by_hand_everything_can_be_changed(alice_client, alice):
    alice.timezone = "Europe/Paris"
    alice.save()
    workout = make_workout(alice)
    answer = alice_client.post(f"/workouts/{workout.short_id}/edit", SAID)
    assert answer.url == workout.get_absolute_url()
    workout.refresh_from_db()
    assert workout.start == datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
    assert workout.moving == timedelta(hours=1, minutes=2, seconds=3)
    assert (workout.sport_id, workout.title, workout.distance_km) == (5, "Tempo", 12.5)


def test_what_was_not_touched_stays_exact(alice_client, alice):
    alice.imperial_units = True
    alice.save()
    start = datetime(2026, 3, 2, 6, 30, 59, tzinfo=UTC)
    workout = make_workout(alice, start=start, distance_km=10.123)
    form = alice_client.get(f"/workouts/{workout.short_id}/edit").context["form"]
    said = SAID | {"day": "2026-03-02", "time": "06:30", "distance": str(form["distance"].value())}
    alice_client.post(f"/workouts/{workout.short_id}/edit", said)
    workout.refresh_from_db()
    assert (workout.start, workout.distance_km) == (start, 10.123)


def test_the_sport_it_has_is_offered_though_it_is_off(alice_client, alice):
    workout = make_workout(alice, sport=11)
    workout.sport.is_active = False
    workout.sport.save()
    form = alice_client.get(f"/workouts/{workout.short_id}/edit").context["form"]
    assert ("11", "Rowing") in form.fields["sport"].choices


def test_a_title_is_needed(alice_client, alice):
    workout = make_workout(alice)
    answer = alice_client.post(f"/workouts/{workout.short_id}/edit", SAID | {"title": ""})
    assert list(answer.context["form"].errors) == ["title"]


def test_deleting_asks_once_by_name(alice_client, alice):
    workout = make_workout(alice, title="Night trail")
    page = alice_client.get(f"/workouts/{workout.short_id}/delete")
    assert "Delete “Night trail”?" in page.text
    assert Workout.objects.filter(pk=workout.pk).exists()
    assert alice_client.post(f"/workouts/{workout.short_id}/delete").url == "/workouts"
    assert not Workout.objects.filter(pk=workout.pk).exists()
