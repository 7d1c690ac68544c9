"""Recognising a recording that its owner has imported before."""

from datetime import timedelta

from .. import access
from ..models import Recording, Workout

# Another program's export of the same outing: clocks are cut to seconds, points thinned out.
START_TOLERANCE = timedelta(seconds=2)
LENGTH_TOLERANCE = 0.01
LEAST_TOLERANCE_KM = 0.02


def find_duplicate(new: Recording) -> Workout | None:
    """The workout that storing `new` would repeat; the oldest, if there are many.

    The same bytes, in whatever sport; else the same sport, start and length within a tolerance.
    Only under the owner's lock, held until `new` is stored, is the answer more than a guess.
    """
    return find_same_bytes(new) or find_same_outing(new.workout)


def find_same_bytes(new: Recording) -> Workout | None:
    """The owner's workout made of this very file."""
    alike = access.owned(new.workout.owner).filter(recording__file_sha256=new.file_sha256)
    return alike.order_by("pk").first()


def find_same_outing(new: Workout) -> Workout | None:
    """The owner's recorded workout of the same sport that began and went as far as `new`."""
    tolerance_km = max(new.distance_km * LENGTH_TOLERANCE, LEAST_TOLERANCE_KM)
    alike = access.owned(new.owner).filter(
        sport=new.sport_id,
        recording__isnull=False,
        start__range=(new.start - START_TOLERANCE, new.start + START_TOLERANCE),
        distance_km__range=(new.distance_km - tolerance_km, new.distance_km + tolerance_km),
    )
    return alike.order_by("pk").first()
