"""What the job worker does for workouts."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override
from django_tasks import task

from .models import Transfer
from .services.exports import write_export
from .services.imports import import_archive
from .services.restores import restore_export
from .services.transfers import claim, finish, requeue_stale

RUNNERS: dict[str, Callable[[Transfer], None]] = {
    Transfer.Kind.ARCHIVE: import_archive,
    Transfer.Kind.EXPORT: write_export,
    Transfer.Kind.RESTORE: restore_export,
}


@task()
def run_transfer(pk: int) -> None:
    """Run one transfer to its end, in its owner's language."""
    transfer = claim(pk)
    if transfer is None:
        return
    with override(transfer.owner.language):
        try:
            RUNNERS[transfer.kind](transfer)
        except ValidationError as error:
            finish(transfer, error=" ".join(error.messages))
        else:
            finish(transfer)


def enqueue_transfer(transfer: Transfer) -> None:
    """Let the worker run `transfer` once the transaction is committed."""
    transaction.on_commit(lambda: run_transfer.enqueue(transfer.pk))


def resume_transfers() -> list[Transfer]:
    """Take up the transfers whose worker is gone."""
    stale = requeue_stale()
    for transfer in stale:
        enqueue_transfer(transfer)
    return stale
