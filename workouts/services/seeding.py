"""Rows in bulk for benchmarks: plausible figures, the same for the same number, no files."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User

from ..models import Workout

BATCH = 2_000
YEARS = 10
# Sport id, how often among a hundred workouts, km/h, km of a usual outing.
HABITS = [
    (1, 30, 26.0, 45.0),
    (2, 20, 18.0, 7.0),
    (3, 8, 4.2, 12.0),
    (4, 8, 14.0, 22.0),
    (5, 20, 10.5, 10.0),
    (6, 8, 5.0, 5.0),
    (8, 6, 8.0, 15.0),
]


def seed_users(count: int, *, prefix: str) -> list[User]:
    """The accounts `prefix`1 … `prefix``count`, made where they are missing; nobody can sign in."""
    names = [f"{prefix}{number}" for number in range(1, count + 1)]
    locked = make_password(None)
    User.objects.bulk_create(
        [
            User(username=name, email=f"{name}@bench.invalid", password=locked, is_active=True)
            for name in names
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    return list(User.objects.filter(username__in=names).order_by("pk"))


@transaction.atomic
def seed_workouts(owner: User, count: int, *, until: datetime) -> None:
    """Add `count` workouts spread evenly over the ten years before `until`."""
    chance = random.Random(count)
    step = timedelta(days=365.25 * YEARS) / max(count, 1)
    rows = (_workout(owner, until - step * (number + 1), chance) for number in range(count))
    for batch in _batches(rows):
        Workout.objects.bulk_create(batch)


def _batches(rows: Iterator[Workout]) -> Iterator[list[Workout]]:
    batch: list[Workout] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _workout(owner: User, start: datetime, chance: random.Random) -> Workout:
    weights = [habit[1] for habit in HABITS]
    sport_id, _, usual_kmh, usual_km = chance.choices(HABITS, weights)[0]
    ave_speed_kmh = round(usual_kmh * chance.uniform(0.8, 1.2), 2)
    distance_km = round(usual_km * chance.uniform(0.4, 1.8), 3)
    moving = timedelta(seconds=round(distance_km / ave_speed_kmh * 3600))
    ascent_m = round(distance_km * chance.uniform(2, 20), 2)
    return Workout(
        owner=owner,
        sport_id=sport_id,
        title=f"Outing of {start.astimezone(UTC):%Y-%m-%d}",
        start=start,
        moving=moving,
        duration=moving + timedelta(minutes=chance.randrange(0, 20)),
        distance_km=distance_km,
        ave_speed_kmh=ave_speed_kmh,
        max_speed_kmh=round(ave_speed_kmh * chance.uniform(1.1, 1.9), 2),
        ascent_m=ascent_m,
        descent_m=round(ascent_m * chance.uniform(0.9, 1.1), 2),
    )
