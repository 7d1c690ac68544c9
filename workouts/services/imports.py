"""Recordings out of an archive: at once when it is small, by the job worker when it is large."""

from collections.abc import Callable
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from accounts.models import User
from workouts.models import Sport, Transfer, TransferItem

from .archives import MIB, Archive, ArchiveLimits, open_archive
from .transfers import Settled, settle_items, store_with_items
from .uploads import prepare_recording, read_upload, store_recording

# What a request can import before its sender loses patience.
IN_REQUEST_FILES = 20
IN_REQUEST_SIZE = 20 * MIB


def is_large(file: IO[bytes]) -> bool:
    """Whether an archive is better left to the worker; ValidationError when it is none."""
    with open_archive(file, ArchiveLimits.current()) as archive:
        members = archive.members()
        size = sum(member.size for member in members)
    return len(members) > IN_REQUEST_FILES or size > IN_REQUEST_SIZE


def start_import(
    owner: User,
    sport: Sport,
    file: IO[bytes],
    name: str,
    *,
    notes: str | None = None,
    skip_duplicates: bool = True,
) -> Transfer:
    """Keep an archive for the worker, which imports it recording by recording.

    Raises ValidationError when it is no sound archive, holds no recording, or enough others of
    this person are under way. The caller enqueues it: see `jobs`.
    """
    with open_archive(file, ArchiveLimits.current()) as archive:
        members = archive.members()
    if not members:
        raise ValidationError(_("This archive holds no recording at its root."), "empty")
    transfer = Transfer(
        owner=owner,
        kind=Transfer.Kind.ARCHIVE,
        sport=sport,
        notes=notes or "",
        skip_duplicates=skip_duplicates,
        file_name=name[-255:],
    )
    store_with_items(transfer, file, [(member.position, member.name) for member in members])
    return transfer


def import_archive(transfer: Transfer) -> bool:
    """Import recordings of `transfer` that still wait; whether all are settled."""
    with (
        transfer.file.open("rb") as file,
        open_archive(file, ArchiveLimits.current()) as archive,
    ):
        return settle_items(transfer, lambda item: prepare_member(transfer, archive, item))


def prepare_member(
    transfer: Transfer, archive: Archive, item: TransferItem
) -> Callable[[], Settled]:
    """Read one recording; then import it, or find the workout it was imported as before."""
    file = read_member(archive, item)
    track = read_upload(file)
    assert transfer.sport is not None  # every archive has one
    notes = transfer.notes or None
    new = prepare_recording(transfer.owner, transfer.sport, track, file, notes=notes)
    return lambda: Settled.of(store_recording(new, skip_duplicates=transfer.skip_duplicates))


def read_member(archive: Archive, item: TransferItem) -> ContentFile[bytes]:
    """One recording of an archive as a file; ValidationError when it is refused or damaged."""
    member = archive.member(item.index)
    if member is None or member.refusal:
        raise ValidationError(member.refusal if member else _("This is no recording."))
    return ContentFile(archive.read(member), name=member.name)
