"""Recognising a recording that its owner has imported before."""

from datetime import timedelta

from django.core.files.base import File

from accounts.models import User
from workouts.models import Sport, Workout
from workouts.models import Track as Recording
from workouts.tracks.model import Track
from workouts.tracks.summary import summarise

from .uploads import read_bytes, stopped_below_kmh

# Another program's export of the same outing: clocks are cut to seconds, points thinned out.
START_TOLERANCE = timedelta(seconds=2)
LENGTH_TOLERANCE = 0.01
LEAST_TOLERANCE_KM = 0.02


def find_duplicate(owner: User, sport: Sport, track: Track, file: File) -> Workout | None:
    """The workout that `import_track` with the same arguments would duplicate; the oldest, if many.

    The same bytes, in whatever sport; else the same sport, start and length within a tolerance.
    """
    return find_same_bytes(owner, read_bytes(file)) or find_same_outing(owner, sport, track)


def find_same_bytes(owner: User, data: bytes) -> Workout | None:
    """The owner's workout made of this very file."""
    workouts = Workout.objects.filter(owner=owner, track__file_sha256=Recording.checksum(data))
    return workouts.order_by("pk").first()


def find_same_outing(owner: User, sport: Sport, track: Track) -> Workout | None:
    """The owner's recorded workout of the same sport that began and went as far as `track`."""
    summary = summarise(track, stopped_below_kmh=stopped_below_kmh(owner, sport))
    tolerance_km = max(summary.distance_km * LENGTH_TOLERANCE, LEAST_TOLERANCE_KM)
    workouts = Workout.objects.filter(
        owner=owner,
        sport=sport,
        track__isnull=False,
        start__range=(summary.start - START_TOLERANCE, summary.start + START_TOLERANCE),
        distance_km__range=(
            summary.distance_km - tolerance_km,
            summary.distance_km + tolerance_km,
        ),
    )
    return workouts.order_by("pk").first()
