"""Adding a workout by hand, editing and deleting any workout."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from tracks.analysis.summary import half_up
from workouts.models import Sport, Workout

from .locks import lock_owner
from .records import refresh_records
from .storage import release_file, release_picture


@dataclass(frozen=True)
class NewWorkout:
    """A workout without a recording, as a person tells it; the start is aware."""

    sport: Sport
    start: datetime
    duration: timedelta
    distance_km: float
    title: str = ""
    notes: str | None = None
    ascent_m: float | None = None
    descent_m: float | None = None


@dataclass(frozen=True)
class WorkoutChanges:
    """What to change about a workout; None, and an empty title, leave things as they are.

    A recording knows its own start, duration and distance: there they are ignored.
    """

    sport: Sport | None = None
    title: str | None = None
    notes: str | None = None
    start: datetime | None = None
    duration: timedelta | None = None
    distance_km: float | None = None


@transaction.atomic
def create_workout(owner: User, new: NewWorkout) -> Workout:
    """Store a workout without a recording, and the records that it takes."""
    lock_owner(owner)
    workout = Workout(
        owner=owner,
        sport=new.sport,
        title=new.title or default_title(owner, new.sport, new.start),
        notes=new.notes,
        start=new.start,
        ascent_m=None if new.ascent_m is None else half_up(new.ascent_m, 2),
        descent_m=None if new.descent_m is None else half_up(new.descent_m, 2),
    )
    set_figures(workout, new.duration, new.distance_km)
    workout.save(force_insert=True)
    refresh_records(owner, new.sport)
    return workout


@transaction.atomic
def edit_workout(workout: Workout, changes: WorkoutChanges) -> Workout:
    """Apply `changes`, move the records of the sports concerned, and return the fresh workout.

    Raises Http404 when somebody else deleted it meanwhile.
    """
    lock_owner(workout.owner)
    stored = Workout.objects.for_list().filter(pk=workout.pk).first()
    if stored is None:
        raise Http404
    sports = {stored.sport, changes.sport or stored.sport}
    if apply_changes(stored, changes):
        stored.modified_at = timezone.now()
        stored.save()
        if len(sports) > 1 and stored.map_file:
            # Its track has the colour of the sport; it is drawn again when somebody looks.
            release_picture(stored.map_file)
        for sport in sorted(sports, key=lambda sport: sport.pk):
            refresh_records(stored.owner, sport)
    return Workout.objects.for_list().get(pk=stored.pk)


@transaction.atomic
def delete_workout(workout: Workout) -> None:
    """Delete the workout; its records pass on, its file goes when no other workout needs it."""
    lock_owner(workout.owner)
    stored = Workout.objects.for_list().filter(pk=workout.pk).first()
    if stored is None:
        return
    if stored.has_recording:
        release_file(stored.owner, stored.recording)
    if stored.map_file:
        release_picture(stored.map_file)
    stored.delete()
    refresh_records(workout.owner, stored.sport)


def apply_changes(workout: Workout, changes: WorkoutChanges) -> bool:
    """Set what differs on `workout`, without saving; whether anything did."""
    before = {field.attname: getattr(workout, field.attname) for field in Workout._meta.fields}
    workout.sport = changes.sport or workout.sport
    workout.title = changes.title or workout.title
    workout.notes = workout.notes if changes.notes is None else changes.notes
    if not workout.has_recording:
        workout.start = changes.start or workout.start
        duration = workout.duration if changes.duration is None else changes.duration
        distance = workout.distance_km if changes.distance_km is None else changes.distance_km
        set_figures(workout, duration, distance)
    return any(getattr(workout, name) != value for name, value in before.items())


def set_figures(workout: Workout, duration: timedelta, distance_km: float) -> None:
    """Without a recording all the time, in whole seconds, counts as moving at one speed."""
    duration = timedelta(seconds=duration // timedelta(seconds=1))
    workout.duration = workout.moving = duration
    workout.distance_km = half_up(distance_km, 3)
    hours = duration / timedelta(hours=1)
    speed_kmh = half_up(distance_km / hours, 2) if hours else 0.0
    workout.ave_speed_kmh = workout.max_speed_kmh = speed_kmh


def default_title(owner: User, sport: Sport, start: datetime) -> str:
    """“Hiking - 2021-06-06 00:50:00”: the sport's English label and the owner's clock."""
    try:
        local = start.astimezone(owner.zone)
    except OverflowError:
        # A clock gone wild, within hours of the first or the last year.
        local = start
    return f"{sport.label} - {local:%Y-%m-%d %H:%M:%S}"
