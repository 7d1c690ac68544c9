"""Large archives, whose recordings the job worker brings in."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from accounts.models import User
from workouts.limits import FILE_NAME_LENGTH
from workouts.models import Transfer, TransferItem

from .archives import MIB, Archive, ArchiveLimits, Member, open_archive
from .recordings import UploadOptions, prepare_recording, read_recording, store_recording
from .transfers import Settled, settle_items, store_with_items

# What a request can import before its sender loses patience.
IN_REQUEST_FILES = 20
IN_REQUEST_SIZE = 20 * MIB


def is_large(members: list[Member]) -> bool:
    """Whether an archive of these is better left to the worker."""
    return len(members) > IN_REQUEST_FILES or sum(each.size for each in members) > IN_REQUEST_SIZE


def start_import(
    owner: User, file: File[bytes], members: list[Member], options: UploadOptions
) -> Transfer:
    """Keep an archive with these members for the worker. The caller enqueues it: see `jobs`.

    ValidationError when enough others of this person are under way, or there is no space.
    """
    name = (file.name or "")[-FILE_NAME_LENGTH:]
    transfer = Transfer(owner=owner, kind=Transfer.Kind.ARCHIVE, file_name=name, **vars(options))
    store_with_items(transfer, file, [(member.position, member.name) for member in members])
    return transfer


def options_of(transfer: Transfer) -> UploadOptions:
    """What the user wanted when the archive came."""
    return UploadOptions(
        **{field.name: getattr(transfer, field.name) for field in fields(UploadOptions)}
    )


def import_archive(transfer: Transfer) -> bool:
    """Import recordings of `transfer` that still wait; whether all are settled."""
    with (
        transfer.file.open("rb") as file,
        open_archive(file, ArchiveLimits.current()) as archive,
    ):
        return settle_items(transfer, partial(prepare_member, transfer, archive))


def prepare_member(
    transfer: Transfer, archive: Archive, item: TransferItem
) -> Callable[[], Settled]:
    """Read one recording; then import it, or find the workout it was imported as before."""
    member = archive.member(item.index)
    if member is None:
        raise ValidationError(_("This is no recording."))
    file = read_recording(member.name, archive.read(member))
    new = prepare_recording(transfer.owner, file, options_of(transfer))
    return lambda: Settled.of(store_recording(new))
