"""Big things done by the job worker: how far they are, and how they survive a crash.

What a transfer brings in are its items. An item is settled in the transaction that stores its
workout, so a worker that dies leaves nothing half done: whoever takes the transfer up again goes
on with the first item that still waits. The file itself is kept until the end.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from workouts.models import Transfer, TransferItem, Workout

from .uploads import Stored

FOLDER = "transfers"
Status = Transfer.Status
Outcome = TransferItem.Outcome

# A worker gives a sign of life with every item; none for this long, and it is taken for dead.
STALE_AFTER = timedelta(minutes=10)
OPEN_AT_ONCE = 3
MAX_ATTEMPTS = 3
# How long a finished export can be fetched, and a finished import's report be read.
EXPORT_KEPT_FOR = timedelta(days=7)
REPORT_KEPT_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Settled:
    """What became of an item, and the workout it is about."""

    outcome: Outcome
    workout: Workout

    @classmethod
    def of(cls, stored: Stored) -> "Settled":
        return cls(Outcome.IMPORTED if stored.is_new else Outcome.DUPLICATE, stored.workout)


Prepare = Callable[[TransferItem], Callable[[], Settled]]


def refuse_too_many(owner: User) -> None:
    """ValidationError when `owner` has enough transfers under way."""
    if owner.transfers.filter(status__in=Transfer.OPEN).count() >= OPEN_AT_ONCE:
        raise ValidationError(_("Wait until the imports and exports under way are done."), "busy")


def store_with_items(transfer: Transfer, file: IO[bytes], names: list[tuple[int, str]]) -> None:
    """Keep the file of a new transfer together with its items: (position in the file, name)."""
    file.seek(0)
    transfer.total = len(names)
    transfer.file.save(f"{transfer.uuid}.zip", File(file), save=False)
    try:
        with transaction.atomic():
            transfer.save()
            TransferItem.objects.bulk_create(
                TransferItem(transfer=transfer, index=position, name=name[:255])
                for position, name in names
            )
    except BaseException:
        transfer.file.delete(save=False)
        raise


def claim(pk: int) -> Transfer | None:
    """Take up a queued transfer; None when another worker has it, or it was cancelled."""
    queued = Transfer.objects.filter(pk=pk, status=Status.QUEUED)
    if not queued.update(status=Status.RUNNING, touched_at=timezone.now()):
        return None
    return Transfer.objects.select_related("owner", "sport").get(pk=pk)


def is_running(transfer: Transfer) -> bool:
    """Whether nobody cancelled it meanwhile; also the worker's sign of life."""
    running = Transfer.objects.filter(pk=transfer.pk, status=Status.RUNNING)
    return bool(running.update(touched_at=timezone.now()))


def settle_items(transfer: Transfer, prepare: Prepare) -> None:
    """Bring in one waiting item after the other, until all are settled or somebody cancels.

    `prepare` does the slow part, reading; what it returns does the writing, in a transaction.
    """
    for item in transfer.items.filter(outcome=Outcome.WAITING).iterator(chunk_size=100):
        if not is_running(transfer):
            return
        settle_item(item, prepare)


def settle_item(item: TransferItem, prepare: Prepare) -> None:
    """Bring in one item; the transaction that stores its workout also says so here."""
    item.attempts += 1
    item.save(update_fields=["attempts"])
    try:
        if item.attempts > MAX_ATTEMPTS:
            raise ValidationError(_("This file could not be read, even after several tries."))
        store = prepare(item)
        with transaction.atomic():
            settled = store()
            note_outcome(item, settled.outcome, workout=settled.workout)
    except ValidationError as error:
        with transaction.atomic():
            note_outcome(item, Outcome.FAILED, message=" ".join(error.messages))


def note_outcome(
    item: TransferItem, outcome: Outcome, *, workout: Workout | None = None, message: str = ""
) -> None:
    """Write down what became of `item`, and count it."""
    waiting = TransferItem.objects.filter(pk=item.pk, outcome=Outcome.WAITING)
    if waiting.update(outcome=outcome, workout=workout, message=message):
        Transfer.objects.filter(pk=item.transfer_id).update(done=F("done") + 1)


def finish(transfer: Transfer, *, error: str = "") -> None:
    """Close a running transfer; the file of an import has served its purpose."""
    status = Status.FAILED if error else Status.DONE
    running = Transfer.objects.filter(pk=transfer.pk, status=Status.RUNNING)
    closed = running.update(status=status, error=error, touched_at=timezone.now())
    if closed and transfer.kind != Transfer.Kind.EXPORT:
        drop_file(transfer)


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
    Transfer.objects.filter(pk=transfer.pk).update(file="")
    transaction.on_commit(partial(storage.delete, name))


def requeue_stale() -> list[Transfer]:
    """Free the transfers whose worker is gone, so that they can be taken up again."""
    silent_since = timezone.now() - STALE_AFTER
    stale = list(Transfer.objects.filter(status__in=Transfer.OPEN, touched_at__lt=silent_since))
    Transfer.objects.filter(pk__in=[transfer.pk for transfer in stale]).update(
        status=Status.QUEUED, touched_at=timezone.now()
    )
    return stale


def drop_old_transfers() -> None:
    """Drop exports and reports that are older than they are kept for, and files without a row."""
    now = timezone.now()
    exports = Transfer.objects.filter(kind=Transfer.Kind.EXPORT)
    for transfer in exports.filter(touched_at__lt=now - EXPORT_KEPT_FOR):
        delete_transfer(transfer)
    for transfer in Transfer.objects.filter(touched_at__lt=now - REPORT_KEPT_FOR):
        delete_transfer(transfer)
    for name in list(find_orphans()):
        default_storage.delete(name)


def find_orphans() -> Iterator[str]:
    """The names of files of transfers that no row names, an hour after they were written."""
    hour_ago = timezone.now() - timedelta(hours=1)
    for owner_id in list_folder(FOLDER, folders=True):
        for name in list_folder(f"{FOLDER}/{owner_id}", folders=False):
            path = f"{FOLDER}/{owner_id}/{name}"
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
