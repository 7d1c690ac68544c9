"""Makes an account to look around with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from workouts.services.demo import (
    EMAIL,
    PASSWORD,
    USERNAME,
    create_demo_account,
    find_demo_account,
)


class Command(BaseCommand):
    help = (
        f"Make the demo account {EMAIL} with about forty workouts of the last year. "
        "Does nothing when it exists. Anybody may know its password: not for a public site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", default=PASSWORD, help="default: %(default)s")

    def handle(self, *args: Any, password: str, **options: Any) -> None:
        owner = find_demo_account() or self._create(password)
        if owner.check_password(password):
            self.stdout.write(f"Sign in as {EMAIL} with the password {password}")
        else:
            self.stdout.write(f"Sign in as {EMAIL} with the password that was chosen for it.")

    def _create(self, password: str) -> User:
        if User.objects.filter(username__iexact=USERNAME).exists():
            raise CommandError(f"The username {USERNAME} belongs to another account.")
        self.stdout.write("Making the demo account and its workouts…")
        owner = create_demo_account(password, timezone.localdate())
        self.stdout.write(f"{owner.workouts.count()} workouts were imported.")
        return owner
