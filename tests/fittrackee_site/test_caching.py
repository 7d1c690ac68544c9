"""The cache of a site without Redis: shared, exact, and nothing is pushed out of it."""

import json
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
import redis
import time_machine

from fittrackee_site.caching import (
    SWEEP_EVERY,
    FileCache,
    QuickRedisCache,
    RestingRedis,
)

ROOT = Path(__file__).resolve().parent.parent.parent
COUNTER = """
import json, sys
from django.conf import settings
settings.configure()
from fittrackee_site.caching import FileCache
cache = FileCache(sys.argv[1], {})
print("ready", flush=True)
sys.stdin.readline()
counts = []
for _ in range(500):
    cache.add("calls", 0, 60)
    counts.append(cache.incr("calls"))
print(json.dumps([counts, cache.add("once", True, 60)]))
"""


@pytest.fixture
def path(tmp_path) -> str:
    return str(tmp_path / "new" / "cache.sqlite3")


@pytest.fixture
def cache(path) -> FileCache:
    return FileCache(path, {})


@pytest.mark.parametrize("value", [0, -7, 2**70, True, None, "text", b"bytes", {"a": [1.5]}])
def test_what_is_kept_comes_back(cache, value):
    cache.set("key", value)
    found = cache.get("key", "nothing")
    assert (found, type(found)) == (value, type(value))


def test_the_first_to_add_wins(cache):
    assert [cache.add("key", 1), cache.add("key", 2), cache.get("key")] == [True, False, 1]


def test_what_is_deleted_is_gone(cache):
    cache.set("key", 1)
    assert [cache.delete("key"), cache.delete("key"), cache.get("key")] == [True, False, None]


def test_entries_go_when_their_time_is_over(cache):
    with time_machine.travel("2026-05-01 12:00:00Z", tick=False) as clock:
        cache.set("short", 1, 10)
        cache.set("touched", 1, 10)
        cache.set("kept", 1, None)
        cache.set("never", 1, 0)
        assert cache.touch("touched", 60)
        clock.shift(11)
        assert [cache.get(key) for key in ("short", "touched", "kept", "never")] == [
            None,
            1,
            1,
            None,
        ]
        assert not cache.touch("short", 60)
        assert cache.add("short", 2, 10)
        assert cache.get("short") == 2


def test_only_numbers_that_are_there_are_counted_up(cache):
    cache.set("text", "7")
    for key in ("text", "nothing"):
        with pytest.raises(ValueError, match="not found"):
            cache.incr(key)
    cache.set("number", 7)
    assert [cache.incr("number"), cache.decr("number", 3)] == [8, 5]


def test_nothing_is_pushed_out(cache):
    cache.set("failures", 5, 300)
    for number in range(3 * SWEEP_EVERY):
        cache.set(f"flood-{number}", 0, 60)
    assert cache.get("failures") == 5
    assert cache.get("flood-0") == 0


def test_a_damaged_file_is_set_aside(path):
    """As a power cut may leave it: the first call fails like an outage, the next one doesn't."""
    Path(path).parent.mkdir()
    Path(path).write_bytes(b"no database" * 1000)
    cache = FileCache(path, {})
    with pytest.raises(sqlite3.OperationalError, match="damaged"):
        cache.set("key", 1)
    cache.set("key", 2)
    assert cache.get("key") == 2
    assert Path(f"{path}.damaged").read_bytes().startswith(b"no database")


def test_who_finds_the_damage_late_leaves_the_new_file_alone(path):
    Path(path).parent.mkdir()
    Path(path).write_bytes(b"no database" * 1000)
    cache = FileCache(path, {})
    late = cache._open()
    with pytest.raises(sqlite3.OperationalError, match="damaged"):
        cache.set("key", 1)
    cache.set("key", 2)
    cache._set_aside(late)
    assert FileCache(path, {}).get("key") == 2


def test_what_is_over_leaves_the_file(cache):
    with time_machine.travel("2026-05-01 12:00:00Z", tick=False) as clock:
        for number in range(2000):
            cache.set(f"old-{number}", 0, 60)
        clock.shift(61)
        for number in range(20 * SWEEP_EVERY):
            cache.set(f"new-{number % 100}", 0, 60)
    with cache._connection() as connection:
        assert connection.execute("SELECT count(*) FROM entries").fetchone()[0] <= 2000


def test_threads_count_exactly(cache, path):
    cache.set("calls", 0)
    threads = [
        threading.Thread(target=lambda: [FileCache(path, {}).incr("calls") for _ in range(200)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.get("calls") == 1600


def test_processes_that_start_at_once_count_exactly(path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", COUNTER, path],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    counts = sorted(count for counted, _first in results for count in counted)
    assert counts == list(range(1, 2001))
    assert sorted(first for _counted, first in results) == [False, False, False, True]


@pytest.fixture
def silent_server(monkeypatch) -> socket.socket:
    """Takes connections, and says nothing to them, as a Redis that hangs."""
    monkeypatch.setattr(RestingRedis, "rests_until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        yield listener


def callers_of(listener: socket.socket) -> int:
    callers = []
    with suppress(BlockingIOError):
        while True:
            callers.append(listener.accept()[0])
    for caller in callers:
        caller.close()
    return len(callers)


def test_a_silent_redis_is_asked_once_and_then_left_alone(silent_server):
    cache = QuickRedisCache(f"redis://127.0.0.1:{silent_server.getsockname()[1]}/0", {})
    with pytest.raises(redis.TimeoutError):
        cache.get("key")
    for _ in range(50):
        with pytest.raises(redis.ConnectionError):
            cache.get("key")
    assert callers_of(silent_server) == 1


def test_a_redis_that_rested_is_asked_again(silent_server, monkeypatch):
    cache = QuickRedisCache(f"redis://127.0.0.1:{silent_server.getsockname()[1]}/0", {})
    for _ in range(2):
        with pytest.raises(redis.TimeoutError):
            cache.get("key")
        monkeypatch.setattr(RestingRedis, "rests_until", 0.0)
    assert callers_of(silent_server) == 2
