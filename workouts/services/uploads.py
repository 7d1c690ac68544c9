"""From an uploaded file to a stored workout."""

from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import User
from instance.models import AppConfiguration
from tracks.analysis.summary import Figures, Summary, summarise
from tracks.codec import encode
from tracks.model import Track
from tracks.readers import read_track
from workouts.models import Segment, Sport, SportPreference, Workout, new_map_id, recording_name

from ..models import Recording as Recording
from .duplicates import find_duplicate
from .locks import lock_owner
from .maps import prepare_map_picture
from .quota import refuse_over_quota
from .records import refresh_records
from .storage import keep_file, remove_unreferenced
from .weather import fetch_weather
from .workouts import default_title

EXTENSIONS = ("gpx",)
FIGURES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True)
class NewRecording:
    """A recording that is read, summarised and encoded, and only has to be stored."""

    row: Recording
    segments: list[Segment]
    data: bytes


@dataclass(frozen=True)
class Stored:
    """The workout of a recording: a new one, or one that was there before.

    `duplicate_of` is the earlier workout that a new one repeats.
    """

    workout: Workout
    is_new: bool = True
    duplicate_of: Workout | None = None


def read_upload(file: File[bytes]) -> Track:
    """The recording in an uploaded file, for a form's `clean_file` or a serializer's
    `validate_file`; ValidationError (`code`: extension, too_large or a Problem of the track engine)
    when it can't be accepted.
    """
    if extension_of(file) not in EXTENSIONS:
        raise ValidationError(
            _("This kind of file can't be read. Choose a file that ends in %(endings)s."),
            code="extension",
            params={"endings": ", ".join(f".{ending}" for ending in EXTENSIONS)},
        )
    limit = AppConfiguration.current().max_file_size
    if file.size > limit:
        raise ValidationError(
            _("The file is too large: it has %(size)s, and at most %(limit)s are accepted."),
            code="too_large",
            params={"size": filesizeformat(file.size), "limit": filesizeformat(limit)},
        )
    return read_track(read_bytes(file))


def prepare_recording(
    owner: User,
    sport: Sport,
    track: Track,
    file: File[bytes],
    *,
    title: str = "",
    notes: str | None = None,
) -> NewRecording:
    """All that takes time, done before anybody has to wait for it.

    `track` is what `read_upload` made of `file`.
    """
    summary = summarise(track, stopped_below_kmh=stopped_below_kmh(owner, sport))
    data = read_bytes(file)
    workout = Workout(
        owner=owner,
        sport=sport,
        title=title or summary.title[:255] or default_title(owner, sport, summary.start),
        notes=notes,
        map_id=new_map_id(),
        **workout_fields(summary),
    )
    row = describe_recording(workout, track, file, data)
    return NewRecording(row, describe_segments(workout, summary), data)


def import_track(
    owner: User,
    sport: Sport,
    track: Track,
    file: File[bytes],
    *,
    title: str = "",
    notes: str | None = None,
) -> Workout:
    """Store the workout that a recording shows, be it there before or not."""
    new = prepare_recording(owner, sport, track, file, title=title, notes=notes)
    return store_recording(new).workout


def store_recording(new: NewRecording, *, skip_duplicates: bool = False) -> Stored:
    """Store a workout with its segments, channels, original and records, unless it is a duplicate
    that is to be skipped.

    All or nothing, also when the server is killed: see `storage` for the order of its steps.
    """
    with ExitStack() as on_failure:
        on_failure.callback(remove_unreferenced, new.row.workout.owner_id, str(new.row.file))
        stored = store(new, skip_duplicates=skip_duplicates)
        on_failure.pop_all()
    return stored


def describe_recording(workout: Workout, track: Track, file: File[bytes], data: bytes) -> Recording:
    """The row of a recording, not yet stored; its file is named by owner and content."""
    sha256, extension = Recording.checksum(data), extension_of(file)
    return Recording(
        workout=workout,
        channels=encode(track),
        point_count=track.point_count,
        format=extension,
        file=recording_name(workout.owner_id, sha256, extension),
        file_name=PurePath(file.name or "").name[-255:],
        file_sha256=sha256,
        file_size=len(data),
    )


