"""What stops the start of the site, each with one sentence."""

import pytest
from django.core.management.base import CommandError
from django.db import connection

from fittrackee_site.management.commands.serve import check_database, check_folder


def test_a_folder_that_cannot_be_made_names_the_setting(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="can't be written to; DATA_DIR names another"):
        check_folder(tmp_path / "file" / "below")


def test_a_folder_is_made_and_left_empty(tmp_path):
    check_folder(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_database_that_answers_is_fine(db):
    check_database()


def test_a_database_that_does_not_answer_is_said_at_once(monkeypatch, tmp_path):
    change = {
        "sqlite": {"database": str(tmp_path / "no" / "folder")},
        "postgresql": {"host": "127.0.0.1", "port": 9},
    }
    wrong = connection.get_connection_params() | change[connection.vendor]
    monkeypatch.setattr(connection, "get_connection_params", lambda: wrong)
    with pytest.raises(CommandError, match="^The database of DATABASE_URL does not answer"):
        check_database()
