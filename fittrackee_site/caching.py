"""The two caches that a site can have: Redis, or one file.

Every process of the machine shares the file, counting is exact, and nothing in it makes room for
anything else: an entry goes when its time is over. So nobody pushes the counter of failed
sign-ins out by calling the API, as a cache of limited size would let them.
"""

import os
import pickle
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.retry import Retry

# Redis answers in a millisecond. One that is silent would hold each of a few threads so long…
REDIS_PATIENCE_S = 1.0
# … so it is left alone for a while, in which whoever needs it is told at once.
REDIS_REST_S = 5.0
# Another process's write takes microseconds; this long, and something is wrong.
PATIENCE_S = 5.0
# One write in so many also takes some of what is over away.
SWEEP_EVERY = 500
SWEPT_AT_ONCE = 2000
# What is kept for ever.
NEVER = float("inf")

# How SQLite's names of an error begin when the file is none of its own, or not any more.
DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value, ends REAL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_ends ON entries (ends);
"""
SET = "ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends = excluded.ends"
SWEEP = "DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE ends <= ? LIMIT ?)"

_opened = threading.local()


class RestingRedis(redis.Redis):
    """A client that asks nothing for a while after Redis did not answer this process."""

    rests_until = 0.0

    def execute_command(self, *arguments: Any, **options: Any) -> Any:
        if time.monotonic() < RestingRedis.rests_until:
            raise redis.ConnectionError("Redis did not answer a moment ago")
        try:
            return super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]
        except (redis.ConnectionError, redis.TimeoutError):
            RestingRedis.rests_until = time.monotonic() + REDIS_REST_S
            raise


class QuickRedisClient(RedisCacheClient):
    """Django's client, with little patience; a connection that Redis closed is made anew once."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        options |= {
            "socket_timeout": REDIS_PATIENCE_S,
            "socket_connect_timeout": REDIS_PATIENCE_S,
            "retry": Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        }
        super().__init__(servers, **options)
        self._client = RestingRedis


class QuickRedisCache(RedisCache):
    """Django's cache in Redis, which holds nobody up while Redis is away or silent."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = QuickRedisClient


class Opened(sqlite3.Connection):
    """A connection to a file, which may not be the one of that name any more."""

    inode = 0
    has_tables = False

    def make_tables(self) -> None:
        """Prepare the file; of several that do so at once, SQLite lets all but one fail."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.has_tables:
            try:
                self.executescript(SCHEMA)
                self.has_tables = True
            except sqlite3.OperationalError as error:
                if (
                    not error.sqlite_errorname.startswith("SQLITE_BUSY")
                    or time.monotonic() > deadline
                ):
                    raise
                time.sleep(0.01)


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
        """This thread's connection, committed afterwards.

        A damaged file (nothing forces it to the disk, so that a power cut may damage it) is set
        aside: OperationalError this once, and then the cache begins anew.
        """
        connections = _opened.__dict__.setdefault("connections", {})
        connection = connections.get(self._path) or self._open()
        connections[self._path] = connection
        try:
            connection.make_tables()
            with connection:
                yield connection
        except sqlite3.DatabaseError as error:
            if not str(getattr(error, "sqlite_errorname", "")).startswith(DAMAGED):
                raise
            self._set_aside(connections.pop(self._path))
            raise sqlite3.OperationalError("the cache was damaged, and begins anew") from error

    def _open(self) -> Opened:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(self._path, timeout=PATIENCE_S, factory=Opened)
        connection.inode = self._path.stat().st_ino
        return connection

    def _set_aside(self, connection: Opened) -> None:
        """Move a damaged file away, unless another thread or process was faster."""
        connection.close()
        with suppress(FileNotFoundError):
            if self._path.stat().st_ino == connection.inode:
                for ending in ("", "-wal", "-shm"):
                    os.replace(f"{self._path}{ending}", f"{self._path}.damaged{ending}")

    def _sweep_now_and_then(self, connection: sqlite3.Connection) -> None:
        if random.randrange(SWEEP_EVERY) == 0:
            connection.execute(SWEEP, (time.time(), SWEPT_AT_ONCE))


def _pack(value: Any) -> Any:
    is_number = type(value) is int and -(2**63) <= value < 2**63
    return value if is_number else pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _unpack(stored: Any) -> Any:
    # Only this site's processes can write the file: it lies in their private folder.
    return pickle.loads(stored) if isinstance(stored, bytes) else stored
