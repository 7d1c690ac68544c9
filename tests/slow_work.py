"""Nobody waits for another's slow work: none of it is done inside a transaction.

A plugin for all tests. While a transaction is open, SQLite lets nobody else write, and PostgreSQL
nobody else touch the locked rows; so hashing a password, decoding or drawing a picture, reading a
recording or calling another server inside one fails the test. The blocks that pytest-django itself
opens around a test don't count.
"""

import functools
import socket
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.db import connections, transaction
from django.utils.module_loading import import_string
from django_tasks.backends.immediate import ImmediateBackend
from PIL import Image, ImageDraw

Work = TypeVar("Work", bound=Callable[..., Any])


def transaction_of_test() -> transaction.Atomic:
    """A block that a test opens around what it watches; it doesn't count either."""
    block = transaction.atomic()
    block._from_testcase = True
    return block


class SlowWorkInTransaction(BaseException):
    """Something slow was done while others waited; no handler of the site may hide it."""


def open_blocks() -> int:
    """How many transactions and savepoints of the site are open in this thread."""
    return sum(
        not block._from_testcase
        for connection in connections.all(initialized_only=True)
        for block in connection.atomic_blocks
    )


def in_another_process(run: Work) -> Work:
    """Jobs run at once in tests, inside the block that enqueued them: the worker knows no such."""

    @functools.wraps(run)
    def guarded(*args: Any, **options: Any) -> Any:
        blocks = [
            block
            for connection in connections.all(initialized_only=True)
            for block in connection.atomic_blocks
            if not block._from_testcase
        ]
        for block in blocks:
            block._from_testcase = True
        try:
            return run(*args, **options)
        finally:
            for block in blocks:
                block._from_testcase = False

    return guarded  # type: ignore[return-value]


def outside_transactions(what: str, work: Work) -> Work:
    @functools.wraps(work)
    def guarded(*args: Any, **options: Any) -> Any:
        if open_blocks():
            caught.append(what)
            raise SlowWorkInTransaction(f"{what} inside a transaction")
        return work(*args, **options)

    return guarded  # type: ignore[return-value]


# What was caught in any thread: one that swallows everything can't swallow this.
caught: list[str] = []

PICTURE_WORK = [
    *((Image.Image, name) for name in ("load", "save", "resize", "convert", "paste")),
    *((Image, name) for name in ("open", "new")),
    *((ImageDraw.ImageDraw, name) for name in ("line", "polygon", "ellipse")),
]


def slow_work() -> list[tuple[Any, str, str]]:
    """Where each kind of slow work is defined, its name there, and what to call it."""
    from tracks.readers import read_track

    hashing = {import_string(name) for name in settings.PASSWORD_HASHERS} | {
        hashers.PBKDF2PasswordHasher
    }
    return [
        *((hasher, "encode", "hashing a password") for hasher in hashing),
        *((place, name, "picture work") for place, name in PICTURE_WORK),
        *((module, "read_track", "reading a recording") for module in users_of(read_track)),
        (socket.socket, "connect", "calling another server"),
    ]


def users_of(function: Callable[..., Any]) -> list[Any]:
    """The modules that have imported `function` so far; others will find it guarded."""
    name = function.__name__
    return [module for module in sys.modules.values() if vars(module).get(name) is function]


@pytest.fixture(autouse=True, scope="session")
def guard_transactions():
    """Put the guards in place for all tests."""
    patch = pytest.MonkeyPatch()
    for place, name, what in slow_work():
        patch.setattr(place, name, outside_transactions(what, getattr(place, name)))
    run = in_another_process(ImmediateBackend._execute_task)
    patch.setattr(ImmediateBackend, "_execute_task", run)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def no_slow_work_in_transactions():
    """Fail the test in whose time something slow was done inside a transaction."""
    caught.clear()
    yield
    assert not caught, f"inside a transaction: {', '.join(sorted(set(caught)))}"
