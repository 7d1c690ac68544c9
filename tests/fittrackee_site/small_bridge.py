"""An application for test_bridge: tells what it is told, behind a bridge with small limits."""

import json
import os
import threading
from collections.abc import Iterator
from typing import Any

from fittrackee_site.bodies import Bodies, Pace
from fittrackee_site.bridge import Bridge

LIMIT = 1_000_000
PER_ADDRESS = 3
LARGE = 50_000_000

threads: dict[str, int] = {}


def application(environ: dict[str, Any], start_response: Any) -> Any:
    path = environ["PATH_INFO"]
    if path == "/threads":
        return tell(start_response, threads)
    if path == "/open-files":
        return tell(start_response, open_files())
    if path == "/pieces":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Pieces()
    if path == "/file":
        file = open(f"{os.environ['TMPDIR']}/large.bin", "rb")  # noqa: SIM115 - the wrapper closes it
        file.seek(int(environ["QUERY_STRING"] or 0))
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return environ["wsgi.file_wrapper"](file)
    body = environ["wsgi.input"].read()
    known = {name: value for name, value in environ.items() if isinstance(value, str)}
    return tell(start_response, {"environ": known, "body": body[:1000].decode(), "size": len(body)})


def tell(start_response: Any, what: Any) -> list[bytes]:
    text = json.dumps(what).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", "a=1")])
    return [text]


def open_files() -> list[str]:
    """The files in the folder of temporary files that this process holds, deleted ones too."""
    paths = []
    for number in os.listdir("/proc/self/fd"):
        try:
            paths.append(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:
            continue
    return [path for path in paths if path.startswith(os.environ["TMPDIR"])]


class Pieces:
    """An answer that remembers in which threads it was made, read and closed."""

    def __init__(self) -> None:
        threads["made"] = threading.get_ident()

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(3):
            threads["read"] = threading.get_ident()
            yield b"x" * 1_000_000

    def close(self) -> None:
        threads["closed"] = threading.get_ident()


bridge = Bridge(
    application,
    Bodies(
        limit=LIMIT,
        room=2 * LIMIT,
        per_address=PER_ADDRESS,
        pace=Pace(pause_seconds=1.5, first_seconds=3, bytes_per_second=100),
    ),
    behind_proxy=True,
    headers=[("X-Frame-Options", "DENY")],
    unread_seconds=3,
)
