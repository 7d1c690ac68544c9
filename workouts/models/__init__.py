"""What you did: sports, workouts, their segments, recordings and records."""

from .record import Record
from .segment import Segment
from .sport import Sport, SportPreference
from .track import Track, recording_name
from .workout import Neighbours, Totals, Workout, WorkoutQuerySet

__all__ = [
    "Neighbours",
    "Record",
    "Segment",
    "Sport",
    "SportPreference",
    "Totals",
    "Track",
    "Workout",
    "WorkoutQuerySet",
    "recording_name",
]
