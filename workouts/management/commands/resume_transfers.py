"""Takes up imports and exports whose worker died, and drops old ones."""

from typing import Any

from django.core.management.base import BaseCommand

from workouts.jobs import resume_transfers
from workouts.services.transfers import drop_old_transfers


class Command(BaseCommand):
    help = "Take up interrupted imports and exports; drop those that are past their time."

    def handle(self, *args: Any, **options: Any) -> None:
        for transfer in resume_transfers():
            self.stdout.write(f"Taken up again: {transfer}")
        drop_old_transfers()
