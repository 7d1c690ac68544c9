"""Makers of real objects for tests."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from workouts.models import Sport, Workout

numbers = itertools.count(1)


def make_user(username: str = "", **fields: Any) -> User:
    username = username or f"user{next(numbers)}"
    fields.setdefault("email", f"{username}@example.com")
    fields.setdefault("is_active", True)
    return User.objects.create_user(
        username=username, password=fields.pop("password", "password!"), **fields
    )


def make_workout(owner: User, sport: int | Sport = 1, **fields: Any) -> Workout:
    """A workout without a recording, one hour and ten kilometres unless told otherwise."""
    number = next(numbers)
    fields.setdefault("title", f"Workout {number}")
    fields.setdefault("start", datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(hours=number))
    fields.setdefault("duration", timedelta(hours=1))
    fields.setdefault("moving", fields["duration"])
    fields.setdefault("distance_km", 10.0)
    fields.setdefault("ave_speed_kmh", 10.0)
    fields.setdefault("max_speed_kmh", fields["ave_speed_kmh"])
    sport_id = sport.pk if isinstance(sport, Sport) else sport
    return Workout.objects.create(owner=owner, sport_id=sport_id, **fields)
