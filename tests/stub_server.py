"""A web server for tests of what asks other servers."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Stub:
    """Answers every request with `status`, `kind` and `body`, and remembers the paths."""

    address: str
    status: int = 200
    kind: str = "application/json"
    body: bytes = b"{}"
    missing: int = 0  # so many bytes are announced and never sent
    headers: dict[str, str] = field(default_factory=dict)
    gate: threading.Event | None = None  # it answers when somebody opens it
    drops: threading.Event | None = None  # it sends byte by byte, and sets it after the last
    paths: list[str] = field(default_factory=list)


@contextmanager
def stub_server() -> Iterator[Stub]:
    """A stub on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stub.paths.append(self.path)
            if stub.gate:
                stub.gate.wait(30)
            self.send_response(stub.status)
            self.send_header("Content-Type", stub.kind)
            self.send_header("Content-Length", str(len(stub.body) + stub.missing))
            for name, value in stub.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if stub.drops:
                self.send_drops(stub.drops)
            else:
                self.wfile.write(stub.body)

        def send_drops(self, sent: threading.Event) -> None:
            with suppress(OSError):
                for byte in stub.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.02)
                sent.set()

        def log_message(self, *parts: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = Stub(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    ).start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
