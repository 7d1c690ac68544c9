"""Real servers in processes of their own, and clients that mind every byte."""

import http.client
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.test import override_settings

from fittrackee_site.management.commands.serve import web_server

from .processes import database_url
from .running import ROOT, free_port, wait_until

PATIENCE_SECONDS = 60


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Caller:
    """One connection; `source` is the address it comes from, any of 127.0.0.0/8."""

    def __init__(self, port: int, source: str = "127.0.0.1", window: int | None = None) -> None:
        self.socket = socket.socket()
        if window is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.settimeout(PATIENCE_SECONDS)
        self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", port))

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def head(self, method: str, path: str, *lines: str) -> None:
        """Send a request up to the beginning of its body."""
        text = "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""])
        self.send(text.encode("latin-1"))

    def reply(self, method: str = "GET") -> Reply:
        answer = http.client.HTTPResponse(self.socket, method=method)
        answer.begin()
        return Reply(answer.status, answer.headers, answer.read())

    def is_closed_by_server(self) -> bool:
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True


def ask(port: int, path: str, *lines: str, method: str = "GET", body: bytes = b"") -> Reply:
    with Caller(port) as caller:
        length = [f"Content-Length: {len(body)}"] if body else []
        caller.head(method, path, *lines, *length)
        caller.send(body)
        return caller.reply(method)


@contextmanager
def running(
    command: list[str], port: int, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that listens at `port` while the block lasts."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment)
    try:
        wait_until_it_listens(process, port)
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    def listens() -> bool:
        assert process.poll() is None, "the server ended before it listened"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(listens)


@dataclass
class Site:
    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """The processes that answer."""
        pid = self.process.pid
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]


@contextmanager
def running_site(folder: Path, **environment: str) -> Iterator[Site]:
    """Our site on the tests' database, its files in `folder`."""
    port = free_port()
    settings_of_site = {
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(folder),
        "SECRET_KEY": settings.SECRET_KEY,
        "API_RATE_LIMITS": "",
        "PORT": str(port),
        **environment,
    }
    with override_settings(PORT=port, HOST="127.0.0.1"):
        command = web_server()
    with running(command, port, settings_of_site) as process:
        yield Site(port, process)
