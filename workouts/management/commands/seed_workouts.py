"""Fills a database for benchmarks; never meant for a site that people use."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from workouts.services.seeding import seed_users, seed_workouts


class Command(BaseCommand):
    help = "Adds many workouts to one made-up account among others, for benchmarks only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, help="workouts of the first account")
        parser.add_argument("--users", type=int, default=200, help="accounts in all")
        parser.add_argument("--each", type=int, default=20, help="workouts of each other account")
        parser.add_argument("--prefix", default="seed", help="usernames begin with this")
        parser.add_argument("--until", help="newest start, ISO 8601 with zone; now by default")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["count"] < 0 or options["users"] < 1 or options["each"] < 0:
            raise CommandError("Numbers must not be negative, and at least one user is needed.")
        until = self._moment(options["until"])
        first, *others = seed_users(options["users"], prefix=options["prefix"])
        seed_workouts(first, options["count"], until=until)
        for other in others:
            seed_workouts(other, options["each"], until=until)
        self.stdout.write(f"{first.username}: {first.workouts.count()} workouts")

    def _moment(self, text: str | None) -> datetime:
        if not text:
            return timezone.now()
        moment = parse_datetime(text)
        if moment is None or timezone.is_naive(moment):
            raise CommandError(f"“{text}” is not a date and time with its zone.")
        return moment
