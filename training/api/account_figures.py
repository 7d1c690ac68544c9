"""What accounts have recorded, for whoever shows accounts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum

from accounts.figures import UserFigures
from accounts.models import User
from workouts.api.serializers import RecordSerializer
from workouts.models import Record, Workout


def figures_of(users: Sequence[User]) -> dict[int, UserFigures]:
    """The figures of each account, in two queries."""
    records = records_of(users)
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    by_sport = (
        Workout.objects.filter(owner__in=users)
        .order_by("owner_id", "sport_id")
        .values("owner_id", "sport_id")
        .annotate(
            workouts=Count("pk"),
            distance=Sum("distance_km"),
            ascent=Sum("ascent_m"),
            time=Sum("duration"),
        )
    )
    for row in by_sport:
        rows[row["owner_id"]].append(dict(row))
    return {owner: _together(parts, records[owner]) for owner, parts in rows.items()}


def _together(parts: list[dict[str, Any]], records: list[Any]) -> UserFigures:
    return UserFigures(
        nb_workouts=sum(part["workouts"] for part in parts),
        sport_ids=[part["sport_id"] for part in parts],
        total_distance_km=float(sum(part["distance"] for part in parts)),
        total_ascent_m=float(sum(part["ascent"] or 0 for part in parts)),
        total_duration=sum((part["time"] for part in parts), timedelta()),
        records=records,
    )


def records_of(users: Sequence[User]) -> dict[int, list[Any]]:
    """The records of each account, as the API shows them."""
    found = Record.objects.filter(owner__in=users).select_related("workout__owner")
    by_owner: dict[int, list[Any]] = defaultdict(list)
    for record in found.order_by("sport_id", "kind"):
        by_owner[record.owner_id].append(RecordSerializer(record).data)
    return by_owner
