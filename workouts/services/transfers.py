"""Big things done by the job worker: how far they are, and how they survive a crash.

What a transfer brings in are its items. An item is settled in the transaction that stores its
workout, so a worker that dies leaves nothing half done: whoever takes the transfer up again goes
on with the first item that still waits. The file itself is kept until the end.

A worker holds a transfer by a lease, which it renews while it lives, and by a claim of its own.
When the lease has run out, the transfer is taken up again under another claim, and a worker that
was only slow finds its own worth nothing before it writes.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from workouts.limits import FILE_NAME_LENGTH
from workouts.models import Transfer, TransferItem, Workout
from workouts.models.transfer import transfer_path

from .archives import shown_name
from .failures import failing_alone
from .locks import lock_owner
from .quota import refuse_over_quota
from .recordings import Stored

logger = logging.getLogger(__name__)

TRANSFERS_FOLDER = "transfers"
Status = Transfer.Status

# How long a worker may be silent before it is taken for dead.
LEASE = timedelta(minutes=1)
RENEWALS_PER_LEASE = 4
# How long a transfer may be incomplete, and how long one may wait whose job is lost.
SILENCE = timedelta(minutes=5)
# One turn of the worker: then others' mails and pictures come first.
SLICE = timedelta(seconds=20)
SLICE_ITEMS = 200
ITEMS_AT_ONCE = 500
OPEN_AT_ONCE = 3
MAX_ATTEMPTS = 3
# How long a finished export can be fetched, and a finished import's report be read.
EXPORT_KEPT_FOR = timedelta(days=7)
REPORT_KEPT_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Settled:
    """What became of an item, and the workout it is about."""

    outcome: TransferItem.Outcome
    workout: Workout

    @classmethod
    def of(cls, stored: Stored) -> "Settled":
        return cls(
            TransferItem.Outcome.IMPORTED if stored.is_new else TransferItem.Outcome.DUPLICATE,
            stored.workout,
        )


Prepare = Callable[[TransferItem], Callable[[], Settled]]


@transaction.atomic
def register(transfer: Transfer) -> None:
    """Store a new transfer; ValidationError when its owner has enough under way, or no space."""
    owner = transfer.owner
    lock_owner(owner)
    if owner.transfers.filter(status__in=Transfer.UNDER_WAY).count() >= OPEN_AT_ONCE:
        raise ValidationError(_("Wait until the imports and exports under way are done."), "busy")
    refuse_over_quota(owner, more=transfer.file_size)
    transfer.save(force_insert=True)


def store_with_items(transfer: Transfer, file: IO[bytes], names: list[tuple[int, str]]) -> None:
    """Keep the file of a new transfer together with its items: (position in the file, name).

    The items come in short transactions; nobody sees or runs the transfer before all are there.
    What a crash leaves of it is swept by `drop_unfinished`. ValidationError as of `register`.
    """
    content = File(file)
    transfer.status, transfer.file_size = Status.PREPARING, content.size
    register(transfer)
    try:
        file.seek(0)
        write_file(transfer, content)
        Transfer.objects.filter(pk=transfer.pk).update(file=transfer.file.name)
        for first in range(0, len(names), ITEMS_AT_ONCE):
            store_items(transfer, names[first : first + ITEMS_AT_ONCE])
        transfer.status, transfer.total = Status.QUEUED, len(names)
        transfer.save(update_fields=["status", "total"])
    except BaseException:
        transfer.file.delete(save=False)
        Transfer.objects.filter(pk=transfer.pk).delete()
        raise


def write_file(transfer: Transfer, content: File[bytes]) -> None:
    """Write the file of a transfer, and name it there; a full disk keeps no part of it."""
    name = transfer_path(transfer, "")
    with ExitStack() as on_failure:
        on_failure.callback(default_storage.delete, name)
        transfer.file = default_storage.save(name, content)
        on_failure.pop_all()


@transaction.atomic
def store_items(transfer: Transfer, names: list[tuple[int, str]]) -> None:
    Transfer.objects.filter(pk=transfer.pk).update(touched_at=timezone.now())
    TransferItem.objects.bulk_create(
        TransferItem(transfer=transfer, index=position, name=shown_name(name)[:FILE_NAME_LENGTH])
        for position, name in names
    )


def claim(pk: int) -> Transfer | None:
    """Take up a queued transfer; None when another worker has it, or it was cancelled."""
    queued = Transfer.objects.filter(pk=pk, status=Status.QUEUED)
    if not queued.update(status=Status.RUNNING, claim=uuid.uuid4(), **signs_of_life()):
        return None
    return Transfer.objects.select_related("owner", "sport").get(pk=pk)


def signs_of_life() -> dict[str, datetime]:
    now = timezone.now()
    return {"touched_at": now, "leased_until": now + LEASE}


def is_running(transfer: Transfer) -> bool:
    """Whether it is still this worker's, and nobody cancelled it; also renews the lease."""
    return bool(Transfer.objects.held(transfer).update(**signs_of_life()))


