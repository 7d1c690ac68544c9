"""A process of its own that does one thing to accounts for each line it is given.

It says “ready” first; each line is a JSON object with what to `do`, its arguments and the moment to
do it; each answer is what came of it, or the name of the exception.
"""

import json
import os
import sys
import time
from io import StringIO
from typing import Any

import django


def actions() -> dict[str, Any]:
    from django.core.management import call_command
    from django.test import Client

    from accounts.models import User
    from accounts.origins import Origin
    from accounts.services import administration, deletion, registration
    from accounts.tokens import Purpose, make_token

    def named(username: str) -> User:
        return User.objects.get(username=username)

    def register(username: str, email: str, password: str) -> str:
        account = registration.NewAccount(username, email, password)
        return str(registration.register(account, origin=Origin()))

    def sign_in(email: str, password: str) -> int:
        body = {"email": email, "password": password}
        client = Client(HTTP_HOST="localhost:8000")
        answer = client.post("/api/auth/login", body, content_type="application/json")
        return answer.status_code

    return {
        "register": register,
        "token": lambda email: make_token(
            User.objects.with_email(email).get(), Purpose.CONFIRM_ACCOUNT
        ),
        "confirm": lambda token: str(registration.confirm_account(token)),
        "demote": lambda username: administration.set_admin(named(username), False),
        "promote": lambda username: administration.set_admin(named(username), True),
        "deactivate": lambda username: administration.deactivate(named(username)),
        "delete": lambda username: deletion.delete_account(named(username)),
        "update_user": lambda username: call_command(
            "update_user", username, "--set-admin=false", stdout=StringIO()
        ),
        "upload": upload,
        "sign_in": sign_in,
        "users": lambda: list(User.objects.order_by("username").values_list("username", flat=True)),
        "admins": lambda: list(
            User.objects.filter(is_admin=True, is_active=True).values_list("username", flat=True)
        ),
    }


def upload(username: str) -> str:
    from tests.factories import User, upload_gpx

    return str(upload_gpx(User.objects.get(username=username)))


def result_of(action: Any, arguments: dict[str, Any]) -> Any:
    try:
        return action(**arguments)
    except Exception as error:  # noqa: BLE001 - the test compares which one it was
        return type(error).__name__


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "fittrackee_site.settings"
    django.setup()
    from django.db import connection

    known = actions()
    connection.ensure_connection()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        action, moment = known[order.pop("do")], order.pop("at")
        time.sleep(max(0, moment - time.time()))
        sys.stdout.write(json.dumps(result_of(action, order)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
