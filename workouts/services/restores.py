"""Bringing an export back, here or on another instance.

Nothing in the zip is trusted: names are looked up, never followed; every file must match its
checksum in the manifest; every value passes a form; recordings are read anew, like an upload.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from instance.models import AppConfiguration
from workouts import access
from workouts.limits import (
    FARTHEST_KM,
    FILE_NAME_LENGTH,
    HIGHEST_CLIMB_M,
    NOTES_LENGTH,
    TITLE_LENGTH,
    validate_duration,
    validate_speed,
    validate_start,
)
from workouts.models import Sport, SportPreference, Transfer, TransferItem, Workout

from . import untrusted_json
from .archives import MIB, ArchiveLimits, open_zip, read_entry
from .duplicates import find_duplicate
from .exports import FORMAT, VERSION
from .locks import lock_owner
from .recordings import (
    NewRecording,
    UploadOptions,
    prepare_recording,
    read_recording,
    store_recording,
)
from .sizes import refuse_larger
from .transfers import Settled, settle_items, store_with_items
from .workouts import NewWorkout, create_workout

# Two a day for 68 years. As many recordings are listed in 6 MiB of the archive's directory.
MOST_WORKOUTS = 50_000
MAX_JSON_SIZE = 64 * MIB
RESTORED_PROFILE = [
    *("first_name", "last_name", "location", "bio", "birth_date", "timezone", "language"),
    *("week_starts_monday", "imperial_units", "display_ascent", "theme", "date_format"),
]


def validate_moment(moment: datetime) -> None:
    """ValidationError for a time zone's hours before the first year or after the last."""
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError(_("This is no date.")) from error


class RecordedEntryForm(forms.Form):
    """A workout of workouts.json whose figures are read from its recording anew."""

    uuid = forms.UUIDField()
    sport_id = forms.ModelChoiceField(Sport.objects.all())
    title = forms.CharField(max_length=TITLE_LENGTH, required=False)
    notes = forms.CharField(max_length=NOTES_LENGTH, required=False, strip=False, empty_value=None)
    created_at = forms.DateTimeField(required=False, validators=[validate_moment])
    modified_at = forms.DateTimeField(required=False, validators=[validate_moment])
    recording = forms.CharField(max_length=FILE_NAME_LENGTH, required=False)
    recording_name = forms.CharField(max_length=FILE_NAME_LENGTH, required=False)


class ManualEntryForm(RecordedEntryForm):
    """A workout of workouts.json that has no recording: what it says is what can be told."""

    start = forms.DateTimeField(validators=[validate_start])
    duration = forms.DurationField(validators=[validate_duration])
    distance_km = forms.FloatField(min_value=0, max_value=FARTHEST_KM)
    ascent_m = forms.FloatField(required=False, min_value=0, max_value=HIGHEST_CLIMB_M)
    descent_m = forms.FloatField(required=False, min_value=0, max_value=HIGHEST_CLIMB_M)

    def clean(self) -> None:
        super().clean()
        if {"distance_km", "duration"} <= set(self.cleaned_data):
            validate_speed(self.cleaned_data["distance_km"], self.cleaned_data["duration"])


class RestoredPreferenceForm(forms.ModelForm[SportPreference]):
    class Meta:
        model = SportPreference
        fields = ["sport", "color", "is_active", "stopped_speed_threshold_kmh"]


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = RESTORED_PROFILE


class ExportReader:
    """An opened export whose manifest is understood."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        manifest = untrusted_json.parse(self._bytes("manifest.json", MAX_JSON_SIZE))
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise ValidationError(_("This archive is no export of a training log."), "format")
        if manifest.get("version") != VERSION or not isinstance(manifest.get("files"), dict):
            raise ValidationError(_("This export was made by a version that is not known here."))
        self._files = manifest["files"]

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of one file; ValidationError when they are not those that were exported."""
        entry = self._files.get(name)
        data = self._bytes(name, limit)
        wanted = entry.get("sha256") if isinstance(entry, dict) else None
        if hashlib.sha256(data).hexdigest() != wanted:
            raise ValidationError(_("“%(name)s” was damaged or changed."), params={"name": name})
        return data

    def read_json(self, name: str) -> Any:
        return untrusted_json.parse(self.read(name, MAX_JSON_SIZE))

    def workouts(self) -> Iterator[Any]:
        """The entries of workouts.json, as they stand there."""
        return untrusted_json.entries(self.read("workouts.json", MAX_JSON_SIZE))

    def _bytes(self, name: str, limit: int) -> bytes:
        try:
            entry = self._archive.getinfo(name)
        except KeyError as error:
            raise ValidationError(
                _("“%(name)s” is missing in this archive."), params={"name": name}
            ) from error
        return read_entry(self._archive, entry, limit)


def open_export(file: IO[bytes]) -> ExportReader:
    """Open the export in `file`; ValidationError when it is none, or not a sound archive."""
    return ExportReader(open_zip(file, ArchiveLimits.current()))


def start_restore(owner: User, file: IO[bytes], name: str) -> Transfer:
    """Keep an export for the worker; ValidationError when it is none, or others are under way."""
    refuse_larger(File(file).size, AppConfiguration.current().max_archive_size)
    names = read_names(open_export(file))
    transfer = Transfer(owner=owner, kind=Transfer.Kind.RESTORE, file_name=name[-FILE_NAME_LENGTH:])
    store_with_items(transfer, file, names)
    return transfer


