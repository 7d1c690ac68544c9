"""One recording, from its bytes to a stored workout: read, prepared, stored.

`uploads.receive` is the door for files from outside. It, the worker (`imports`), `restores` and
`demo` go these three steps; nobody else reads the files of users.
"""

from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from tracks.analysis.summary import Figures, Summary, summarise
from tracks.codec import encode
from tracks.model import Track
from tracks.readers import FORMATS, format_of, is_recording, read_track
from workouts.limits import FILE_NAME_LENGTH, TITLE_LENGTH
from workouts.models import (
    Recording,
    Segment,
    Sport,
    Workout,
    new_map_id,
    recording_name,
    stopped_below_kmh,
)

from .. import access
from .duplicates import find_duplicate
from .followers import enqueue_follow_ups
from .locks import lock_owner
from .quota import refuse_over_quota
from .records import refresh_records
from .storage import keep_file, remove_unreferenced
from .workouts import default_title

FIGURES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True)
class UploadOptions:
    """What a user wants of an upload besides its file.

    A title that is left empty is that of the recording. Each field is a column of `Transfer`, too.
    """

    sport: Sport
    title: str = ""
    notes: str | None = None
    skip_duplicates: bool = False


@dataclass(frozen=True)
class RecordingFile:
    """A file that was read: its name without folders, bytes, SHA-256 in hexadecimal, numbers."""

    name: str
    data: bytes
    sha256: str
    track: Track


@dataclass(frozen=True)
class NewRecording:
    """A recording that is read, summarised and encoded, and only has to be stored."""

    row: Recording
    segments: list[Segment]
    data: bytes
    skip_duplicates: bool


@dataclass(frozen=True)
class Stored:
    """The workout of a recording: a new one, or one that was there before.

    `duplicate_of` is the earlier workout that a new one repeats.
    """

    workout: Workout
    is_new: bool = True
    duplicate_of: Workout | None = None


def refuse_other_kinds(name: str) -> None:
    """ValidationError (`code`: extension) when no recording is called `name`."""
    if not is_recording(name):
        raise ValidationError(
            _("This kind of file can't be read. Choose a file that ends in %(endings)s."),
            code="extension",
            params={"endings": ", ".join(f".{suffix}" for suffix in FORMATS)},
        )


def read_recording(name: str, data: bytes) -> RecordingFile:
    """The recording in a file, whose size is nobody's concern any more.

    ValidationError (`code`: extension or a Problem of the track engine) when it can't be accepted.
    """
    refuse_other_kinds(name)
    return RecordingFile(PurePath(name).name, data, Recording.checksum(data), read_track(data))


def prepare_recording(owner: User, file: RecordingFile, options: UploadOptions) -> NewRecording:
    """All that takes time, done before anybody has to wait for it."""
    sport = options.sport
    summary = summarise(file.track, stopped_below_kmh=stopped_below_kmh(owner, sport))
    workout = Workout(
        owner=owner,
        sport=sport,
        title=options.title
        or summary.title[:TITLE_LENGTH]
        or default_title(owner, sport, summary.start),
        notes=options.notes,
        map_id=new_map_id(),
        **workout_fields(summary),
    )
    segments = describe_segments(workout, summary)
    return NewRecording(
        describe_recording(workout, file), segments, file.data, options.skip_duplicates
    )


def store_recording(new: NewRecording) -> Stored:
    """Store a workout with its segments, channels, original and records, unless it is a duplicate
    that is to be skipped.

    All or nothing, also when the server is killed: see `storage` for the order of its steps.
    """
    with ExitStack() as on_failure:
        on_failure.callback(remove_unreferenced, new.row.workout.owner_id, str(new.row.file))
        stored = insert_recording(new)
        on_failure.pop_all()
    return stored


def import_recording(owner: User, file: RecordingFile, options: UploadOptions) -> Stored:
    """Make a workout of a file that was read."""
    return store_recording(prepare_recording(owner, file, options))


def describe_recording(workout: Workout, file: RecordingFile) -> Recording:
    """The row of a recording, not yet stored; its file is named by owner and content."""
    suffix = format_of(file.data).suffix
    return Recording(
        workout=workout,
        channels=encode(file.track),
        point_count=file.track.point_count,
        format=suffix,
        file=recording_name(workout.owner_id, file.sha256, suffix),
        file_name=file.name[-FILE_NAME_LENGTH:],
        file_sha256=file.sha256,
        file_size=len(file.data),
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
def insert_recording(new: NewRecording) -> Stored:
    """Look for a duplicate and insert the rows of the workout under one lock, so that the same file
    sent twice at once meets itself; at last bring the file to its place.
    """
    recording, workout = new.row, new.row.workout
    lock_owner(workout.owner)
    duplicate = find_duplicate(recording)
    if duplicate is not None and new.skip_duplicates:
        return Stored(duplicate, is_new=False)
    refuse_over_quota(workout.owner, more=recording.file_size)
    workout.save(force_insert=True)
    Segment.objects.bulk_create(new.segments)
    recording.workout = workout
    recording.save(force_insert=True)
    refresh_records(workout.owner, workout.sport)
    keep_file(str(recording.file), new.data)
    enqueue_follow_ups(workout)
    return Stored(workout, duplicate_of=duplicate)


def recompute_workout(workout: Workout) -> None:
    """Read the stored original again; what people wrote about the workout stays as it is.

    TrackError when the file can't be read any more, FileNotFoundError when it is gone.
    """
    recording = Recording.objects.select_related("workout__owner", "workout__sport").get(
        workout=workout
    )
    with access.original(access.Viewer(recording.workout.owner), recording.workout) as file:
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
