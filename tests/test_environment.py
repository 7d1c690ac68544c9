"""What the environment may say, and the sentence for what it may not."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from fittrackee_site.environment import (
    email_settings,
    read_database,
    read_number,
    read_storage,
    read_url,
)


@pytest.fixture
def env(monkeypatch):
    def make(**values: str) -> environ.Env:
        for name in ("PORT", "DATABASE_URL", "STORAGE_URL", "TILE_SERVER_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return environ.Env()

    return make


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "8000.5", ""])
def test_a_port_that_is_none_is_refused_by_name(env, text):
    with pytest.raises(ImproperlyConfigured, match="^PORT must be a whole number"):
        read_number(env(PORT=text), "PORT", default=8000, lowest=1, highest=65535)


def test_the_tile_server_needs_its_three_parts(env):
    with pytest.raises(ImproperlyConfigured, match="^TILE_SERVER_URL must contain"):
        read_url(
            env(TILE_SERVER_URL="https://tiles.example.org/{z}/{x}.png"),
            "TILE_SERVER_URL",
            default="",
            schemes=("http", "https"),
            parts=("{z}", "{x}", "{y}"),
        )


def test_sqlite_is_the_default_and_waits_for_the_lock(env, tmp_path):
    database = read_database(env(), tmp_path / "log.sqlite3")
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(tmp_path / "log.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_another_database_is_refused(env, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="^DATABASE_URL must begin with"):
        read_database(env(DATABASE_URL="mysql://localhost/x"), tmp_path / "x")


@pytest.mark.parametrize("url", ["s3://bucket", "file://host/folder", "folder"])
def test_storage_is_a_folder(env, tmp_path, url):
    with pytest.raises(ImproperlyConfigured, match="^STORAGE_URL must be"):
        read_storage(env(STORAGE_URL=url), tmp_path)


def test_a_mail_server_with_tls():
    found = email_settings("smtp://me%40example.org:p%3Ass@mail.example.org:587/?tls=True")
    assert found["EMAIL_HOST"] == "mail.example.org"
    assert found["EMAIL_PORT"] == 587
    assert found["EMAIL_HOST_USER"] == "me@example.org"
    assert found["EMAIL_HOST_PASSWORD"] == "p:ss"
    assert found["EMAIL_USE_TLS"] is True


@pytest.mark.parametrize(
    "url",
    ["mail.example.org", "imap://mail.example.org", "smtp://h/?tls=true&ssl=true", "smtp://h:x"],
)
def test_a_mail_address_that_makes_no_sense_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="^EMAIL_URL"):
        email_settings(url)


@pytest.mark.parametrize("url", ["", "console:"])
def test_no_mail_server_prints_mails(url):
    assert email_settings(url)["EMAIL_BACKEND"].endswith("console.EmailBackend")
