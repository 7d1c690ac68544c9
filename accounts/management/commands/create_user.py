"""Makes an account, the first administrator's for instance."""

import getpass
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services.registration import NewAccount, create_account


class Command(BaseCommand):
    help = "Make an account. Without a password option the password is asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--email", required=True)
        secret = parser.add_mutually_exclusive_group()
        secret.add_argument("--password", help="seen by whoever lists processes")
        secret.add_argument("--password-stdin", action="store_true", help="read it from stdin")
        parser.add_argument("--admin", action="store_true", help="with administrator rights")
        parser.add_argument("--active", action="store_true", help="without confirmation")
        parser.add_argument("--language", choices=User.Language.values, default="en")
        parser.add_argument("--timezone", default=settings.DEFAULT_USER_TIME_ZONE)

    def handle(self, *args: Any, **options: Any) -> None:
        account = NewAccount(
            username=options["username"],
            email=options["email"],
            password=self._password(options),
            language=options["language"],
            timezone=options["timezone"],
        )
        try:
            user = create_account(
                account, is_admin=options["admin"], is_active=options["admin"] or options["active"]
            )
        except ValidationError as error:
            raise CommandError("\n".join(_lines(error))) from error
        state = "an administrator" if user.is_admin else "active" if user.is_active else "inactive"
        self.stdout.write(f"User '{user.username}' created ({state}).")

    def _password(self, options: dict[str, Any]) -> str:
        if options["password"]:
            return str(options["password"])
        if options["password_stdin"]:
            return sys.stdin.readline().rstrip("\r\n")
        if not sys.stdin.isatty():
            raise CommandError("Give --password-stdin or --password.")
        return getpass.getpass()


def _lines(error: ValidationError) -> list[str]:
    return [
        f"{field}: {message}"
        for field, messages in error.message_dict.items()
        for message in messages
    ]
