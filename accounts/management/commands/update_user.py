"""Changes an account as administrators do, from the command line."""

import argparse
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from accounts.origins import Origin
from accounts.services import administration
from accounts.services.administration import RandomPassword
from accounts.services.credentials import store_password


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
        password = RandomPassword.make() if options["reset_password"] else None
        try:
            with transaction.atomic():
                is_updated = self._update(user, options, password)
        except (ValidationError, PermissionDenied) as error:
            message = " ".join(getattr(error, "messages", None) or [str(error)])
            raise CommandError(f"An error occurred: {message}") from error
        self.stdout.write(f"User '{user.username}' updated." if is_updated else "No updates.")
        if password is not None:
            self.stdout.write(f"The new password is: {password.text}")

    def _update(self, user: User, options: dict[str, Any], password: RandomPassword | None) -> bool:
        """Whether anything was asked for."""
        if options["update_email"]:
            administration.replace_email(user, options["update_email"])
        if options["set_admin"] is not None:
            administration.set_admin(user, options["set_admin"])
        if options["activate"]:
            administration.activate(user)
        if password is not None:
            store_password(user, password.hashed, origin=Origin())
        asked = [options["activate"], options["update_email"], password]
        return any(asked) or options["set_admin"] is not None
