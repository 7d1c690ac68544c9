"""Request bodies before Django sees them: bounded, and with a known length.

Django takes a body without Content-Length for an empty one, so a form sent in chunks would arrive
without its parts and without a word. Here such a body is read to its end first.
"""

import json
import tempfile
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import IO, Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Larger ones wait on the disk.
IN_MEMORY = 1024 * 1024
PIECE = 64 * 1024
DISCARDED = 32 * 1024 * 1024


class KnownLengthBodies:
    """WSGI middleware: refuses bodies above `limit` bytes, gives every other one a length.

    What a view leaves unread is read and thrown away: a client that still sends can't read the
    answer, and would find the connection closed at its next call.
    """

    def __init__(self, application: Application, *, limit: int) -> None:
        self.application = application
        self.limit = limit

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = self.answer(environ, start_response)
        if environ.get("wsgi.input_terminated"):
            copy(environ["wsgi.input"], None, DISCARDED)
        return answer

    def answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not is_chunked(environ):
            if content_length(environ) > self.limit:
                return self.refuse_large(start_response)
            return self.application(environ, start_response)
        if not environ.get("wsgi.input_terminated"):
            return refuse(start_response, HTTPStatus.LENGTH_REQUIRED, "Content-Length is required")
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
            if not copy(environ["wsgi.input"], body, self.limit):
                return self.refuse_large(start_response)
            known = {"wsgi.input": body, "CONTENT_LENGTH": str(body.tell())}
            body.seek(0)
            return read_whole(self.application(environ | known, start_response))

    def refuse_large(self, start_response: StartResponse) -> Iterable[bytes]:
        message = f"the request is larger than {self.limit} bytes"
        return refuse(start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def read_whole(answer: Iterable[bytes]) -> list[bytes]:
    """The answer while the request's body is still open, and closed as WSGI asks."""
    try:
        return list(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


def is_chunked(environ: Environ) -> bool:
    encoding = environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    return "chunked" in encoding and not environ.get("CONTENT_LENGTH")


def content_length(environ: Environ) -> int:
    text = environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdecimal() else 0


def copy(source: IO[bytes], target: IO[bytes] | None, limit: int) -> bool:
    """Copy all of `source`, to nowhere without a target; False when it has more than `limit`."""
    left = limit
    while piece := source.read(PIECE):
        left -= len(piece)
        if left < 0:
            return False
        if target is not None:
            target.write(piece)
    return True


def refuse(start_response: StartResponse, status: HTTPStatus, message: str) -> Iterable[bytes]:
    """An error in the API's shape."""
    body = json.dumps({"status": "fail", "message": message}).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
