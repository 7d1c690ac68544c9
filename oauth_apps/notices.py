"""Telling people of keys to their account that were made; the app that knows how registers here."""

from collections.abc import Callable
from enum import Enum
from typing import Any


class Made(Enum):
    """What gives access from now on."""

    TOKEN = "token_made"
    APPLICATION = "application_registered"
    SECRET = "secret_made"
    ACCESS = "access_given"


# Called with the request that made it, what it is and how it is named.
on_made: list[Callable[[Any, Made, str], None]] = []


def announce(request: Any, made: Made, name: str) -> None:
    """Tell whoever is signed in that this was made in their name."""
    for hook in on_made:
        hook(request, made, name)
