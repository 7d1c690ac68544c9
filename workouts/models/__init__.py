"""What you did: sports, workouts, their segments, recordings and records."""

from .record import Record
from .segment import Segment
from .sport import Sport, SportPreference
from .track import Track
from .workout import Workout, WorkoutQuerySet

__all__ = ["Record", "Segment", "Sport", "SportPreference", "Track", "Workout", "WorkoutQuerySet"]
