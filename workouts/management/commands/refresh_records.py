"""Finds the records again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from workouts.models import Sport
from workouts.services.records import refresh_records

from .import_workouts import find_user


class Command(BaseCommand):
    help = "Find the records of all users, or of one, again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", help="username or e-mail address; everybody by default")

    def handle(self, *args: Any, user: str | None, **options: Any) -> None:
        owners = [find_user(user)] if user else User.objects.order_by("pk").iterator()
        count = 0
        for owner in owners:
            practised = Sport.objects.filter(workouts__owner=owner) | Sport.objects.filter(
                records__owner=owner
            )
            for sport in practised.distinct():
                refresh_records(owner, sport)
            count += 1
        self.stdout.write(f"The records of {count} users are fresh.")
