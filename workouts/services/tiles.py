"""Map tiles of the configured server, kept on disk for a while."""

import hashlib
import logging
import pickle
import re
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from threading import BoundedSemaphore

from django.conf import settings
from django.core.cache import caches

from .outgoing import NoAnswerError, ask, recall, remember

logger = logging.getLogger(__name__)

HIGHEST_ZOOM = 20
# Those that our maps name: with more, anybody could have other hosts of that domain asked.
SUBDOMAINS = ("a", "b", "c")
LARGEST_TILE = 1024 * 1024
FRESH_S = 7 * 24 * 3600
REST_S = 60
# A slow tile server may hold up so many threads of a process, and nobody else's requests.
AT_ONCE = 2
TURN_WITHIN_S = 1.0
RESTING = "tiles:resting"
# What reading a kept tile may raise, after a power cut for instance.
UNREADABLE = (OSError, EOFError, LookupError, ValueError, pickle.UnpicklingError, zlib.error)
NOT_KEPT = (float("-inf"), b"")

SIGNATURES = {
    rb"\x89PNG\r\n\x1a\n": "image/png",
    rb"\xff\xd8\xff": "image/jpeg",
    rb"GIF8[79]a": "image/gif",
    rb"(?s)RIFF.{4}WEBP": "image/webp",
}

_turns = BoundedSemaphore(AT_ONCE)


class TileError(Exception):
    """The tile server did not answer with a picture."""


class NoSuchTileError(TileError):
    """There is no tile at that place."""


@dataclass(frozen=True)
class Place:
    """The address of a tile; raises NoSuchTileError outside of the world."""

    zoom: int
    x: int
    y: int
    subdomain: str = "a"

    def __post_init__(self) -> None:
        if self.subdomain not in SUBDOMAINS:
            raise NoSuchTileError(self.subdomain)
        if not 0 <= self.zoom <= HIGHEST_ZOOM:
            raise NoSuchTileError(f"zoom {self.zoom}")
        if not (0 <= self.x < 2**self.zoom and 0 <= self.y < 2**self.zoom):
            raise NoSuchTileError(f"{self.x}/{self.y} at zoom {self.zoom}")


def content_type(data: bytes) -> str:
    """The type of a picture by its first bytes; TileError when it is none."""
    for signature, name in SIGNATURES.items():
        if re.match(signature, data):
            return name
    raise TileError("not a picture")


def get_tile(
    place: Place, *, timeout_s: float = 5.0, turn_within_s: float = TURN_WITHIN_S
) -> bytes:
    """The picture at `place`, from disk if it is fresh, else from the server, else an old one.

    Only AT_ONCE ask the server at once; who has no turn within `turn_within_s` goes without.
    Raises NoSuchTileError, or TileError when the server gives no picture in time.
    """
    fetched_at, kept = _recall(place)
    if time.time() - fetched_at < FRESH_S:
        return kept
    try:
        data = _fetch(place, timeout_s, turn_within_s)
    except NoSuchTileError:
        raise
    except TileError:
        if kept:
            return kept
        raise
    _keep(place, data)
    return data


def _recall(place: Place) -> tuple[float, bytes]:
    """When the tile was fetched, and its picture; NOT_KEPT as well for what can't be read."""
    with suppress(*UNREADABLE):
        kept: tuple[float, bytes] = caches["tiles"].get(_key(place), NOT_KEPT)
        return kept
    return NOT_KEPT


def _keep(place: Place, data: bytes) -> None:
    try:
        caches["tiles"].set(_key(place), (time.time(), data))
    except OSError as error:
        logger.warning("A tile can't be kept: %s", error)


def _key(place: Place) -> str:
    text = f"{settings.TILE_SERVER_URL} {place.zoom}/{place.x}/{place.y}"
    return hashlib.sha256(text.encode()).hexdigest()


def _fetch(place: Place, timeout_s: float, turn_within_s: float) -> bytes:
    if recall(RESTING):
        raise TileError("the tile server did not answer a moment ago")
    if not _turns.acquire(timeout=turn_within_s):
        raise TileError("enough others wait for the tile server")
    try:
        return _download(_address(place), timeout_s)
    except NoAnswerError as error:
        # Without a pause every map would wait for the time-out again and again.
        remember(RESTING, True, REST_S)
        logger.warning("The tile server does not answer: %s", error)
        raise TileError("the tile server does not answer") from error
    finally:
        _turns.release()


def _address(place: Place) -> str:
    parts = {"{s}": place.subdomain, "{z}": place.zoom, "{x}": place.x, "{y}": place.y}
    address = str(settings.TILE_SERVER_URL)
    for name, value in parts.items():
        address = address.replace(name, str(value))
    return address


def _download(address: str, timeout_s: float) -> bytes:
    answer = ask(address, timeout_s=timeout_s, most_bytes=LARGEST_TILE)
    if answer.status in (400, 404, 410):
        raise NoSuchTileError(answer.status)
    if answer.status != 200:
        raise TileError(f"the tile server answers {answer.status}")
    content_type(answer.data)
    return answer.data
