"""Counting what could be guessed, in the cache that all processes share."""

import hashlib
import sys
from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Limit:
    """So many in so many seconds, counted from the first one."""

    number: int
    seconds: int


def count(limit: Limit, key: str) -> int:
    """Count one more under `key`, and how many that makes; no two callers get the same number.

    Whoever counts before they look can't be overtaken: a burst never gets beyond the limit.
    """
    name = _name(limit, key)
    for _ in range(2):
        cache.add(name, 0, limit.seconds)
        try:
            return cache.incr(name)
        except ValueError:  # the seconds ended between the two calls
            continue
    return sys.maxsize


def is_over(limit: Limit, key: str) -> bool:
    """Count one more under `key`, and whether that is one too many."""
    return count(limit, key) > limit.number


def counted(limit: Limit, key: str) -> int:
    """How many are counted under `key` now."""
    return int(cache.get(_name(limit, key), 0))


def take_back(limit: Limit, key: str) -> None:
    """Let one that was counted under `key` be as if it had not happened."""
    with suppress(ValueError):  # its seconds have ended
        cache.incr(_name(limit, key), -1)


def _name(limit: Limit, key: str) -> str:
    text = f"{key} {limit.number} {limit.seconds}"
    return f"attempts-{hashlib.sha256(text.encode()).hexdigest()}"
