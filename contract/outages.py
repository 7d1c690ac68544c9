"""What the site says while something it stands on is away: 503, or 507 without room on the disk.

Such a failure is nobody's mistake and passes, so the caller is told to come back; nothing of the
request was kept, because its transaction never ended.
"""

import errno
import sqlite3
from collections.abc import Iterator
from http import HTTPStatus

import psycopg
import redis
from django import db

RETRY_AFTER_S = 30
# What the two stores of ours raise when they are away: the database's errors and the cache's.
# Redis may be there and refuse: its memory or its disk is full, or it only reads.
CACHE_ERRORS = (sqlite3.OperationalError, redis.RedisError)
DATABASE_ERRORS = (db.OperationalError, db.InterfaceError)

FULL = {errno.ENOSPC, errno.EDQUOT}
# Of SQLite's many complaints those that the machine causes, not the statement.
SQLITE_AWAY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY")


def outage_of(error: BaseException | None) -> HTTPStatus | None:
    """503 or 507 when `error`, or what caused it, is an outage; None for every other error."""
    statuses = {_status_of(cause) for cause in _causes(error)}
    for status in (HTTPStatus.INSUFFICIENT_STORAGE, HTTPStatus.SERVICE_UNAVAILABLE):
        if status in statuses:
            return status
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _status_of(error: BaseException) -> HTTPStatus | None:
    match error:
        case psycopg.errors.DiskFull():
            return HTTPStatus.INSUFFICIENT_STORAGE
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case redis.RedisError():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case sqlite3.Error(sqlite_errorname="SQLITE_FULL"):
            return HTTPStatus.INSUFFICIENT_STORAGE
        case sqlite3.Error(sqlite_errorname=str(name)) if name.startswith(SQLITE_AWAY):
            return HTTPStatus.SERVICE_UNAVAILABLE
        case OSError(errno=number) if number in FULL:
            return HTTPStatus.INSUFFICIENT_STORAGE
    return None
