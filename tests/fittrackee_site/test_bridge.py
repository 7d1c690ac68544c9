"""The bridge behind the real server: what reaches the application, and what does not."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from tests.fittrackee_site.small_bridge import LARGE, LIMIT, PER_ADDRESS
from tests.running import free_port, wait_until
from tests.running_server import Caller, Reply, ask, running


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    folder = tmp_path_factory.mktemp("bridge")
    (folder / "large.bin").write_bytes(bytes(range(250)) * (LARGE // 250))
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asginl", "--http", "1", "--no-ws"),
        *("--port", str(port), "--workers", "1", "--http1-buffer-size", "65536"),
        *("--log-level", "error", "tests.fittrackee_site.small_bridge:bridge"),
    ]
    with running(command, port, {"TMPDIR": str(folder)}):
        yield port


def told(reply: Reply) -> dict:
    assert reply.status == 200
    return json.loads(reply.body)


def environ(port: int, path: str, *lines: str, **more) -> dict[str, str]:
    return told(ask(port, path, *lines, **more))["environ"]


def files_held(port: int) -> list[str]:
    return json.loads(ask(port, "/open-files").body)


# --- What the application is told


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/caf%C3%A9", "/café"),
        ("/a%2Fb", "/a/b"),
        ("/%E2%82%AC%20x", "/€ x"),
    ],
)
def test_paths_are_told_as_their_bytes(port, path, expected):
    assert environ(port, path)["PATH_INFO"] == expected.encode().decode("latin-1")


def test_bytes_that_are_no_text_arrive_as_they_are(port):
    assert environ(port, "/%ff%00")["PATH_INFO"] == "/\xff\0"


def test_the_query_stays_as_it_was_sent(port):
    assert environ(port, "/?q=%ff%2B+&a==&&;b")["QUERY_STRING"] == "q=%ff%2B+&a==&&;b"


def test_the_address_is_that_of_the_connection(port):
    with Caller(port, "127.0.0.9") as caller:
        caller.head("GET", "/")
        assert told(caller.reply())["environ"]["REMOTE_ADDR"] == "127.0.0.9"


def test_the_scheme_is_that_of_the_connection(port):
    seen = environ(port, "/", "X-Forwarded-Proto: https")
    assert seen["wsgi.url_scheme"] == "http"
    assert seen["HTTP_X_FORWARDED_PROTO"] == "https"


def test_a_header_with_an_underscore_does_not_pass_for_another(port):
    lines = ["X_Forwarded_For: 192.0.2.1", "Content_Length: 5", "X_Forwarded_Proto: https"]
    seen = environ(port, "/", *lines)
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"} & set(seen)
    assert seen["CONTENT_LENGTH"] == "0"


def test_cookies_in_several_headers_are_all_there(port):
    assert environ(port, "/", "Cookie: a=1", "Cookie: b=2")["HTTP_COOKIE"] == "a=1; b=2"


def test_other_headers_sent_twice_are_a_list(port):
    assert environ(port, "/", "Accept: a", "Accept: b")["HTTP_ACCEPT"] == "a,b"


def test_the_environment_of_the_process_is_not_told(port):
    assert not {"PATH", "TMPDIR", "HOME"} & set(environ(port, "/"))


# --- Bodies


def test_a_body_arrives_whole(port):
    reply = told(ask(port, "/", method="POST", body=b"y" * LIMIT))
    assert (reply["size"], reply["environ"]["CONTENT_LENGTH"]) == (LIMIT, str(LIMIT))


def test_a_body_in_chunks_arrives_whole_and_with_its_length(port):
    with Caller(port) as caller:
        caller.head("POST", "/", "Transfer-Encoding: chunked")
        for piece in (b"5\r\nhello\r\n", b"6\r\n world\r\n", b"0\r\n\r\n"):
            caller.send(piece)
        reply = told(caller.reply())
    assert (reply["body"], reply["environ"]["CONTENT_LENGTH"]) == ("hello world", "11")


@pytest.mark.parametrize("chunk", [b"no number\r\n", b"2;" + b"x" * 20_000 + b"\r\nab\r\n"])
def test_chunks_that_make_no_sense_are_refused(port, chunk):
    with Caller(port) as caller:
        caller.head("POST", "/", "Transfer-Encoding: chunked")
        caller.send(chunk)
        assert caller.reply().status == 400


def test_a_body_in_no_chunks_is_empty(port):
    with Caller(port) as caller:
        caller.head("POST", "/", "Transfer-Encoding: chunked")
        caller.send(b"0\r\n\r\n")
        assert told(caller.reply())["size"] == 0


def test_who_asks_first_is_told_to_go_on(port):
    with Caller(port) as caller:
        caller.head("POST", "/", "Content-Length: 5", "Expect: 100-continue")
        assert caller.socket.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        caller.send(b"hello")
        assert told(caller.reply())["body"] == "hello"


def test_who_asks_first_to_send_too_much_is_told_not_to(port):
    with Caller(port) as caller:
        caller.head("POST", "/", f"Content-Length: {LIMIT + 1}", "Expect: 100-continue")
        assert caller.reply().status == 413
        assert caller.is_closed_by_server()


def test_too_large_a_body_is_refused_before_it_is_sent(port):
    with Caller(port) as caller:
        caller.head("POST", "/", f"Content-Length: {LIMIT + 1}")
        reply = caller.reply()
        assert reply.status == 413
        assert json.loads(reply.body) == {
            "status": "fail",
            "message": f"the request is larger than {LIMIT} bytes",
        }
        assert reply.headers["X-Frame-Options"] == "DENY"


def test_a_body_in_chunks_is_refused_where_it_gets_too_large(port):
    with Caller(port) as caller:
        caller.head("POST", "/", "Transfer-Encoding: chunked")
        caller.send(b"%x\r\n%b\r\n" % (LIMIT, b"x" * LIMIT))
        caller.send(b"1\r\nx\r\n")
        assert caller.reply().status == 413


def test_a_client_that_sends_too_much_first_reads_the_answer_and_goes_on(port):
    with Caller(port) as caller:
        caller.head("POST", "/", f"Content-Length: {10 * LIMIT}")
        caller.send(b"x" * 10 * LIMIT)
        assert caller.reply().status == 413
        caller.head("GET", "/")
        assert caller.reply().status == 200


def test_a_body_that_stops_is_refused_and_the_connection_closed(port):
    with Caller(port) as caller:
        caller.head("POST", "/", "Content-Length: 100")
        caller.send(b"begun")
        reply = caller.reply()
        assert (reply.status, json.loads(reply.body)["status"]) == (408, "fail")
        assert caller.is_closed_by_server()
    assert files_held(port) == []


def test_a_body_that_comes_by_drops_is_refused(port):
    with Caller(port) as caller:
        caller.head("POST", "/", "Content-Length: 100000")
        caller.socket.settimeout(0.5)
        for _ in range(60):
            caller.send(b"x")
            try:
                caller.socket.recv(1, 2)  # MSG_PEEK
            except TimeoutError:
                continue
            break
        assert caller.reply().status == 408


def test_a_client_that_leaves_in_the_middle_leaves_nothing_behind(port):
    with Caller(port) as caller:
        caller.head("POST", "/", f"Content-Length: {LIMIT}")
        caller.send(b"x" * (LIMIT - 1))
    assert told(ask(port, "/", method="POST", body=b"next"))["body"] == "next"
    wait_until(lambda: not files_held(port))


def test_one_address_sends_so_many_bodies_at_once(port):
    """The proxy in front names the address."""
    line = "X-Forwarded-For: 192.0.2.9, 192.0.2.7"
    with ExitStack() as stack:
        callers = [stack.enter_context(Caller(port)) for _ in range(PER_ADDRESS)]
        for caller in callers:
            caller.head("POST", "/", "Content-Length: 3", line, "Expect: 100-continue")
            assert b"100 Continue" in caller.socket.recv(1000)  # it waits for the body
        refused = ask(port, "/", line, method="POST", body=b"abc")
        assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
        other = "X-Forwarded-For: 192.0.2.7, 192.0.2.9"
        assert ask(port, "/", other, method="POST", body=b"abc").status == 200
        assert ask(port, "/", line).status == 200
        callers[0].send(b"abc")
        assert callers[0].reply().status == 200
        assert ask(port, "/", line, method="POST", body=b"abc").status == 200


def test_bodies_of_all_have_so_much_room(port):
    with ExitStack() as stack:
        callers = [stack.enter_context(Caller(port)) for _ in range(3)]
        for number, caller in enumerate(callers):
            line = f"X-Forwarded-For: 192.0.2.{number}"
            caller.head("POST", "/", f"Content-Length: {LIMIT}", line)
            caller.send(b"x" * (LIMIT - 1))
        replies = sorted([caller.reply() for caller in callers], key=lambda reply: reply.status)
        assert [reply.status for reply in replies] == [408, 408, 503]
        assert replies[-1].headers["Retry-After"] == "10"
    assert ask(port, "/", method="POST", body=b"x" * LIMIT).status == 200


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 3", "Content-Length: 5"],
        ["Content-Length: 3, 3"],
        ["Content-Length: +3"],
        ["Content-Length: -3"],
        ["Content-Length: 0x3"],
        ["Transfer-Encoding: gzip"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: chunked, identity"],
    ],
)
def test_a_length_with_two_meanings_is_refused(port, lines):
    with Caller(port) as caller:
        caller.head("POST", "/", *lines)
        caller.send(b"3\r\nabc\r\n0\r\n\r\n")
        assert caller.reply().status == 400
        assert caller.is_closed_by_server()


def test_a_length_said_twice_is_one_length(port):
    with Caller(port) as caller:
        caller.head("POST", "/", "Content-Length: 3", "Content-Length: 3")
        caller.send(b"abc")
        assert told(caller.reply())["body"] == "abc"


def test_chunks_count_where_a_length_is_announced_too_and_the_connection_ends(port):
    """RFC 9112, 6.3: what follows could be meant for somebody else."""
    with Caller(port) as caller:
        caller.head("POST", "/", "Content-Length: 3", "Transfer-Encoding: chunked")
        caller.send(b"5\r\nhello\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
        assert told(caller.reply())["body"] == "hello"
        assert caller.is_closed_by_server()


def test_more_headers_than_anybody_sends_are_refused(port):
    lines = [f"X-Header-{number}: 1" for number in range(200)]
    assert ask(port, "/", *lines).status == 431


def test_headers_of_a_megabyte_are_refused(port):
    with Caller(port) as caller, suppress(ConnectionError):
        caller.head("GET", "/", f"X-Header: {'x' * 1_000_000}")
        assert caller.reply().status == 431


# --- Answers


def test_an_answer_is_made_read_and_closed_in_one_thread(port):
    assert len(ask(port, "/pieces").body) == 3_000_000
    assert len(set(told(ask(port, "/threads")).values())) == 1


def test_a_file_is_sent_whole_and_let_go(port):
    body = ask(port, "/file").body
    assert body == bytes(range(250)) * (LARGE // 250)
    assert files_held(port) == []


def test_a_file_is_sent_from_where_it_stands(port):
    assert ask(port, f"/file?{LARGE - 3}").body == bytes([247, 248, 249])
    assert len(ask(port, "/file?250").body) == LARGE - 250


def test_head_has_no_body_and_opens_nothing(port):
    with Caller(port) as caller:
        caller.head("HEAD", "/file")
        assert caller.reply("HEAD").body == b""
        caller.head("GET", "/")
        assert caller.reply().status == 200
    assert files_held(port) == []


def test_requests_sent_at_once_are_answered_in_order(port):
    with Caller(port) as caller:
        for number in range(3):
            caller.head("POST", f"/{number}", "Content-Length: 1")
            caller.send(b"%d" % number)
        assert [told(caller.reply())["body"] for _ in range(3)] == ["0", "1", "2"]


def test_readers_that_read_nothing_hold_nobody_up(port):
    with ExitStack() as stack:
        for _ in range(30):
            caller = stack.enter_context(Caller(port, window=4096))
            caller.head("GET", "/file")
            assert caller.socket.recv(9) == b"HTTP/1.1 "
        assert told(ask(port, "/", method="POST", body=b"abc"))["body"] == "abc"
        assert len(ask(port, "/file").body) == LARGE


def test_a_file_is_let_go_when_its_reader_leaves(port):
    with Caller(port, window=4096) as caller:
        caller.head("GET", "/file")
        assert caller.socket.recv(9) == b"HTTP/1.1 "
        assert len(files_held(port)) == 1
    wait_until(lambda: not files_held(port))


def test_a_file_is_let_go_when_its_reader_takes_nothing(port):
    with Caller(port, window=4096) as caller:
        caller.head("GET", "/file")
        assert caller.socket.recv(9) == b"HTTP/1.1 "
        wait_until(lambda: not files_held(port))
