"""The door: the only way for a file from outside to become workouts.

Page, API and command translate what they were sent into a `receive`, and its outcome into their
answer; whether a file is one recording or an archive, how large each may be, what is left to the
worker, and what becomes of duplicates and mistakes is decided here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from contract.outages import DATABASE_ERRORS, outage_of
from instance.models import AppConfiguration
from tracks.readers import is_recording
from workouts.models import Transfer, Workout

from .archives import Archive, ArchiveLimits, Member, is_archive, open_archive
from .failures import failing_alone
from .imports import is_large, start_import
from .jobs import enqueue_transfer
from .recordings import UploadOptions, import_recording, read_recording, refuse_other_kinds
from .sizes import refuse_larger

OUT_OF_REACH = gettext_lazy("The site could not store this file just now. Try it again later.")


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

    @property
    def reason(self) -> str:
        """Why it failed, in sentences; empty when it did not."""
        return " ".join(self.error.messages) if self.error else ""


@dataclass(frozen=True)
class Outcome:
    """What became of an upload: the file, or those of an archive in their order; or the transfer
    by which the worker brings them in. What is refused as a whole is one file with an error.
    """

    files: list[Imported] = field(default_factory=list)
    is_archive: bool = False
    transfer: Transfer | None = None


def accepts(name: str) -> bool:
    """Whether a file of this name is let in at all."""
    return is_archive(name) or is_recording(name)


def receive(owner: User, file: File[bytes], options: UploadOptions) -> Outcome:
    """Bring in a file: one recording, or a zip archive of them, each of which fails alone.

    What is wrong with the file stands in the outcome; raised are only outages of the site, and
    PermissionDenied when the account is gone. The `code` of an error is extension, too_large,
    quota, busy, empty, unforeseen, one of `archives`, or a Problem of the track engine.
    """
    name = file.name or ""
    try:
        with failing_alone(f"an upload of user {owner.pk}"):
            if is_archive(name):
                return receive_archive(owner, file, options)
            return Outcome([receive_recording(owner, file, options)])
    except ValidationError as error:
        return Outcome([Imported(name, error=error)])


def receive_recording(owner: User, file: File[bytes], options: UploadOptions) -> Imported:
    name = file.name or ""
    refuse_other_kinds(name)
    refuse_larger(file.size, AppConfiguration.current().max_file_size)
    file.seek(0)
    return bring_in(owner, name, file.read(), options)


def receive_archive(owner: User, file: File[bytes], options: UploadOptions) -> Outcome:
    """Import a small archive at once; leave a large one to the worker."""
    refuse_larger(file.size, AppConfiguration.current().max_archive_size)
    with open_archive(file, ArchiveLimits.current()) as archive:
        members = archive.members()
        if not members:
            raise ValidationError(
                _("This archive holds no recording outside of its folders."), "empty"
            )
        if not is_large(members):
            return Outcome(list(import_members(owner, archive, members, options)), is_archive=True)
        transfer = start_import(owner, file, members, options)
    enqueue_transfer(transfer)
    return Outcome(transfer=transfer, is_archive=True)


def import_members(
    owner: User, archive: Archive, members: list[Member], options: UploadOptions
) -> Iterator[Imported]:
    """Bring in the recordings of an archive one by one; one that fails does not stop the others."""
    has_stored = False
    for member in members:
        try:
            with failing_alone(f"a file of an archive of user {owner.pk}"):
                imported = bring_in(owner, member.name, archive.read(member), options)
        except ValidationError as error:
            imported = Imported(member.name, error=error)
        except (OSError, *DATABASE_ERRORS) as error:
            # “Nothing was stored” would not be true any more.
            if not has_stored or outage_of(error) is None:
                raise
            imported = Imported(member.name, error=ValidationError(OUT_OF_REACH))
        has_stored = has_stored or imported.is_new
        yield imported


def bring_in(owner: User, name: str, data: bytes, options: UploadOptions) -> Imported:
    stored = import_recording(owner, read_recording(name, data), options)
    return Imported(name, **vars(stored))
