"""What an account has recorded, in figures; the app that knows registers itself here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from .models import User


@dataclass(frozen=True)
class UserFigures:
    """One account's totals over all sports; `records` are ready to be shown."""

    nb_workouts: int = 0
    sport_ids: list[int] = field(default_factory=list)
    total_distance_km: float = 0.0
    total_ascent_m: float = 0.0
    total_duration: timedelta = timedelta()
    records: list[Any] = field(default_factory=list)


FiguresOf = Callable[[Sequence[User]], dict[int, UserFigures]]


def no_figures(users: Sequence[User]) -> dict[int, UserFigures]:
    return {}


class _FiguresProvider:
    figures: FiguresOf = staticmethod(no_figures)


def provide_figures(provider: FiguresOf) -> None:
    """Let `provider` answer `figures_of` from now on."""
    _FiguresProvider.figures = staticmethod(provider)


def figures_of(users: Sequence[User]) -> dict[int, UserFigures]:
    """The figures of each account by its primary key, in a constant number of queries."""
    known = _FiguresProvider.figures(users)
    return {user.pk: known.get(user.pk, UserFigures()) for user in users}


def figures_of_one(user: User) -> UserFigures:
    return figures_of([user])[user.pk]
