"""Somebody who may see workouts without owning them."""

import pytest

from accounts.models import User
from workouts import access
from workouts.models import Workout, WorkoutQuerySet


def let_read_everything(monkeypatch: pytest.MonkeyPatch, reader: User) -> None:
    """Widen what is readable for `reader`, and for nobody else."""
    usual = access.readable

    def wide(viewer: access.Viewer) -> WorkoutQuerySet:
        return Workout.objects.all() if viewer.user == reader else usual(viewer)

    monkeypatch.setattr(access, "readable", wide)