def describe_segments(workout: Workout, summary: Summary) -> list[Segment]:
    """The rows of the segments of a workout, which may not be stored itself."""
    return [
        Segment(
            workout=workout, index=part.index, **{name: getattr(part, name) for name in FIGURES}
        )
        for part in summary.segments
    ]


@transaction.atomic
def store(new: NewRecording, *, skip_duplicates: bool) -> Stored:
    """Look for a duplicate and insert the rows of the workout under one lock, so that the same file
    sent twice at once meets itself; at last bring the file to its place.
    """
    recording, workout = new.row, new.row.workout
    lock_owner(workout.owner)
    duplicate = find_duplicate(recording)
    if duplicate is not None and skip_duplicates:
        return Stored(duplicate, is_new=False)
    refuse_over_quota(workout.owner, more=recording.file_size)
    workout.save(force_insert=True)
    Segment.objects.bulk_create(new.segments)
    recording.workout = workout
    recording.save(force_insert=True)
    refresh_records(workout.owner, workout.sport)
    keep_file(str(recording.file), new.data)
    transaction.on_commit(partial(enqueue_follow_ups, workout), robust=True)
    return Stored(workout, duplicate_of=duplicate)


def enqueue_follow_ups(workout: Workout) -> None:
    """Let the worker draw the map picture and ask for the weather; neither delays an upload."""
    prepare_map_picture.enqueue(str(workout.map_id))
    if settings.WEATHER_PROVIDER:
        fetch_weather.enqueue(workout.pk)


def recompute_workout(workout: Workout) -> None:
    """Read the stored original again; what people wrote about the workout stays as it is.

    TrackError when the file can't be read any more, FileNotFoundError when it is gone.
    """
    recording = Recording.objects.select_related("workout__owner", "workout__sport").get(
        workout=workout
    )
    with recording.file.open() as file:
        track = read_track(file.read())
    threshold_kmh = stopped_below_kmh(recording.workout.owner, recording.workout.sport)
    summary = summarise(track, stopped_below_kmh=threshold_kmh)
    recording.channels, recording.point_count = encode(track), track.point_count
    store_anew(recording, workout_fields(summary), describe_segments(recording.workout, summary))


@transaction.atomic
def store_anew(recording: Recording, figures: dict[str, object], segments: list[Segment]) -> None:
    """Replace what a recording decides of its workout, unless that was deleted meanwhile."""
    lock_owner(recording.workout.owner)
    workout = Workout.objects.select_related("owner", "sport").filter(pk=recording.pk).first()
    if workout is None:
        return
    Workout.objects.filter(pk=workout.pk).update(**figures)
    workout.segments.all().delete()
    Segment.objects.bulk_create(segments)
    recording.save(update_fields=["channels", "point_count"])
    refresh_records(workout.owner, workout.sport)


def workout_fields(summary: Summary) -> dict[str, object]:
    """The columns of a workout that its recording decides."""
    figures = {name: getattr(summary, name) for name in FIGURES}
    return {"start": summary.start, **figures, **asdict(summary.bounds)}


def stopped_below_kmh(owner: User, sport: Sport) -> float:
    """Slower is standing still: the owner's preference for the sport, else the sport's own."""
    preferences = SportPreference.objects.filter(user=owner, sport=sport)
    preferred = preferences.values_list("stopped_speed_threshold_kmh", flat=True).first()
    return sport.stopped_speed_threshold_kmh if preferred is None else preferred


def extension_of(file: File[bytes]) -> str:
    """The ending of a file's name, lower-case and without the dot."""
    return PurePath(file.name or "").suffix[1:].lower()


def read_bytes(file: File[bytes]) -> bytes:
    file.seek(0)
    data: bytes = file.read()
    return data
