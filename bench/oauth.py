"""What a call of the token endpoint and a read with a bearer token cost."""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CALLS = 100
MOST_CPU_MS = 30.0
MOST_EXTRA_QUERIES = 1


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "DATA_DIR": folder,
            "SECRET_KEY": "only-for-this-measurement-" * 2,
            "DJANGO_SETTINGS_MODULE": "fittrackee_site.settings",
            "API_RATE_LIMITS": "",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        return measure()


def measure() -> int:
    cpu_ms = cpu_of_a_refresh()
    with_session, with_token = queries_of_a_read()
    print(f"token endpoint: {cpu_ms:.1f} ms of CPU per refresh (at most {MOST_CPU_MS:.0f})")
    print(f"a read: {with_session} queries with a session, {with_token} with a bearer token")
    too_slow = cpu_ms > MOST_CPU_MS or with_token > with_session + MOST_EXTRA_QUERIES
    return int(too_slow)


def make_things() -> tuple[Any, Any, str]:
    """A user, an application of theirs, and its secret."""
    from django.contrib.auth import get_user_model

    from oauth_apps.models import Application
    from oauth_apps.services.applications import register_application

    number = Application.objects.count()
    user = get_user_model().objects.create_user(
        username=f"bench{number}", email=f"bench{number}@example.org", is_active=True
    )
    application = Application(
        user=user,
        name="Bench",
        client_type=Application.CLIENT_CONFIDENTIAL,
        redirect_uris="https://example.org/cb",
        allowed_scopes="workouts:read",
    )
    return user, application, register_application(application)


def cpu_of_a_refresh() -> float:
    """Milliseconds of CPU, the test client's own share included."""
    from django.test import Client

    from tests.factories import make_tokens

    user, application, secret = make_things()
    client = Client(HTTP_HOST="localhost:8000")
    form = {
        "grant_type": "refresh_token",
        "client_id": application.client_id,
        "client_secret": secret,
        "refresh_token": make_tokens(user, "workouts:read", application).refresh_token,
    }
    form["refresh_token"] = client.post("/api/oauth/token", form).json()["refresh_token"]
    begin = time.process_time()
    for _ in range(CALLS):
        form["refresh_token"] = client.post("/api/oauth/token", form).json()["refresh_token"]
    return (time.process_time() - begin) / CALLS * 1000


def queries_of_a_read() -> tuple[int, int]:
    """How many queries GET /api/sports needs with a session, and with a bearer token."""
    from django.test import Client

    from tests.factories import make_tokens

    user, application, _secret = make_things()
    token = make_tokens(user, "workouts:read", application).access_token
    browser, program = Client(HTTP_HOST="localhost:8000"), Client(HTTP_HOST="localhost:8000")
    browser.force_login(user)
    return (
        count_queries(browser, {}),
        count_queries(program, {"Authorization": f"Bearer {token}"}),
    )


def count_queries(client: Any, headers: dict[str, str]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    assert client.get("/api/sports", headers=headers).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/sports", headers=headers)
    return len(queries)


if __name__ == "__main__":
    sys.exit(main())
