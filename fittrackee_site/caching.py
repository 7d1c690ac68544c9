"""A cache in one file, for a site without Redis.

Every process of the machine shares it, counting is exact, and nothing in it makes room for
anything else: an entry goes when its time is over. So nobody pushes the counter of failed
sign-ins out by calling the API, as a cache of limited size would let them.
"""

import pickle
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

# Another process's write takes microseconds; this long, and something is wrong.
PATIENCE_S = 5.0
# One write in so many also takes some of what is over away.
SWEEP_EVERY = 500
SWEPT_AT_ONCE = 2000
# What is kept for ever.
NEVER = float("inf")

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value, ends REAL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_ends ON entries (ends);
"""
SET = "ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends = excluded.ends"
SWEEP = "DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE ends <= ? LIMIT ?)"

_opened = threading.local()


class FileCache(BaseCache):
    """Django's cache interface over an SQLite file of its own (`LOCATION`).

    Numbers are stored as numbers, so that `incr` is one statement; the rest is pickled.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._path = Path(location)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        row = self._row(key, value, timeout, version)
        with self._connection() as connection:
            statement = f"INSERT INTO entries VALUES (?, ?, ?) {SET} WHERE entries.ends <= ?"
            added = connection.execute(statement, (*row, time.time())).rowcount > 0
            self._sweep_now_and_then(connection)
        return added

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        statement = "SELECT value FROM entries WHERE key = ? AND ends > ?"
        with self._connection() as connection:
            found = connection.execute(statement, (self._key(key, version), time.time())).fetchone()
        return default if found is None else _unpack(found[0])

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        row = self._row(key, value, timeout, version)
        with self._connection() as connection:
            connection.execute(f"INSERT INTO entries VALUES (?, ?, ?) {SET}", row)
            self._sweep_now_and_then(connection)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add to a number; ValueError when there is none."""
        statement = (
            "UPDATE entries SET value = value + ? "
            "WHERE key = ? AND ends > ? AND typeof(value) = 'integer' RETURNING value"
        )
        parameters = (delta, self._key(key, version), time.time())
        with self._connection() as connection:
            found = connection.execute(statement, parameters).fetchone()
        if found is None:
            raise ValueError(f"Key '{key}' not found")
        return int(found[0])

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        statement = "UPDATE entries SET ends = ? WHERE key = ? AND ends > ?"
        parameters = (self._end(timeout), self._key(key, version), time.time())
        with self._connection() as connection:
            return connection.execute(statement, parameters).rowcount > 0

    def delete(self, key: Any, version: int | None = None) -> bool:
        statement = "DELETE FROM entries WHERE key = ? AND ends > ?"
        with self._connection() as connection:
            return (
                connection.execute(statement, (self._key(key, version), time.time())).rowcount > 0
            )

    def clear(self) -> None:
        with self._connection() as connection:
            connection.execute("DELETE FROM entries")

    def _key(self, key: Any, version: int | None) -> str:
        return self.make_and_validate_key(key, version=version)

    def _row(
        self, key: Any, value: Any, timeout: Any, version: int | None
    ) -> tuple[str, Any, float]:
        return self._key(key, version), _pack(value), self._end(timeout)

    def _end(self, timeout: Any) -> float:
        end = self.get_backend_timeout(timeout)
        return NEVER if end is None else float(end)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection, committed afterwards."""
        connections = _opened.__dict__.setdefault("connections", {})
        if self._path not in connections:
            connections[self._path] = self._open()
        with connections[self._path] as connection:
            yield connection

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(self._path, timeout=PATIENCE_S)
        connection.executescript(SCHEMA)
        return connection

    def _sweep_now_and_then(self, connection: sqlite3.Connection) -> None:
        if random.randrange(SWEEP_EVERY) == 0:
            connection.execute(SWEEP, (time.time(), SWEPT_AT_ONCE))


def _pack(value: Any) -> Any:
    is_number = type(value) is int and -(2**63) <= value < 2**63
    return value if is_number else pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _unpack(stored: Any) -> Any:
    # Only this site's processes can write the file: it lies in their private folder.
    return pickle.loads(stored) if isinstance(stored, bytes) else stored