def read_names(reader: ExportReader) -> list[tuple[int, str]]:
    """Position and name of every workout; ValidationError when there are too many."""
    names = [
        (index, item_name(entry))
        for index, entry in enumerate(islice(reader.workouts(), MOST_WORKOUTS + 1))
    ]
    if len(names) > MOST_WORKOUTS:
        raise ValidationError(
            _("This export holds too many workouts: at most %(limit)s are accepted."),
            "entries",
            params={"limit": MOST_WORKOUTS},
        )
    return names


def item_name(entry: Any) -> str:
    """How an entry is called in the report."""
    known = as_form(entry)
    return known.get("title") or known.get("uuid") or _("Workout")


def as_form(values: Any) -> dict[str, str | None]:
    """What a form takes of something read from JSON: the values of an object, as texts."""
    known = values.items() if isinstance(values, dict) else ()
    return {name: value if value is None else str(value) for name, value in known}


def restore_export(transfer: Transfer) -> bool:
    """Bring back preferences and profile, then workouts that wait; whether all are settled."""
    with transfer.file.open("rb") as file:
        reader = open_export(file)
        if not transfer.done:
            restore_account(transfer.owner, reader.read_json("account.json"))
        numbered = enumerate(reader.workouts())

        def prepare(item: TransferItem) -> Callable[[], Settled]:
            # Items come in the order of the entries, and none comes twice.
            entry = next((entry for index, entry in numbered if index == item.index), None)
            return prepare_workout(transfer, reader, entry)

        return settle_items(transfer, prepare)


@transaction.atomic
def restore_account(owner: User, account: Any) -> None:
    """Set what passes the forms; name, address, password and rights stay those of this account."""
    known = account if isinstance(account, dict) else {}
    profile = ProfileForm(as_form(known.get("profile")), instance=User.objects.get(pk=owner.pk))
    if profile.is_valid():
        profile.save()
    preferences = known.get("sport_preferences")
    few = preferences[: Sport.objects.count()] if isinstance(preferences, list) else []
    for values in few:
        restore_sport_preference(owner, as_form(values))


def restore_sport_preference(owner: User, values: dict[str, str | None]) -> None:
    form = RestoredPreferenceForm({**values, "sport": values.get("sport_id")})
    if form.is_valid():
        SportPreference.objects.update_or_create(
            user=owner, sport=form.cleaned_data.pop("sport"), defaults=form.cleaned_data
        )


def prepare_workout(transfer: Transfer, reader: ExportReader, entry: Any) -> Callable[[], Settled]:
    """Check one entry and read its recording; then store it, unless it is there already."""
    told = as_form(entry)
    form = RecordedEntryForm(told) if told.get("recording") else ManualEntryForm(told)
    if not form.is_valid():
        raise ValidationError([f"{name}: {errors[0]}" for name, errors in form.errors.items()])
    found = form.cleaned_data
    if not found["recording"]:
        return lambda: store_by_hand(transfer, found)
    data = reader.read(found["recording"], ArchiveLimits.current().member_size)
    file = read_recording(found["recording_name"] or found["recording"], data)
    options = UploadOptions(found["sport_id"], title=found["title"], notes=found["notes"])
    new = prepare_recording(transfer.owner, file, options)
    return lambda: store_recorded(transfer, new, found)


def store_recorded(transfer: Transfer, new: NewRecording, found: dict[str, Any]) -> Settled:
    """Store a workout with its recording, unless it was there before this restore."""
    lock_owner(transfer.owner)
    alike = unless_twin(transfer, find_duplicate(new.row))
    known = find_same_id(transfer.owner, found) or alike
    if known is not None:
        return Settled(TransferItem.Outcome.DUPLICATE, known)
    workout = keep_identity(store_recording(new).workout, found)
    return Settled(TransferItem.Outcome.IMPORTED, workout)


def store_by_hand(transfer: Transfer, found: dict[str, Any]) -> Settled:
    """Store a workout that has no recording, unless it was there before this restore."""
    owner = transfer.owner
    lock_owner(owner)
    same = access.owned(owner).filter(
        sport=found["sport_id"], start=found["start"], recording__isnull=True
    )
    alike = unless_twin(transfer, same.filter(duration=found["duration"]).first())
    known = find_same_id(owner, found) or alike
    if known is not None:
        return Settled(TransferItem.Outcome.DUPLICATE, known)
    new = NewWorkout(
        sport=found["sport_id"],
        **{name: found[name] for name in ("start", "duration", "distance_km", "title", "notes")},
        ascent_m=found["ascent_m"],
        descent_m=found["descent_m"],
    )
    return Settled(TransferItem.Outcome.IMPORTED, keep_identity(create_workout(owner, new), found))


def unless_twin(transfer: Transfer, alike: Workout | None) -> Workout | None:
    """The workout, but for one of this very restore, whose owner kept two that look alike."""
    brought_back = transfer.items.filter(outcome=TransferItem.Outcome.IMPORTED, workout=alike)
    return None if alike is None or brought_back.exists() else alike


def find_same_id(owner: User, found: dict[str, Any]) -> Workout | None:
    return access.owned(owner).filter(uuid=found["uuid"]).first()


def keep_identity(workout: Workout, found: dict[str, Any]) -> Workout:
    """Give a restored workout its dates, and its old id unless somebody has that here."""
    values = {name: found[name] for name in ("created_at", "modified_at") if found[name]}
    if not Workout.objects.filter(uuid=found["uuid"]).exists():
        values["uuid"] = found["uuid"]
    Workout.objects.filter(pk=workout.pk).update(**values)
    workout.refresh_from_db()
    return workout
