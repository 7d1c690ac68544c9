"""Who may see what, and who may change it: the one door out to workouts and their recordings.

Lists, pages, API reads, charts and maps show what is *readable*. Changing, deleting, exporting,
statistics and records concern what is *owned*. Call these functions by the name of the module
(`access.readable(viewer)`), so that they can be told apart, and widened in tests.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.core.files import File
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from tracks.codec import decode
from tracks.model import Track

from .models import Record, Recording, Transfer, Workout, WorkoutQuerySet

if TYPE_CHECKING:
    from rest_framework.request import Request


@dataclass(frozen=True)
class Viewer:
    """Who looks: a user, or nobody. Jobs look as the owner of what they work on."""

    user: User | None = None

    @classmethod
    def of(cls, request: "HttpRequest | Request") -> Self:
        """Who asks, by a page or by the API."""
        return cls(request.user if isinstance(request.user, User) else None)


def readable(viewer: Viewer) -> WorkoutQuerySet:
    """The workouts that `viewer` may see: their own. Others do not exist for them (404)."""
    return Workout.objects.none() if viewer.user is None else owned(viewer.user)


def owned(user: User) -> WorkoutQuerySet:
    """The workouts that are the user's own, to change, delete, export and add up."""
    return Workout.objects.filter(owner=user)


def owned_records(user: User) -> QuerySet[Record]:
    """The records that the user's own workouts hold."""
    return Record.objects.filter(owner=user)


def owned_transfers(user: User) -> QuerySet[Transfer]:
    """The user's own imports and exports, once they are complete."""
    return Transfer.objects.filter(owner=user).exclude(status=Transfer.Status.PREPARING)


def pictured(map_id: str) -> WorkoutQuerySet:
    """The workout of a map picture, if there is one: whoever knows the picture's unguessable
    address may see it, and nothing else of the workout.
    """
    return Workout.objects.filter(map_id=map_id)


def recording(viewer: Viewer, workout: Workout) -> Track:
    """The numbers of the recording of `workout`, as far as `viewer` may see them; one query.

    Recording.DoesNotExist where there is none, or none for `viewer`.
    """
    stored = _recordings_of(workout, readable(viewer)).only("channels").get()
    return decode(bytes(stored.channels))


def original(viewer: Viewer, workout: Workout) -> File[bytes]:
    """The uploaded file of `workout`, open for reading its bytes; the caller closes it. One query.

    It holds whatever the device wrote, so reading a workout is not enough: only its owner gets it.
    Recording.DoesNotExist where there is none, or none for `viewer`; FileNotFoundError when the
    file is gone from the storage.
    """
    own = readable(viewer).filter(owner=viewer.user)
    stored = _recordings_of(workout, own).defer("channels").get()
    return stored.file.open("rb")


def _recordings_of(workout: Workout, among: WorkoutQuerySet) -> QuerySet[Recording]:
    return Recording.objects.filter(workout__in=among.filter(pk=workout.pk))
