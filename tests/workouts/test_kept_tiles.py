"""Tiles are kept for a while, within bounds, and whatever happens to the disk costs none."""

import errno
import time
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.cache.backends import filebased

from workouts.services.tiles import FRESH_S, Place, get_tile


def kept_files(settings) -> list[Path]:
    return [path for path in (settings.DATA_DIR / "tiles").rglob("*") if path.is_file()]


def test_an_old_tile_is_better_than_none(tile_server, monkeypatch):
    data = get_tile(Place(1, 0, 0))
    month_later = time.time() + 30 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: month_later)
    tile_server.status = 500
    assert get_tile(Place(1, 0, 0)) == data


@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 30, 60])
@pytest.mark.parametrize("filler", [b"", b"\0", b"\xff", b"garbage"])
def test_a_kept_tile_that_was_damaged_is_fetched_anew(tile_server, settings, length, filler):
    data = get_tile(Place(1, 0, 0))
    (kept,) = kept_files(settings)
    kept.write_bytes(kept.read_bytes()[:length] + filler * 100)
    assert get_tile(Place(1, 0, 0)) == get_tile(Place(1, 0, 0)) == data
    assert len(tile_server.paths) == 2


def test_a_tile_that_is_dropped_is_fetched_anew(tile_server, settings):
    data = get_tile(Place(1, 0, 0))
    for path in kept_files(settings):
        path.unlink()
    assert get_tile(Place(1, 0, 0)) == data
    assert len(tile_server.paths) == 2


def test_a_tile_outlives_the_process_that_fetched_it(tile_server):
    data = get_tile(Place(1, 0, 0))
    del caches["tiles"]
    tile_server.status = 500
    assert get_tile(Place(1, 0, 0)) == data
    assert len(tile_server.paths) == 1


def test_a_tile_is_fetched_anew_after_a_week(tile_server, monkeypatch):
    get_tile(Place(1, 0, 0))
    week_later = time.time() + FRESH_S
    monkeypatch.setattr(time, "time", lambda: week_later - 10)
    get_tile(Place(1, 0, 0))
    assert len(tile_server.paths) == 1
    monkeypatch.setattr(time, "time", lambda: week_later + 10)
    get_tile(Place(1, 0, 0))
    assert len(tile_server.paths) == 2


def test_a_full_disk_costs_no_tile_and_leaves_nothing(tile_server, settings, monkeypatch, caplog):
    def fail(*names: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(filebased, "file_move_safe", fail)
    assert get_tile(Place(1, 0, 0)) == tile_server.body
    assert "can't be kept" in caplog.text
    assert kept_files(settings) == []


def test_a_folder_that_cannot_be_made_costs_no_tile(tile_server, settings, caplog):
    (settings.DATA_DIR / "tiles").touch()
    assert get_tile(Place(1, 0, 0)) == tile_server.body
    assert "can't be kept" in caplog.text


def test_the_kept_tiles_never_fill_the_disk(tile_server, settings):
    few = settings.CACHES["tiles"] | {"OPTIONS": {"MAX_ENTRIES": 4}}
    settings.CACHES = settings.CACHES | {"tiles": few}
    for x in range(20):
        get_tile(Place(12, x, 0))
        assert len(kept_files(settings)) <= 4


def test_half_a_gigabyte_of_usual_tiles_is_the_most_that_is_kept(settings):
    assert settings.CACHES["tiles"]["OPTIONS"]["MAX_ENTRIES"] * 20_000 < 512 * 1024**2
