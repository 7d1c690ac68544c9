"""What you did: sports, workouts, their segments, recordings and records."""

from .record import Record
from .recording import Recording, recording_name
from .segment import Segment
from .sport import Sport, SportPreference, stopped_below_kmh
from .totals import TOTALS, Totals
from .transfer import Transfer, TransferItem
from .workout import Neighbours, Workout, WorkoutQuerySet, new_map_id

__all__ = [
    "TOTALS",
    "Neighbours",
    "Record",
    "Recording",
    "Segment",
    "Sport",
    "SportPreference",
    "Totals",
    "Transfer",
    "TransferItem",
    "Workout",
    "WorkoutQuerySet",
    "new_map_id",
    "recording_name",
    "stopped_below_kmh",
]
