"""Takes up imports and exports whose worker died, and drops old ones."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from workouts.services.jobs import take_up_transfers
from workouts.services.transfers import drop_old_transfers


class Command(BaseCommand):
    help = "Take up interrupted imports and exports; drop those that are past their time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at-start", action="store_true", help="nothing else of the site runs: wait for nobody"
        )

    def handle(self, *args: Any, at_start: bool, **options: Any) -> None:
        for transfer in take_up_transfers(at_start=at_start):
            self.stdout.write(f"Taken up again: {transfer}")
        drop_old_transfers()
