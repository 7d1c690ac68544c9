"""Runs the whole site: web server and job worker, until told to stop."""

import os
import socket
import sys
import uuid
from argparse import ArgumentParser
from pathlib import Path
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from fittrackee_site.housekeeping import keep_house_for_ever
from fittrackee_site.jobs import take_up_everything
from fittrackee_site.supervision import Part, run_site


class Command(BaseCommand):
    help = "Prepare the site, then run the web server and the job worker until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="make the demo account as well")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        check_folder(settings.DATA_DIR)
        check_folder(settings.MEDIA_ROOT)
        check_database()
        check_port(settings.HOST, settings.PORT)
        call_command("prepare")
        if connection.vendor == "sqlite":  # else another machine may be at work
            take_up_everything()
        if demo:
            call_command("create_demo")
        self.stdout.write(
            f"The site is at http://{settings.HOST}:{settings.PORT} – Ctrl-C stops it."
        )
        self.stdout.flush()
        Thread(target=keep_house_for_ever, daemon=True).start()
        web = Part("web server", web_server(), settings.BASE_DIR)
        worker = Part("job worker", job_worker(), settings.BASE_DIR)
        sys.exit(run_site(web, [worker]))


def check_folder(folder: Path) -> None:
    """CommandError unless `folder` exists, or can be made, and files can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(
            f"The folder {folder} can't be written to; DATA_DIR names another."
        ) from error


def check_database() -> None:
    """CommandError when the database does not answer at once, past the pool, which would wait."""
    driver: Any = getattr(connection, "Database")  # noqa: B009 - the type knows no drivers
    parameters = connection.get_connection_params()
    parameters.pop("pool", None)
    try:
        driver.connect(**parameters).close()
    except driver.Error as error:
        raise CommandError(f"The database of DATABASE_URL does not answer: {error}") from error


def check_port(host: str, port: int) -> None:
    """CommandError when something else listens at `host`:`port`."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} of {host} is not free ({error.strerror}); choose another: PORT=8001."
            ) from error


def web_server() -> list[str]:
    """The command of the web server; asgi.py says how it shares its threads."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "asginl", "--http", "1", "--no-ws"),
        *("--host", settings.HOST, "--port", str(settings.PORT)),
        *("--workers", str(settings.WORKERS), "--respawn-failed-workers"),
        *("--workers-kill-timeout", "30", "--backpressure", "1024"),
        *("--http1-buffer-size", "65536", "--log-level", "warning"),
        "fittrackee_site.asgi:application",
    ]


def job_worker() -> list[str]:
    """The command of the worker that does slow things: mails, map pictures, archives.

    It keeps its name when it is started again, so that it knows what its predecessor left: that of
    this machine and of its site.
    """
    name = f"{socket.gethostname()[:32]}-{uuid.getnode():x}-{settings.PORT}"
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    return [*manage, "run_jobs", "--worker-id", name]
