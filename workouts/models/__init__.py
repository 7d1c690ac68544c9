"""What you did: sports, workouts, their segments, recordings and records."""

from .record import Record
from .segment import Segment
from .sport import Sport, SportPreference
from .totals import TOTALS, Totals
from .track import Track, recording_name
from .transfer import Transfer, TransferItem
from .workout import Neighbours, Workout, WorkoutQuerySet, new_map_id

__all__ = [
    "TOTALS",
    "Neighbours",
    "Record",
    "Segment",
    "Sport",
    "SportPreference",
    "Totals",
    "Track",
    "Transfer",
    "TransferItem",
    "Workout",
    "WorkoutQuerySet",
    "new_map_id",
    "recording_name",
]
