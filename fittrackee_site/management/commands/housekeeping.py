"""Does what a running `serve` does by itself, for sites run in other ways."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fittrackee_site.housekeeping import BY_THE_MINUTE, DAILY, keep_house


class Command(BaseCommand):
    help = (
        "Take up what a killed worker left; with --daily also drop what has ended: sessions, "
        "tokens, transfers, job results, accounts that nobody confirmed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--daily", action="store_true", help="also clean up; once a day")

    def handle(self, *args: Any, daily: bool, **options: Any) -> None:
        failed = keep_house(BY_THE_MINUTE + (DAILY if daily else []))
        if failed:
            raise CommandError(f"Not everything was done; the log says why: {', '.join(failed)}.")
