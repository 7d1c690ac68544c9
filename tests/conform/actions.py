"""What the replay tool asks of an instance: to be emptied, and tokens that are too old."""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.tokens import Purpose, make_token
from instance.models import AppConfiguration
from oauth_apps.models import AccessToken, Grant, RefreshToken
from oauth_apps.random_texts import checksum
from oauth_apps.services import issue_first_party_token
from workouts.models import Sport

MIB = 1024 * 1024
# Rows that migrations made; the same on every instance.
KEPT = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "workouts_sport",
    "oauth_apps_application",
}
passwords: dict[str, str] = {}


def reset(users: list[dict[str, Any]]) -> dict[str, Any]:
    """Empty the instance, restore the recorded limits and make `users`."""
    stop_jobs()
    with transaction.atomic():
        delete_rows()
        Sport.objects.update(is_active=True)
        AppConfiguration.objects.create(
            pk=1,
            max_users=0,
            archive_file_limit=10,
            max_file_size=MIB,
            max_archive_size=10 * MIB,
        )
        User.objects.bulk_create(make_user(user) for user in users)
    remove_files()
    cache.clear()
    return {}


def stop_jobs() -> None:
    """Forget what waits, and let what runs come to its end: the worker can't bear less."""
    jobs = DBTaskResult.objects
    jobs.filter(status=TaskResultStatus.READY).delete()
    deadline = time.monotonic() + 20
    while jobs.filter(status=TaskResultStatus.RUNNING).exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def delete_rows() -> None:
    """Delete all that users made; applications without an owner belong to the site."""
    tables = set(connection.introspection.table_names()) - KEPT
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in sorted(tables):
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute('DELETE FROM "oauth_apps_application" WHERE user_id IS NOT NULL')


def make_user(user: dict[str, Any]) -> User:
    password = user["password"]
    if password not in passwords:
        passwords[password] = make_password(password)
    return User(
        username=user["username"],
        email=user["email"],
        password=passwords[password],
        is_admin=user["admin"],
        is_active=user["active"],
        timezone=user["timezone"],
        language=user["language"],
        week_starts_monday=user["weekm"],
        imperial_units=user["imperial_units"],
        display_ascent=user["display_ascent"],
    )


def remove_files() -> dict[str, Any]:
    """Remove every uploaded file, not the rows."""
    for folder in Path(default_storage.path("")).glob("*"):
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    return {}


def expired_token(username: str) -> dict[str, Any]:
    """A first-party token of yesterday."""
    user = User.objects.get(username=username)
    return {"token": issue_first_party_token(user, lifetime=timedelta(days=-1))}


def expired_reset_token(username: str) -> dict[str, Any]:
    """A token for a new password, mailed two hours ago."""
    earlier = time.time() - 7200
    with mock.patch("django.core.signing.time.time", return_value=earlier):
        return {"token": make_token(User.objects.get(username=username), Purpose.RESET_PASSWORD)}


def expire_oauth_token(token: str, seconds: int) -> dict[str, Any]:
    """Make a third-party token, and its refresh token, older by `seconds`."""
    age = timedelta(seconds=seconds)
    found = AccessToken.objects.filter(token_checksum=checksum(token))
    RefreshToken.objects.filter(access_token__in=found).update(created=F("created") - age)
    found.update(expires=F("expires") - age, created=F("created") - age)
    return {}


def expire_oauth_code(code: str, seconds: int) -> dict[str, Any]:
    """Make an authorization code older by `seconds`."""
    grants = Grant.objects.filter(code=checksum(code))
    grants.update(expires=F("expires") - timedelta(seconds=seconds))
    return {}


ACTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "reset": reset,
    "remove_files": remove_files,
    "expired_token": expired_token,
    "expired_reset_token": expired_reset_token,
    "expire_oauth_token": expire_oauth_token,
    "expire_oauth_code": expire_oauth_code,
}
