"""Everything of one person in one zip: original files, all the rest as JSON, and checksums.

manifest.json     format, version, time, and for every other file its SHA-256 and size
account.json      profile, preferences, sport preferences
workouts.json     every workout; `recording` names its file below
recordings/…      the original files, byte for byte
picture.…         the profile picture
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from workouts import access
from workouts.models import Transfer, Workout

from .locks import lock_owner
from .quota import refuse_over_quota
from .transfers import is_running, register, write_file

FORMAT = "fittrackee-export"
VERSION = 1

PROFILE_FIELDS = [
    *("username", "email", "first_name", "last_name", "location", "bio", "birth_date"),
    *("timezone", "language", "week_starts_monday", "imperial_units", "display_ascent"),
    *("theme", "date_format", "created_at"),
]
WORKOUT_FIELDS = [
    *("uuid", "sport_id", "title", "notes", "start", "created_at", "modified_at"),
    *("duration", "moving", "pauses", "distance_km", "ave_speed_kmh", "max_speed_kmh"),
    *("min_alt_m", "max_alt_m", "ascent_m", "descent_m", "weather_start", "weather_end"),
]


class ExactEncoder(DjangoJSONEncoder):
    """Django's encoder, with the microseconds that it cuts."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class ExportWriter:
    """Writes files into a zip and remembers their checksums for the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, data: bytes) -> None:
        """Add one file; a name that is there already holds the same bytes and is left alone."""
        if name in self._files:
            return
        self._archive.writestr(name, data)
        self._files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}

    def add_json(self, name: str, value: Any) -> None:
        text = json.dumps(value, cls=ExactEncoder, ensure_ascii=False, indent=1)
        self.add(name, text.encode())

    def close(self) -> None:
        """Add the manifest, which vouches for all the others."""
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "created_at": timezone.now(),
            "files": self._files,
        }
        self.add_json("manifest.json", manifest)


def start_export(owner: User) -> Transfer:
    """A new export for the worker; ValidationError while enough others are under way."""
    transfer = Transfer(
        owner=owner,
        kind=Transfer.Kind.EXPORT,
        file_name=f"{owner.username}-{timezone.now():%Y-%m-%d}.zip",
        total=access.owned(owner).count(),
    )
    register(transfer)
    return transfer


def write_export(transfer: Transfer) -> bool:
    """Pack the owner's data and keep the zip with the transfer; gives up when cancelled.

    ValidationError when there is no space for it. Always true: there is nothing left to do.
    """
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            pack(transfer, ExportWriter(archive))
        if is_running(transfer):
            file.seek(0)
            keep_export(transfer, File(file))
    return True


def keep_export(transfer: Transfer, content: File[bytes]) -> None:
    """Keep the zip, unless it does not fit, or another worker or the owner wants none of it."""
    write_file(transfer, content)
    with ExitStack() as on_failure:
        on_failure.callback(default_storage.delete, str(transfer.file))
        with transaction.atomic():
            lock_owner(transfer.owner)
            refuse_over_quota(transfer.owner, more=content.size)
            kept = Transfer.objects.held(transfer).update(
                file=transfer.file.name, file_size=content.size
            )
        if kept:
            on_failure.pop_all()


def pack(transfer: Transfer, writer: ExportWriter) -> None:
    writer.add_json("account.json", describe_account(transfer.owner))
    add_picture(writer, transfer.owner)
    writer.add_json("workouts.json", list(add_workouts(writer, transfer)))
    writer.close()


def describe_account(owner: User) -> dict[str, Any]:
    """Profile and preferences; nothing that lets anybody in."""
    preferences = owner.sport_preferences.values(
        "sport_id", "color", "is_active", "stopped_speed_threshold_kmh"
    )
    profile = {name: getattr(owner, name) for name in PROFILE_FIELDS}
    return {"profile": profile, "sport_preferences": list(preferences)}


def add_picture(writer: ExportWriter, owner: User) -> None:
    if owner.picture:
        with owner.picture.open("rb") as file:
            writer.add(f"picture{PurePosixPath(str(owner.picture)).suffix}", file.read())


def add_workouts(writer: ExportWriter, transfer: Transfer) -> Iterator[dict[str, Any]]:
    """Add the recordings of all workouts, and yield what is known about each."""
    workouts = access.owned(transfer.owner).order_by("start", "id")
    with_tracks = workouts.select_related("recording").defer("recording__channels")
    viewer = access.Viewer(transfer.owner)
    for number, workout in enumerate(with_tracks.iterator(chunk_size=200), start=1):
        yield describe_workout(workout) | add_recording(writer, viewer, workout)
        if number % 20 == 0 and not count_done(transfer, number):
            return
    count_done(transfer, transfer.total)


def count_done(transfer: Transfer, number: int) -> bool:
    """Tell how many workouts are packed; False when the export was cancelled."""
    done = min(number, transfer.total)  # workouts may have come since it was started
    Transfer.objects.filter(pk=transfer.pk).update(done=done)
    return is_running(transfer)


def describe_workout(workout: Workout) -> dict[str, Any]:
    return {name: getattr(workout, name) for name in WORKOUT_FIELDS}


def add_recording(writer: ExportWriter, viewer: access.Viewer, workout: Workout) -> dict[str, Any]:
    """Add the original file of a workout that has one, and say under which name."""
    if not workout.has_recording:
        return {"recording": None}
    recording = workout.recording
    name = f"recordings/{recording.file_sha256}.{recording.format}"
    with access.original(viewer, workout) as file:
        writer.add(name, file.read())
    return {"recording": name, "recording_name": recording.file_name}
