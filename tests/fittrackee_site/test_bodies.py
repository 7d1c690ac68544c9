"""Bodies sent in chunks arrive whole, and no body is too large."""

import io
import json

import pytest

from fittrackee_site.bodies import KnownLengthBodies


def call(limit: int = 100, **environ):
    """Status and body of the answer of an application that echoes what it reads."""
    seen = {}

    def echo(environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        start_response("200 OK", [])
        return [environ["wsgi.input"].read(length)]

    def start_response(status, headers):
        seen["status"] = int(status.split()[0])

    body = b"".join(KnownLengthBodies(echo, limit=limit)(environ, start_response))
    return seen["status"], body


def chunked(data: bytes, **more):
    return {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(data), **more}


def test_a_body_in_chunks_arrives_whole():
    data = b"x" * 3_000_000
    assert call(limit=3_000_000, **chunked(data, **{"wsgi.input_terminated": True})) == (200, data)


def test_an_ordinary_body_is_left_alone():
    environ = {"CONTENT_LENGTH": "3", "wsgi.input": io.BytesIO(b"abc and the next request")}
    assert call(**environ) == (200, b"abc")


def test_a_request_without_a_body_is_left_alone():
    assert call(**{"wsgi.input": io.BytesIO()}) == (200, b"")


@pytest.mark.parametrize(
    "environ",
    [
        {"CONTENT_LENGTH": "101", "wsgi.input": io.BytesIO()},
        chunked(b"x" * 101, **{"wsgi.input_terminated": True}),
    ],
)
def test_a_body_that_is_too_large_is_refused(environ):
    status, body = call(**environ)
    assert status == 413
    assert json.loads(body) == {
        "status": "fail",
        "message": "the request is larger than 100 bytes",
    }


def test_a_server_that_can_not_read_chunks_says_so():
    status, body = call(**chunked(b"3\r\nabc\r\n0\r\n\r\n"))
    assert (status, json.loads(body)["status"]) == (411, "fail")


def test_what_a_view_leaves_unread_is_thrown_away():
    source = io.BytesIO(b"x" * 50)

    def answer_early(environ, start_response):
        start_response("401 Unauthorized", [])
        return [b""]

    environ = {"CONTENT_LENGTH": "50", "wsgi.input": source, "wsgi.input_terminated": True}
    KnownLengthBodies(answer_early, limit=100)(environ, lambda status, headers: None)
    assert source.read() == b""
