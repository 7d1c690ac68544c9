"""From the server's event loop to the WSGI application and back.

A request takes one of a few threads when its body is here, runs in it from its beginning to its
end, and gives it back before its answer is sent: whoever sends or reads slowly holds up nobody.
"""

import asyncio
import io
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

from contract.addresses import household_of

from .answers import (
    Answer,
    Application,
    Environ,
    Headers,
    Send,
    limit_unread_time,
    make_answer,
    send_answer,
)
from .bodies import (
    Bodies,
    Body,
    ClientGoneError,
    Receive,
    RefusedError,
    discard,
    refused_when_full,
)

Scope = dict[str, Any]

# Most of a request's time is the database's; each thread may hold a connection to it.
THREADS = 16
# Those that read files for readers, apart: they wait for the disk only.
FILE_THREADS = 4
# What a refused client may still send, and for how long, so that it can read why.
DISCARDED = 32 * 1024 * 1024
DISCARDING_SECONDS = 10
RETRY_AFTER_SECONDS = 10
# How long a reader may take nothing at all: a train has left its tunnel by then.
UNREAD_SECONDS = 60
# The server says the same of a client that has gone and of one whose chunks make no sense.
BROKEN_OFF = RefusedError(HTTPStatus.BAD_REQUEST, "the body of the request broke off")
TRY_AGAIN = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


class Bridge:
    """An ASGI application that runs a WSGI application; `headers` are those of its refusals."""

    def __init__(
        self,
        application: Application,
        bodies: Bodies,
        *,
        behind_proxy: bool,
        headers: Headers,
        unread_seconds: int = UNREAD_SECONDS,
    ) -> None:
        self.application = application
        self.bodies = bodies
        self.behind_proxy = behind_proxy
        self.headers = headers
        self.unread_seconds = unread_seconds
        self.threads = ThreadPoolExecutor(THREADS, "request")
        self.file_threads = ThreadPoolExecutor(FILE_THREADS, "file")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit_unread_time(self.unread_seconds)
        environ = environ_of(scope)
        try:
            answer = await self.answer(environ, receive)
        except ClientGoneError:
            await send_answer(self.refusal(BROKEN_OFF), receive, send, self.file_threads)
            return
        except RefusedError as refused:
            await send_answer(self.refusal(refused), receive, send, self.file_threads)
            if refused.status != HTTPStatus.REQUEST_TIMEOUT and "HTTP_EXPECT" not in environ:
                await discard(receive, size=DISCARDED, seconds=DISCARDING_SECONDS)
            return
        await send_answer(answer, receive, send, self.file_threads)

    async def answer(self, environ: Environ, receive: Receive) -> Answer:
        """What the application answers; raises RefusedError and ClientGoneError."""
        loop, run = asyncio.get_running_loop(), partial(make_answer, self.application, environ)
        with refused_when_full():
            async with self.body_of(environ, receive) as body:
                environ |= {"wsgi.input": body.file, "CONTENT_LENGTH": str(body.size)}
                return await loop.run_in_executor(self.threads, run)

    def body_of(self, environ: Environ, receive: Receive) -> AbstractAsyncContextManager[Body]:
        encoding = environ.pop("HTTP_TRANSFER_ENCODING", None)
        length = int(environ.get("CONTENT_LENGTH") or 0)  # the server lets digits through only
        if not encoding and not length:
            return nullcontext(Body(io.BytesIO()))
        address = client_address(environ, behind_proxy=self.behind_proxy)
        return self.bodies.received(receive, address=household_of(address), length=length)

    def refusal(self, refused: RefusedError) -> Answer:
        """An error in the API's shape."""
        body = json.dumps({"status": "fail", "message": refused.message}).encode()
        headers = [
            *self.headers,
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
        ]
        if refused.status in TRY_AGAIN:
            headers.append(("Retry-After", str(RETRY_AFTER_SECONDS)))
        return Answer(refused.status.value, headers, body)


def environ_of(scope: Scope) -> Environ:
    """What PEP 3333 tells of a request, without its body."""
    return variables_of(scope["headers"]) | {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REMOTE_ADDR": scope["client"][0],
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }


def variables_of(headers: list[tuple[bytes, bytes]]) -> Environ:
    """Headers as a WSGI application sees them, one variable for each name.

    A name with an underscore would pass for one with a hyphen, which a proxy may have set.
    """
    found: Environ = {}
    for raw_name, raw_value in headers:
        if b"_" not in raw_name:
            name = variable_of(raw_name.decode("latin-1"))
            value = raw_value.decode("latin-1")
            separator = "; " if name == "HTTP_COOKIE" else ","
            found[name] = f"{found[name]}{separator}{value}" if name in found else value
    return found


def variable_of(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"


def client_address(environ: Environ, *, behind_proxy: bool) -> str:
    """Who sends: what the one proxy in front says, or else the other end of the connection."""
    forwarded: str = environ.get("HTTP_X_FORWARDED_FOR", "") if behind_proxy else ""
    return forwarded.split(",")[-1].strip() or environ["REMOTE_ADDR"]
