"""Compares the stored recordings with the database."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workouts.services.storage import find_missing, find_orphans, remove_orphan

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_age(text: str) -> timedelta:
    """“90s”, “15m”, “1h” or “2d”."""
    number, unit = text[:-1], text[-1:]
    if not number.isdecimal() or unit not in UNITS:
        raise ArgumentTypeError(f"“{text}” is no age such as 90s, 15m, 1h or 2d")
    return timedelta(**{UNITS[unit]: int(number)})


class Command(BaseCommand):
    help = (
        "List stored files that belong to no workout, and workouts whose file is missing. "
        "Fails when something is wrong and stays so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair", action="store_true", help="remove the files that belong to no workout"
        )
        parser.add_argument(
            "--older-than",
            type=read_age,
            default="0s",
            metavar="AGE",
            help="leave files alone that are younger than, for example, 15m or 1h",
        )

    def handle(
        self, *args: Any, repair: bool, older_than: timedelta, verbosity: int, **options: Any
    ) -> None:
        orphans = self._check_orphans(older_than, repair)
        missing = self._check_missing()
        if missing or (orphans and not repair):
            raise CommandError("The storage and the database do not agree.")
        if verbosity:
            self.stdout.write("The storage and the database agree.")

    def _check_orphans(self, older_than: timedelta, repair: bool) -> int:
        count = 0
        for name in find_orphans(older_than):
            if repair:
                remove_orphan(name)
            self.stdout.write(f"{'removed' if repair else 'orphan'}: {name}")
            count += 1
        return count

    def _check_missing(self) -> int:
        count = 0
        for name in find_missing():
            self.stderr.write(f"missing: {name}")
            count += 1
        return count
