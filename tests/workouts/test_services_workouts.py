from datetime import UTC, datetime, timedelta

import pytest
from django.http import Http404

from tests.factories import make_user, make_workout
from workouts.models import Sport, Workout
from workouts.services.workouts import (
    NewWorkout,
    WorkoutChanges,
    create_workout,
    delete_workout,
    edit_workout,
)

pytestmark = pytest.mark.django_db

START = datetime(2018, 5, 15, 12, 5, tzinfo=UTC)


def new_workout(**fields) -> NewWorkout:
    defaults = {
        "sport": Sport.objects.get(pk=1),
        "start": START,
        "duration": timedelta(hours=1),
        "distance_km": 10.0,
    }
    return NewWorkout(**{**defaults, **fields})


def held(owner, sport_id: int = 1) -> dict[str, int]:
    return dict(owner.records.filter(sport_id=sport_id).values_list("kind", "workout_id"))


# --- by hand


def test_all_time_by_hand_is_moving_time_at_one_speed(alice):
    workout = create_workout(alice, new_workout(distance_km=12.3456))
    workout.refresh_from_db()
    assert (workout.duration, workout.moving) == (timedelta(hours=1), timedelta(hours=1))
    assert workout.distance_km == 12.346
    assert (workout.ave_speed_kmh, workout.max_speed_kmh) == (12.35, 12.35)
    assert (workout.pauses, workout.ascent_m, workout.bounds) == (None, None, [])
    assert not workout.has_recording
    assert workout.modified_at is None


def test_title_by_hand_defaults_to_sport_and_local_start():
    owner = make_user(timezone="Europe/Paris")
    workout = create_workout(owner, new_workout())
    assert workout.title == "Cycling (Sport) - 2018-05-15 14:05:00"


@pytest.mark.parametrize("start", [datetime.min, datetime.max])
def test_title_of_a_start_at_the_end_of_time_is_in_utc(start):
    owner = make_user(timezone="Asia/Tokyo" if start is datetime.max else "America/Lima")
    workout = create_workout(owner, new_workout(start=start.replace(tzinfo=UTC)))
    assert workout.title == f"Cycling (Sport) - {start:%Y-%m-%d %H:%M:%S}"


def test_title_and_notes_by_hand_are_kept(alice):
    workout = create_workout(alice, new_workout(title="Commute", notes="wind"))
    assert (workout.title, workout.notes) == ("Commute", "wind")


def test_durations_of_days_have_the_right_speed(alice):
    workout = create_workout(alice, new_workout(duration=timedelta(days=3), distance_km=720))
    assert workout.ave_speed_kmh == 10.0
    assert held(alice)["LD"] == workout.pk


def test_zero_distance_and_zero_duration_stay_zero(alice):
    still = create_workout(alice, new_workout(distance_km=0))
    instant = create_workout(alice, new_workout(duration=timedelta(0)))
    assert (still.distance_km, still.ave_speed_kmh) == (0.0, 0.0)
    assert (instant.moving, instant.ave_speed_kmh) == (timedelta(0), 0.0)


def test_parts_of_seconds_are_cut(alice):
    workout = create_workout(alice, new_workout(duration=timedelta(seconds=3600.9)))
    assert workout.duration == timedelta(hours=1)


def test_ascent_by_hand_holds_the_record(alice):
    workout = create_workout(alice, new_workout(ascent_m=320.125, descent_m=0.0))
    assert (workout.ascent_m, workout.descent_m) == (320.13, 0.0)
    assert held(alice)["HA"] == workout.pk


# --- editing


def test_edit_recomputes_the_speed_without_a_recording(alice):
    workout = create_workout(alice, new_workout())
    edited = edit_workout(workout, WorkoutChanges(duration=timedelta(hours=2), distance_km=30))
    assert (edited.moving, edited.distance_km) == (timedelta(hours=2), 30)
    assert (edited.ave_speed_kmh, edited.max_speed_kmh) == (15.0, 15.0)


def test_edit_notes_the_moment_only_when_something_changed(alice):
    workout = create_workout(alice, new_workout(title="Commute"))
    assert edit_workout(workout, WorkoutChanges(title="Commute")).modified_at is None
    assert edit_workout(workout, WorkoutChanges(title="Tour")).modified_at is not None


def test_empty_title_is_ignored_and_empty_notes_clear(alice):
    workout = create_workout(alice, new_workout(title="Commute", notes="wind"))
    edited = edit_workout(workout, WorkoutChanges(title="", notes=""))
    assert (edited.title, edited.notes) == ("Commute", "")


def test_sport_change_moves_the_records_of_both_sports(alice):
    fast = create_workout(alice, new_workout(distance_km=30))
    slow = create_workout(alice, new_workout(distance_km=20))
    edit_workout(fast, WorkoutChanges(sport=Sport.objects.get(pk=5)))
    assert held(alice, 1) == {"AS": slow.pk, "FD": slow.pk, "LD": slow.pk, "MS": slow.pk}
    assert held(alice, 5) == {"AS": fast.pk, "FD": fast.pk, "LD": fast.pk, "MS": fast.pk}


def test_edits_of_different_fields_do_not_undo_each_other(alice):
    workout = create_workout(alice, new_workout())
    stale = Workout.objects.get(pk=workout.pk)
    edit_workout(workout, WorkoutChanges(title="Tour"))
    edited = edit_workout(stale, WorkoutChanges(notes="wind"))
    assert (edited.title, edited.notes) == ("Tour", "wind")


def test_edit_of_a_deleted_workout_is_not_found(alice):
    workout = create_workout(alice, new_workout())
    stale = Workout.objects.get(pk=workout.pk)
    delete_workout(workout)
    with pytest.raises(Http404):
        edit_workout(stale, WorkoutChanges(title="Tour"))


# --- deleting


def test_delete_hands_the_records_to_the_next_best(alice):
    best = create_workout(alice, new_workout(distance_km=30))
    second = create_workout(alice, new_workout(distance_km=20))
    delete_workout(best)
    assert held(alice) == {"AS": second.pk, "FD": second.pk, "LD": second.pk, "MS": second.pk}


def test_delete_of_the_only_workout_leaves_no_record(alice):
    delete_workout(create_workout(alice, new_workout()))
    assert held(alice) == {}


def test_second_delete_does_nothing(alice):
    workout = make_workout(alice)
    stale = Workout.objects.get(pk=workout.pk)
    delete_workout(workout)
    delete_workout(stale)
    assert not Workout.objects.exists()
