"""Request bodies, received whole on the event loop: bounded in size, time, number and room.

A thread is taken for a request only when its body is here, so that one that never ends holds none.
"""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any

from contract.outages import FULL

Receive = Callable[[], Awaitable[dict[str, Any]]]

# Larger ones wait on the disk.
IN_MEMORY = 256 * 1024
# A browser sends six files at once; a club behind one address has several people.
PER_ADDRESS = 32


class RefusedError(Exception):
    """The request is answered without asking the application."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class ClientGoneError(Exception):
    """Nobody waits for an answer any more."""


@contextmanager
def refused_when_full() -> Iterator[None]:
    """Whatever finds no room on the disk in here is refused: writing, rewinding, even closing."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        message = "the disk of the site is full, nothing was stored"
        raise RefusedError(HTTPStatus.INSUFFICIENT_STORAGE, message) from error


@dataclass(frozen=True)
class Pace:
    """The slowest that a body may come, which is that of a phone at the edge of its network:

    10 MiB may take three quarters of an hour, but nothing may pause for long or come by drops.
    """

    pause_seconds: float = 20
    first_seconds: float = 30
    bytes_per_second: int = 4096

    def seconds_left(self, received: int, elapsed: float) -> float:
        """How long to wait for the next piece."""
        due = self.first_seconds + received / self.bytes_per_second
        return min(self.pause_seconds, due - elapsed)


class Body:
    """What came of a body so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = 0

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        with refused_when_full():
            self.file.write(piece)


class Bodies:
    """Receives bodies of at most `limit` bytes, `per_address` at once, `room` bytes in all."""

    def __init__(
        self, *, limit: int, room: int, per_address: int = PER_ADDRESS, pace: Pace | None = None
    ) -> None:
        self.limit = limit
        self.room = room
        self.per_address = per_address
        self.pace = pace or Pace()
        self.bytes_here = 0
        self.coming: Counter[str] = Counter()

    @asynccontextmanager
    async def received(self, receive: Receive, *, address: str, length: int) -> AsyncIterator[Body]:
        """The whole body, at its start, for as long as the block lasts.

        `length` is the announced one, 0 when none is. Raises RefusedError and ClientGoneError.
        """
        self.check_size(length)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            body = Body(file)
            try:
                with self.place_of(address):
                    await self.fill(body, receive)
                file.seek(0)
                yield body
            finally:
                self.bytes_here -= body.size

    @contextmanager
    def place_of(self, address: str) -> Iterator[None]:
        if self.coming[address] >= self.per_address:
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS, "too many requests at once, try again soon"
            )
        self.coming[address] += 1
        try:
            yield
        finally:
            self.coming[address] -= 1
            self.coming += Counter()  # forgets addresses at zero

    async def fill(self, body: Body, receive: Receive) -> None:
        started = time.monotonic()
        is_more = True
        while is_more:
            seconds = self.pace.seconds_left(body.size, time.monotonic() - started)
            piece, is_more = await next_piece(receive, seconds)
            self.check_size(body.size + len(piece))
            self.take_room(len(piece))
            body.write(piece)

    def check_size(self, size: int) -> None:
        if size > self.limit:
            message = f"the request is larger than {self.limit} bytes"
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)

    def take_room(self, size: int) -> None:
        if self.bytes_here + size > self.room:
            message = "the site receives too much at once, try again soon"
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, message)
        self.bytes_here += size


async def next_piece(receive: Receive, seconds: float | None) -> tuple[bytes, bool]:
    """The next piece, and whether more will come; RefusedError when it does not come in time."""
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
    except TimeoutError as error:
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, "the request came too slowly") from error
    if message["type"] == "http.disconnect":
        raise ClientGoneError
    return message.get("body", b""), message.get("more_body", False)


async def discard(receive: Receive, *, size: int, seconds: float) -> None:
    """Throw away what still comes: a client that goes on sending would not see its answer."""
    try:
        async with asyncio.timeout(seconds):
            is_more = True
            while is_more and size > 0:
                piece, is_more = await next_piece(receive, seconds)
                size -= len(piece)
    except (TimeoutError, RefusedError, ClientGoneError):
        return
