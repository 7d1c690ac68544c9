"""The best workout of each kind, per person and sport."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Subquery

from accounts.models import User
from workouts import access
from workouts.models import Record, Sport, WorkoutQuerySet

from .locks import lock_owner


@transaction.atomic
def refresh_records(owner: User, sport: Sport) -> None:
    """Make the stored records of one sport those that its workouts deserve.

    The greatest value holds the record, the earliest start (then the smallest id) wins a tie,
    and zero or nothing is no record.
    """
    lock_owner(owner)
    holders = find_holders(owner, sport)
    held = access.owned_records(owner).filter(sport=sport)
    records = {record.kind: record for record in held}
    moved = [
        Record(owner=owner, sport=sport, kind=kind, workout_id=pk)
        for kind, pk in holders.items()
        if kind not in records or records[kind].workout_id != pk
    ]
    if moved:
        Record.objects.bulk_create(
            moved,
            update_conflicts=True,
            unique_fields=["owner", "sport", "kind"],
            update_fields=["workout"],
        )
    if records.keys() - holders.keys():
        held.exclude(kind__in=holders).delete()


def find_holders(owner: User, sport: Sport) -> dict[str, int]:
    """The primary key of the workout that deserves each kind of record, in one query."""
    best = {
        str(kind): Subquery(rank(owner, sport, column).values("pk")[:1])
        for kind, column in Record.COLUMNS.items()
    }
    # One row to hang the five subqueries on.
    row = Sport.objects.filter(pk=sport.pk).values_list(*best.values()).get()
    return {kind: pk for kind, pk in zip(best, row, strict=True) if pk is not None}


def rank(owner: User, sport: Sport, column: str) -> WorkoutQuerySet:
    """The workouts that have a value in `column`, the record's holder first."""
    zero = timedelta() if column == "moving" else 0
    workouts = access.owned(owner).filter(sport=sport, **{f"{column}__gt": zero})
    return workouts.order_by(f"-{column}", "start", "pk")
