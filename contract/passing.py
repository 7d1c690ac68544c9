"""Notes that a request makes in passing, and for which it waits for nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from .outages import DATABASE_ERRORS, outage_of

SQLITE_WAITS_MS = 20_000


@contextmanager
def in_passing() -> Iterator[None]:
    """What is written in here is left to a later request while somebody else writes.

    SQLite has one writer at a time, and a reader must not wait for it. Outside of transactions.
    """
    connection.ensure_connection()
    _wait_for_writers(0)
    try:
        yield
    except DATABASE_ERRORS as error:
        if outage_of(error) is None:
            raise
    finally:
        _wait_for_writers(SQLITE_WAITS_MS)


def _wait_for_writers(milliseconds: int) -> None:
    if connection.vendor == "sqlite" and connection.connection is not None:
        connection.connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
