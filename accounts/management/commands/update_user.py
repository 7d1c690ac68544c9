"""Changes an account as administrators do, from the command line."""

import argparse
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from accounts.services import administration


def read_boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise argparse.ArgumentTypeError("true or false")
    return text.lower() == "true"


class Command(BaseCommand):
    help = "Change an account: rights, activation, password, e-mail address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--set-admin", type=read_boolean, metavar="BOOLEAN")
        parser.add_argument("--activate", action="store_true")
        parser.add_argument("--reset-password", action="store_true", help="prints a new password")
        parser.add_argument("--update-email", metavar="EMAIL", help="at once, without a mail")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"User '{options['username']}' not found. Names are case-sensitive.")
        try:
            with transaction.atomic():
                done = self._update(user, options)
        except (ValidationError, PermissionDenied) as error:
            message = " ".join(getattr(error, "messages", None) or [str(error)])
            raise CommandError(f"An error occurred: {message}") from error
        self.stdout.write("\n".join(done) or "No updates.")

    def _update(self, user: User, options: dict[str, Any]) -> list[str]:
        asked = [options["activate"], options["reset_password"], options["update_email"]]
        if options["set_admin"] is None and not any(asked):
            return []
        lines = []
        if options["update_email"]:
            administration.replace_email(user, options["update_email"])
        if options["set_admin"] is not None:
            administration.set_admin(user, options["set_admin"])
        if options["activate"]:
            administration.activate(user)
        if options["reset_password"]:
            lines.append(f"The new password is: {administration.set_random_password(user)}")
        return [f"User '{user.username}' updated.", *lines]