@contextmanager
def kept_lease(transfer: Transfer) -> Iterator[None]:
    """Renew the lease beside whatever is done in here, as long as this process lives."""
    is_over = threading.Event()
    keeper = threading.Thread(target=keep_lease, args=(transfer, is_over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


def keep_lease(transfer: Transfer, is_over: threading.Event) -> None:
    while not is_over.wait((LEASE / RENEWALS_PER_LEASE).total_seconds()):
        try:
            is_running(transfer)
        except DatabaseError:
            logger.warning("The lease of transfer %s could not be renewed.", transfer.pk)
        finally:
            connection.close()


def settle_items(transfer: Transfer, prepare: Prepare) -> bool:
    """Bring in one waiting item after the other, for one turn; whether none waits any more.

    `prepare` does the slow part, reading; what it returns does the writing, in a transaction.
    """
    ends_at = time.monotonic() + SLICE.total_seconds()
    waiting = transfer.items.filter(outcome=TransferItem.Outcome.WAITING)
    for number, item in enumerate(waiting[: SLICE_ITEMS + 1]):
        if number == SLICE_ITEMS or time.monotonic() > ends_at:
            return False
        if not is_running(transfer):
            return True
        settle_item(transfer, item, prepare)
    return True


def settle_item(transfer: Transfer, item: TransferItem, prepare: Prepare) -> None:
    """Bring in one item; the transaction that stores its workout also says so here."""
    item.attempts += 1
    item.save(update_fields=["attempts"])
    try:
        if item.attempts > MAX_ATTEMPTS:
            raise ValidationError(_("This file could not be read, even after several tries."))
        with failing_alone(f"item {item.index} of transfer {transfer.pk}"):
            store_once(transfer, item, prepare(item))
    except ValidationError as error:
        with transaction.atomic():
            note_outcome(
                transfer, item, TransferItem.Outcome.FAILED, message=" ".join(error.messages)
            )


@transaction.atomic
def store_once(transfer: Transfer, item: TransferItem, store: Callable[[], Settled]) -> None:
    """Store a workout, unless a worker that took the transfer over was faster."""
    lock_owner(transfer.owner)
    waits = TransferItem.objects.filter(pk=item.pk, outcome=TransferItem.Outcome.WAITING)
    if waits.exists() and Transfer.objects.filter(pk=transfer.pk, claim=transfer.claim).exists():
        settled = store()
        note_outcome(transfer, item, settled.outcome, workout=settled.workout)


def note_outcome(
    transfer: Transfer,
    item: TransferItem,
    outcome: TransferItem.Outcome,
    *,
    workout: Workout | None = None,
    message: str = "",
) -> None:
    """Write down what became of `item`, and count it."""
    waiting = TransferItem.objects.filter(
        pk=item.pk, outcome=TransferItem.Outcome.WAITING, transfer__claim=transfer.claim
    )
    if waiting.update(outcome=outcome, workout=workout, message=message):
        Transfer.objects.filter(pk=transfer.pk).update(done=F("done") + 1, lost_workers=0)


def finish(transfer: Transfer, *, error: str = "") -> None:
    """Close a running transfer; the file of an import has served its purpose."""
    status = Status.FAILED if error else Status.DONE
    closed = Transfer.objects.held(transfer).update(
        status=status, error=error, touched_at=timezone.now()
    )
    if closed and transfer.kind != Transfer.Kind.EXPORT:
        drop_file(transfer)


def give_back(transfer: Transfer) -> bool:
    """Let another turn go on with it; False when it is not this worker's any more."""
    held = Transfer.objects.held(transfer)
    return bool(held.update(status=Status.QUEUED, claim=None, touched_at=timezone.now()))


def forget_try(transfer: Transfer) -> None:
    """Take the last try of an item back: the site failed, not the file."""
    tried = transfer.items.filter(outcome=TransferItem.Outcome.WAITING, attempts__gt=0)
    tried.update(attempts=F("attempts") - 1)


def cancel_transfer(transfer: Transfer) -> None:
    """Stop after the item under way; what is imported stays."""
    under_way = Transfer.objects.filter(pk=transfer.pk, status__in=Transfer.OPEN)
    if under_way.update(status=Status.CANCELLED, touched_at=timezone.now()):
        drop_file(transfer)


def delete_transfer(transfer: Transfer) -> None:
    """Forget a transfer, and drop its file."""
    drop_file(transfer)
    Transfer.objects.filter(pk=transfer.pk).delete()


def drop_file(transfer: Transfer) -> None:
    """Remove the file of a transfer once the transaction is committed."""
    fresh = Transfer.objects.filter(pk=transfer.pk).first()
    if fresh is None or not fresh.file:
        return
    storage, name = fresh.file.storage, str(fresh.file)
    Transfer.objects.filter(pk=transfer.pk).update(file="", file_size=0)
    transaction.on_commit(partial(storage.delete, name))


def requeue_stale(*, at_start: bool = False) -> list[Transfer]:
    """Free the transfers whose worker is gone, so that they can be taken up again.

    Whoever frees one does so alone; one that ended its worker again and again has failed.
    `at_start` tells that nothing else of the site runs, so that no lease needs to run out first.
    """
    running = Transfer.objects.filter(status=Status.RUNNING)
    if not at_start:
        ended = Q(leased_until__lt=timezone.now()) | Q(leased_until__isnull=True)
        running = running.filter(ended)
    return [transfer for transfer in running.select_related("owner") if free(transfer)]


def free(transfer: Transfer) -> bool:
    """Queue a transfer whose worker is gone; False when it failed, or somebody else did it."""
    if transfer.lost_workers >= MAX_ATTEMPTS:
        with override(transfer.owner.language):
            finish(transfer, error=_("It stopped the worker again and again, and was given up."))
        return False
    held = Transfer.objects.held(transfer).filter(leased_until=transfer.leased_until)
    freed = held.update(
        status=Status.QUEUED,
        claim=None,
        touched_at=timezone.now(),
        lost_workers=F("lost_workers") + 1,
    )
    return bool(freed)


def find_forgotten(*, at_start: bool = False) -> list[Transfer]:
    """Transfers that have waited in silence for so long that their job may be lost.

    Giving one another job does no harm: a transfer is claimed by one worker only.
    """
    silent_since = timezone.now() - (timedelta() if at_start else SILENCE)
    found = list(Transfer.objects.filter(status=Status.QUEUED, touched_at__lt=silent_since))
    Transfer.objects.filter(pk__in=[each.pk for each in found]).update(touched_at=timezone.now())
    return found


def drop_unfinished(*, at_start: bool = False) -> None:
    """Drop what a crash left of transfers whose items had not all been stored."""
    silent_since = timezone.now() - (timedelta() if at_start else SILENCE)
    preparing = Transfer.objects.filter(status=Status.PREPARING)
    for transfer in preparing.filter(touched_at__lt=silent_since):
        delete_transfer(transfer)


def drop_old_transfers() -> None:
    """Drop exports and reports that are older than they are kept for, and files without a row."""
    now = timezone.now()
    old_export = Q(kind=Transfer.Kind.EXPORT, touched_at__lt=now - EXPORT_KEPT_FOR)
    old = old_export | Q(touched_at__lt=now - REPORT_KEPT_FOR)
    for transfer in Transfer.objects.exclude(status__in=Transfer.UNDER_WAY).filter(old):
        delete_transfer(transfer)
    for name in list(find_orphaned_files()):
        default_storage.delete(name)


def find_orphaned_files() -> Iterator[str]:
    """The names of files of transfers that no row names, an hour after they were written."""
    hour_ago = timezone.now() - timedelta(hours=1)
    for owner_id in list_folder(TRANSFERS_FOLDER, folders=True):
        for name in list_folder(f"{TRANSFERS_FOLDER}/{owner_id}", folders=False):
            path = f"{TRANSFERS_FOLDER}/{owner_id}/{name}"
            if default_storage.get_modified_time(path) > hour_ago:
                continue
            if not Transfer.objects.filter(file=path).exists():
                yield path


def list_folder(path: str, *, folders: bool) -> list[str]:
    """What is in a folder of the storage: its folders, or its files; nothing if there is none."""
    try:
        return default_storage.listdir(path)[0 if folders else 1]
    except FileNotFoundError:
        return []


def drop_files_of(owner: User) -> None:
    """Remove the files of all transfers of an account that is being deleted, after the commit."""
    for transfer in owner.transfers.exclude(file=""):
        transaction.on_commit(partial(default_storage.delete, str(transfer.file)))
