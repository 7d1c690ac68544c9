"""Answers of the WSGI application: made in one thread, sent by the event loop.

Nothing of a thread is left when the sending begins, so a reader that takes its time holds none, and
what is larger than a little waits on the disk, so that many of them hold no memory either.
"""

import asyncio
import io
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache
from typing import IO, Any
from wsgiref.util import FileWrapper

from .bodies import IN_MEMORY, ClientGoneError, Pace, Receive, next_piece

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[str, str]]

# What is read at once, and what is sent at once: the server keeps 32 of the latter for a reader.
BLOCK = 256 * 1024
PIECE = 16 * 1024
SECONDS_PER_BLOCK = BLOCK / Pace.bytes_per_second


@dataclass(frozen=True)
class Answer:
    """What is sent; a file is read from where it stands, and closed."""

    status: int
    headers: Headers
    body: bytes | IO[bytes]


def make_answer(application: Application, environ: Environ) -> Answer:
    """Run `application` from its beginning to its end in this thread.

    What it holds here, as a connection to the database, is given back before anything is sent.
    """
    started: list[tuple[str, Headers]] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> None:
        started[:] = [(status, headers)]

    result = application(environ, start_response)
    try:
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else take_over(result)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
    status, headers = started[0]
    return Answer(int(status.split()[0]), headers, body)


def take_over(result: Iterable[bytes]) -> bytes | IO[bytes]:
    """The body of an answer, apart from everything that made it."""
    if isinstance(result, FileWrapper):
        own = reopened(result.filelike)
        if own is not None:
            return own
    return collected(result)


def reopened(file: Any) -> IO[bytes] | None:
    """A handle of our own on a large file of the disk; None for all others."""
    while hasattr(file, "file"):  # Django's files hold one, as temporary files do
        file = file.file
    if not isinstance(file, io.BufferedReader) or not isinstance(file.raw, io.FileIO):
        return None
    position = file.tell()
    if os.fstat(file.fileno()).st_size - position <= IN_MEMORY:
        return None
    own = open(os.dup(file.fileno()), "rb")  # noqa: SIM115 - whoever sends it closes it
    own.seek(position)
    return own


def collected(pieces: Iterable[bytes]) -> bytes | IO[bytes]:
    spool = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    for piece in pieces:
        spool.write(piece)
    size = spool.tell()
    spool.seek(0)
    if size > IN_MEMORY:
        return spool
    with spool:
        return spool.read()


async def send_answer(answer: Answer, receive: Receive, send: Send, readers: Executor) -> None:
    """Send it to the end, or until the client has gone or has stopped reading."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if isinstance(answer.body, bytes):
        await send({"type": "http.response.body", "body": answer.body})
        return
    gone = asyncio.ensure_future(client_gone(receive))
    try:
        await send_file(answer.body, gone, send, readers)
    finally:
        gone.cancel()
        answer.body.close()


async def send_file(
    file: IO[bytes], gone: asyncio.Future[None], send: Send, readers: Executor
) -> None:
    try:
        async for block in blocks_of(file, readers):
            async with asyncio.timeout(SECONDS_PER_BLOCK):
                for start in range(0, len(block), PIECE):
                    if gone.done():
                        return
                    piece = block[start : start + PIECE]
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
    except TimeoutError:
        return
    await send({"type": "http.response.body", "body": b""})


async def blocks_of(file: IO[bytes], readers: Executor) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    while block := await loop.run_in_executor(readers, file.read, BLOCK):
        yield block


async def client_gone(receive: Receive) -> None:
    """Ends when the client does; the server swallows what is sent to nobody."""
    try:
        while True:
            await next_piece(receive, None)
    except ClientGoneError:
        return


@cache
def limit_unread_time(seconds: int) -> None:
    """Have the system cut off readers who take nothing for so long; the server waits without end.

    Set once the server listens, on the sockets it listens on: the connections inherit it.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux has it
        return
    for number in os.listdir("/proc/self/fd"):
        try:
            listener = socket.socket(fileno=os.dup(int(number)))
        except OSError:  # no socket, or closed meanwhile
            continue
        with listener:
            if is_listening(listener):
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, seconds * 1000)


def is_listening(listener: socket.socket) -> bool:
    is_inet = listener.family in {socket.AF_INET, socket.AF_INET6}
    return is_inet and bool(listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
