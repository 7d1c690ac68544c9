"""What the job worker does for workouts."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from contract.outages import DATABASE_ERRORS, outage_of

from ..models import Transfer
from .exports import write_export
from .failures import failing_alone
from .imports import import_archive
from .restores import restore_export
from .transfers import (
    claim,
    drop_unfinished,
    find_forgotten,
    finish,
    forget_try,
    give_back,
    kept_lease,
    requeue_stale,
)

OUTAGE_PAUSE = timedelta(minutes=1)

# Each does one turn, and tells whether that was the last.
RUNNERS: dict[str, Callable[[Transfer], bool]] = {
    Transfer.Kind.ARCHIVE: import_archive,
    Transfer.Kind.EXPORT: write_export,
    Transfer.Kind.RESTORE: restore_export,
}


@task(priority=-10)
def run_transfer(pk: int) -> None:
    """Do one turn of a transfer, in its owner's language; what is left queues up again behind
    everybody else's jobs.
    """
    transfer = claim(pk)
    if transfer is None:
        return
    with override(transfer.owner.language), kept_lease(transfer):
        try:
            with failing_alone(f"transfer {pk}"):
                is_done = RUNNERS[transfer.kind](transfer)
        except ValidationError as error:
            finish(transfer, error=" ".join(error.messages))
        except (OSError, *DATABASE_ERRORS) as error:
            sit_out(transfer, error)
        else:
            end_turn(transfer, is_done=is_done)


def sit_out(transfer: Transfer, error: Exception) -> None:
    """Put off what an outage of the site interrupted; raises every other error again.

    An export ends on a full disk, as trying again would fill it up again and again.
    """
    outage = outage_of(error)
    if outage is None:
        raise error
    if outage == HTTPStatus.INSUFFICIENT_STORAGE and transfer.kind == Transfer.Kind.EXPORT:
        finish(transfer, error=_("The disk of this site is full. Tell the administrator."))
        return
    with transaction.atomic():
        if give_back(transfer):
            forget_try(transfer)
            run_transfer.using(run_after=timezone.now() + OUTAGE_PAUSE).enqueue(transfer.pk)


def end_turn(transfer: Transfer, *, is_done: bool) -> None:
    """Close the transfer, or let it queue up again in the same transaction as its job."""
    if is_done:
        finish(transfer)
        return
    with transaction.atomic():
        if give_back(transfer):
            run_transfer.enqueue(transfer.pk)


def enqueue_transfer(transfer: Transfer) -> None:
    """Let the worker run `transfer` once the transaction is committed."""
    transaction.on_commit(lambda: run_transfer.enqueue(transfer.pk))


@transaction.atomic
def take_up_transfers(*, at_start: bool = False) -> list[Transfer]:
    """Give every transfer whose worker is gone to another, and drop what was never complete.

    For every minute; `at_start` when nothing else of the site runs yet.
    """
    drop_unfinished(at_start=at_start)
    found = [*requeue_stale(at_start=at_start), *find_forgotten(at_start=at_start)]
    for transfer in found:
        run_transfer.enqueue(transfer.pk)
    return found
