"""Recognising a recording that its owner has imported before."""

from datetime import timedelta

from django.core.files.base import File

from accounts.models import User
from workouts.models import Sport, Workout
from workouts.models import Track as Recording
from workouts.tracks.model import Track
from workouts.tracks.summary import start_of, summarise

from .uploads import read_bytes, stopped_below_kmh

# Another program's export of the same outing: clocks are cut to seconds, points thinned out.
START_TOLERANCE = timedelta(seconds=2)
LENGTH_TOLERANCE = 0.01
LEAST_TOLERANCE_KM = 0.02


def find_duplicate(owner: User, sport: Sport, track: Track, file: File) -> Workout | None:
    """The workout that `import_track` with the same arguments would duplicate; the oldest, if many.

    The same bytes, in whatever sport; else the same sport, start and length within a tolerance.
    """
    return find_same_bytes(owner, file) or find_same_outing(owner, sport, track)


def find_same_bytes(owner: User, file: File) -> Workout | None:
    """The owner's workout made of this very file."""
    alike = Workout.objects.filter(owner=owner, track__file_size=file.size).order_by("pk")
    # Most files have a size of their own and need not be read once more.
    if not alike.exists():
        return None
    return alike.filter(track__file_sha256=Recording.checksum(read_bytes(file))).first()


def find_same_outing(owner: User, sport: Sport, track: Track) -> Workout | None:
    """The owner's recorded workout of the same sport that began and went as far as `track`."""
    start = start_of(track)
    alike = Workout.objects.filter(
        owner=owner,
        sport=sport,
        track__isnull=False,
        start__range=(start - START_TOLERANCE, start + START_TOLERANCE),
    ).order_by("pk")
    if not alike.exists():
        return None
    threshold_kmh = stopped_below_kmh(owner, sport)
    distance_km = summarise(track, stopped_below_kmh=threshold_kmh).distance_km
    tolerance_km = max(distance_km * LENGTH_TOLERANCE, LEAST_TOLERANCE_KM)
    near = (distance_km - tolerance_km, distance_km + tolerance_km)
    return alike.filter(distance_km__range=near).first()
