"""Closes the site for a while, and opens it again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from instance.maintenance import flag_file


class Command(BaseCommand):
    help = "Answer every request with the maintenance page (on), or serve the site again (off)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", choices=["on", "off"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["state"] == "on":
            flag_file().touch()
            self.stdout.write("The site is closed: visitors see the maintenance page.")
        else:
            flag_file().unlink(missing_ok=True)
            self.stdout.write("The site is open.")
