"""Replays the recorded exchanges in the folder CONFORM against servers of our own.

Starts one server for each profile of the tool, on SQLite or on a database beside DATABASE_URL's,
and stops them in the end. Arguments are passed on: --only workouts-list, --strict, …
"""

import json
import os
import secrets
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
PROFILES: dict[str, dict[str, str]] = {
    "default": {"API_RATE_LIMITS": "", "UPLOAD_RATE_LIMITS": ""},
    "mail": {"API_RATE_LIMITS": "", "UPLOAD_RATE_LIMITS": ""},
    # Two processes, which count together.
    "ratelimit": {
        "API_RATE_LIMITS": "3 per hour",
        "UPLOAD_RATE_LIMITS": "3 per hour",
        "WORKERS": "2",
    },
}


def main() -> int:
    kit = Path(os.environ.get("CONFORM", "../shared/conform"))
    if not (kit / "conform.py").is_file():
        print(f"No recorded exchanges at {kit}; CONFORM=folder names another place.")
        return 2
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="conform-")))
        ports = dict(zip(["tiles", "smtp", *PROFILES], free_ports(2 + len(PROFILES)), strict=True))
        os.environ.update(common_environment(folder, ports))
        (folder / "data").mkdir()
        stack.enter_context(own_database())
        manage("prepare")
        stack.enter_context(hook_server(folder / "hook"))
        start_servers(stack, ports)
        return replay(kit, folder, ports)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens at."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def common_environment(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """Settings of all servers, the worker and the hook."""
    return {
        "DATA_DIR": str(folder / "data"),
        "SECRET_KEY": secrets.token_hex(32),
        "DEBUG": "false",
        "BEHIND_PROXY": "true",
        "SITE_URL": f"http://127.0.0.1:{ports['mail']}",
        "TILE_SERVER_URL": f"http://127.0.0.1:{ports['tiles']}/{{z}}/{{x}}/{{y}}.png",
        "EMAIL_URL": "",
        "DJANGO_SETTINGS_MODULE": "fittrackee_site.settings",
        "CONFORM_PYTHON": sys.executable,
        "CONFORM_HOOK": str(HERE / "hook.py"),
        "CONFORM_SOCKET": str(folder / "hook"),
        **{f"CONFORM_{name.upper()}_URL": f"http://127.0.0.1:{ports[name]}" for name in PROFILES},
    }


@contextmanager
def own_database() -> Iterator[None]:
    """On PostgreSQL a database of our own beside the named one: replaying empties it."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        os.environ["DATABASE_URL"] = ""
        yield
        return
    import psycopg

    name = f"conform_{secrets.token_hex(4)}"
    # The one named need not be there yet.
    any_database = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with psycopg.connect(any_database, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        try:
            yield
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=PROJECT, check=True)


@contextmanager
def hook_server(path: Path) -> Iterator[None]:
    """Answers the hook's requests with Django loaded once."""
    import django

    django.setup()
    with socketserver.ThreadingUnixStreamServer(str(path), HookHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


class HookHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        from django.db import connection

        try:
            status, text = run_action(json.loads(self.rfile.read()))
        finally:
            connection.close()
        self.wfile.write(f"{status}\n{text}\n".encode())


def run_action(request: dict[str, Any]) -> tuple[int, str]:
    """Exit status and output of the hook."""
    from .actions import ACTIONS

    action = ACTIONS.get(request["action"])
    if action is None:
        return 3, f"no action {request['action']}"
    return 0, json.dumps({"vars": action(**request["args"])})


def start_servers(stack: ExitStack, ports: dict[str, int]) -> None:
    """One web server for each profile, and one worker that sends mails."""
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{ports['smtp']}"}
    for name, settings in PROFILES.items():
        extra = {**settings, **(mail if name == "mail" else {}), "PORT": str(ports[name])}
        command = [
            *(sys.executable, "-m", "granian", "--interface", "asginl", "--http", "1", "--no-ws"),
            *("--host", "127.0.0.1", "--port", str(ports[name])),
            *("--workers", settings.get("WORKERS", "1"), "--log-level", "warning"),
            "fittrackee_site.asgi:application",
        ]
        stack.callback(stop, start(command, extra))
    worker = [sys.executable, "manage.py", "db_worker", "--queue-name", "*", "--interval", "0.2"]
    stack.callback(stop, start(worker, mail))
    for name in PROFILES:
        wait_for(f"http://127.0.0.1:{ports[name]}/about")


def start(command: list[str], extra: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **extra}, start_new_session=True
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(url: str) -> None:
    """Until something answers at `url`; SystemExit after a minute."""
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"No server answers at {url}.")


def replay(kit: Path, folder: Path, ports: dict[str, int]) -> int:
    """The tool's exit status."""
    target = (HERE / "target.toml").read_text()
    target = target.replace("5069", str(ports["tiles"])).replace("5025", str(ports["smtp"]))
    (folder / "target.toml").write_text(target)
    return subprocess.run(
        [
            *(sys.executable, str(kit / "conform.py"), "replay"),
            *("--target", str(folder / "target.toml")),
            *("--deviations", str(HERE / "deviations.toml")),
            *sys.argv[1:],
        ],
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
