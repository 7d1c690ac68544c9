"""Readers wait for no writer, whatever they note in passing."""

import sqlite3

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from contract.passing import SQLITE_WAITS_MS, in_passing
from oauth_apps.models import AccessToken
from tests.factories import bearer, make_tokens, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def somebody_writes():
    """A long transaction of another program, on SQLite the only one that may write."""
    if connection.vendor != "sqlite":
        pytest.skip("others write beside each other")
    other = sqlite3.connect(connection.settings_dict["NAME"])
    other.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()
    other.close()


def patience_ms() -> int:
    return connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]


def test_a_program_reads_while_somebody_writes(request):
    headers = bearer(make_tokens(make_user("alice"), "workouts:read").access_token)
    request.getfixturevalue("somebody_writes")
    assert Client().get("/api/workouts", headers=headers).status_code == 200
    assert AccessToken.objects.get().last_used_at is None
    assert patience_ms() == SQLITE_WAITS_MS


def test_a_browser_reads_while_somebody_writes(request):
    client = Client()
    client.force_login(make_user("alice"))
    request.getfixturevalue("somebody_writes")
    assert client.get("/workouts").status_code == 200
    assert patience_ms() == SQLITE_WAITS_MS


def test_mistakes_are_not_taken_for_a_busy_database():
    with pytest.raises(DatabaseError), in_passing(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
