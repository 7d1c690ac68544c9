"""Brings database, translations, static files and storage up to date; safe to repeat."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Migrate the database, compile translations, collect static files, sweep the storage."

    def handle(self, *args: Any, **options: Any) -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        call_command("compile_translations", verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        collect_static_files()
        self._sweep_storage()
        call_command("resume_transfers")

    def _sweep_storage(self) -> None:
        """Remove what a killed server left; a lost file is told, and no reason not to start."""
        try:
            call_command("check_storage", repair=True, verbosity=0)
        except CommandError as error:
            self.stderr.write(f"{error} See manage.py check_storage.")


def collect_static_files() -> None:
    """Collect the static files when any of them changed since the last time."""
    stamp = settings.STATIC_ROOT / ".collected"
    wanted = fingerprint_static_files()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(wanted)


def fingerprint_static_files() -> str:
    """A text that changes with the name, size or time of any static file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
