"""Compiles the translations without the gettext tools."""

import os
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from django.conf import settings
from django.core.management.base import BaseCommand

from fittrackee_site.catalogues import read_catalogue


class Command(BaseCommand):
    help = "Write the .mo file of every .po file that is newer."

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                compile_file(source, language=source.parts[-3])


def compile_file(source: Path, language: str) -> None:
    """Write `source` (.po) beside itself as .mo unless that is up to date."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return
    # Several processes may compile at once; readers never meet half a file.
    unfinished = target.with_suffix(f".{os.getpid()}")
    with unfinished.open("wb") as file:
        write_mo(file, read_catalogue(source, language))
    unfinished.replace(target)
