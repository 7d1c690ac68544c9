"""One uploaded recording, or the recordings of an archive: stored, skipped or refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contract.outages import DATABASE_ERRORS, outage_of
from tracks.model import Track
from tracks.readers import read_track
from workouts.models import Sport, Workout

from .archives import Archive, ArchiveLimits, Member, open_archive
from .failures import failing_alone
from .uploads import prepare_recording, read_upload, store_recording

OUT_OF_REACH = _("The site could not store this file just now. Try it again later.")


@dataclass(frozen=True)
class UploadOptions:
    """What a user wants of an upload besides its file."""

    sport: Sport
    title: str = ""
    notes: str | None = None
    skip_duplicates: bool = False


@dataclass(frozen=True)
class Imported:
    """What became of one file: a workout, new or there before; or the error that stopped it.

    `duplicate_of` is the earlier workout that a new one repeats.
    """

    name: str
    workout: Workout | None = None
    is_new: bool = False
    duplicate_of: Workout | None = None
    error: ValidationError | None = None


def import_file(owner: User, file: File[bytes], options: UploadOptions) -> Imported:
    """Store one uploaded recording; ValidationError when it can't be read."""
    return _import(owner, read_upload(file), file, options)


def import_archive(owner: User, file: IO[bytes], options: UploadOptions) -> list[Imported]:
    """Store the recordings of a zip archive one by one; one that fails does not stop the others.

    ValidationError when the archive itself can't be accepted.
    """
    with open_archive(file, ArchiveLimits.current()) as archive:
        return list(_import_members(owner, archive, options))


def _import_members(owner: User, archive: Archive, options: UploadOptions) -> Iterator[Imported]:
    has_stored = False
    for member in archive.members():
        try:
            with failing_alone(f"a file of an archive of user {owner.pk}"):
                imported = _import_member(owner, archive, member, options)
        except ValidationError as error:
            imported = Imported(member.name, error=error)
        except (OSError, *DATABASE_ERRORS) as error:
            # “Nothing was stored” would not be true any more.
            if not has_stored or outage_of(error) is None:
                raise
            imported = Imported(member.name, error=ValidationError(OUT_OF_REACH))
        has_stored = has_stored or imported.is_new
        yield imported


def _import_member(
    owner: User, archive: Archive, member: Member, options: UploadOptions
) -> Imported:
    if member.refusal:
        raise ValidationError(member.refusal)
    data = archive.read(member)
    return _import(owner, read_track(data), ContentFile(data, member.name), options)


def _import(owner: User, track: Track, file: File[bytes], options: UploadOptions) -> Imported:
    new = prepare_recording(
        owner, options.sport, track, file, title=options.title, notes=options.notes
    )
    stored = store_recording(new, skip_duplicates=options.skip_duplicates)
    return Imported(file.name or "", **vars(stored))
