"""What follows a change, in one list. Nothing here is part of the change: it neither delays it nor
fails with it. Whoever is new adds a function and a line.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from ..models import Workout
from .maps import prepare_map_picture
from .weather import fetch_weather

Follower = Callable[[Workout], None]


def draw_map_picture(workout: Workout) -> None:
    prepare_map_picture.enqueue(str(workout.map_id))


def ask_for_weather(workout: Workout) -> None:
    if settings.WEATHER_PROVIDER:
        fetch_weather.enqueue(workout.pk)


# After a recording became a workout, in this order.
FOLLOWERS: tuple[Follower, ...] = (draw_map_picture, ask_for_weather)


def enqueue_follow_ups(workout: Workout) -> None:
    """Call every follower once the transaction is committed; one that fails stops no other."""
    for follow in FOLLOWERS:
        call_after_commit(follow, workout)


def call_after_commit(follow: Follower, workout: Workout) -> None:
    # A `partial` has no name by which Django could tell of its failure.
    transaction.on_commit(lambda: follow(workout), robust=True)
