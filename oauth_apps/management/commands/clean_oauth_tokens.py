"""manage.py clean_oauth_tokens --days N"""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from oauth_apps.services.cleaning import clean_tokens

LONGEST = 36_500


class Command(BaseCommand):
    help = "Deletes tokens that expired more than so many days ago."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            required=True,
            help="0 deletes all that have expired, with the refresh tokens that came with them",
        )

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        if not 0 <= days <= LONGEST:
            raise CommandError(f"--days is a number from 0 to {LONGEST}.")
        count = clean_tokens(kept_for=timedelta(days=days))
        self.stdout.write(f"Expired deleted tokens: {count}.")
