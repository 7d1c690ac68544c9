"""Questions to servers that the operator chose: tiles and weather."""

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from django.core.cache import cache
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from contract.outages import CACHE_ERRORS
from instance import __version__

PART_BYTES = 1 << 16


class NoAnswerError(Exception):
    """The server said nothing in time, or too much; the words never hold its address."""


@dataclass(frozen=True)
class Answer:
    """What a server said, whatever it was."""

    status: int
    data: bytes


def ask(
    address: str, *, timeout_s: float, most_bytes: int, parameters: dict[str, Any] | None = None
) -> Answer:
    """What a server answers; NoAnswerError when that takes too long, or is too large or packed.

    Only the server that is named is asked: a redirect, which may lead into the house's own network,
    is an answer like any other. Nothing is unpacked, so that few bytes can't become many.
    """
    agent = f"FitTrackee/{__version__} (+{settings.SITE_URL})"
    deadline = time.monotonic() + timeout_s
    try:
        with requests.get(
            address,
            params=parameters,
            headers={"User-Agent": agent, "Accept-Encoding": "identity"},
            timeout=timeout_s,
            allow_redirects=False,
            stream=True,
        ) as response:
            return Answer(response.status_code, _read(response.raw, most_bytes, deadline))
    except (requests.RequestException, HTTPError, OSError) as error:
        # Its address, which the error repeats, may hold a key.
        raise NoAnswerError(type(error).__name__) from None


def _read(source: BaseHTTPResponse, most_bytes: int, deadline: float) -> bytes:
    """The body, taken as it comes: a server that sends it drop by drop is not waited for."""
    if source.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NoAnswerError("packed")
    data = b""
    while part := source.read1(PART_BYTES, decode_content=False):
        data += part
        if len(data) > most_bytes:
            raise NoAnswerError("too large")
        if time.monotonic() > deadline:
            raise NoAnswerError("too slow")
    return data


def recall(name: str) -> Any:
    """What is remembered under `name`; None while the cache is away, as it only saves questions."""
    with suppress(*CACHE_ERRORS):
        return cache.get(name)
    return None


def remember(name: str, value: Any, seconds: int) -> None:
    with suppress(*CACHE_ERRORS):
        cache.set(name, value, seconds)
