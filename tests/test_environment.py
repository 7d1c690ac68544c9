"""What the environment may say, and the sentence for what it may not."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from fittrackee_site.environment import (
    email_settings,
    read_database,
    read_flag,
    read_number,
    read_sender,
    read_sign_in_limit,
    read_url,
)


@pytest.fixture
def env(monkeypatch):
    def make(**values: str) -> environ.Env:
        for name in ("PORT", "DATABASE_URL", "TILE_SERVER_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return environ.Env()

    return make


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "8000.5", ""])
def test_a_port_that_is_none_is_refused_by_name(env, text):
    with pytest.raises(ImproperlyConfigured, match="^PORT must be a whole number"):
        read_number(env(PORT=text), "PORT", default=8000, lowest=1, highest=65535)


@pytest.mark.parametrize(
    "address",
    [
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles{z}.example.org/{x}/{y}.png",
        "https://{x}.example.org/{z}/{x}/{y}.png",
    ],
)
def test_the_tile_server_needs_its_three_parts_in_its_path(env, address):
    with pytest.raises(ImproperlyConfigured, match="^TILE_SERVER_URL must contain"):
        read_url(
            env(TILE_SERVER_URL=address),
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


@pytest.mark.parametrize("text", ["perhaps", "2", "-1", "truе"])
def test_a_flag_is_true_or_false_and_no_guess(env, monkeypatch, text):
    monkeypatch.setenv("BEHIND_PROXY", text)
    with pytest.raises(ImproperlyConfigured, match="^BEHIND_PROXY must be true or false"):
        read_flag(env(), "BEHIND_PROXY")


@pytest.mark.parametrize(("text", "value"), [("True", True), ("on", True), ("0", False)])
def test_flags_have_their_usual_spellings(env, monkeypatch, text, value):
    monkeypatch.setenv("BEHIND_PROXY", text)
    assert read_flag(env(), "BEHIND_PROXY") is value


@pytest.mark.parametrize(
    "url", ["http://[bad", "https://log.example.org:99999", "https://log example.org", "http://:80"]
)
def test_an_impossible_address_is_refused_by_name(env, monkeypatch, url):
    monkeypatch.setenv("SITE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="^SITE_URL must be an address"):
        read_url(env(), "SITE_URL", default="http://127.0.0.1", schemes=("http", "https"))


@pytest.mark.parametrize("url", ["postgres://", "postgres://me:secret@host:port/log"])
def test_an_impossible_database_is_refused_without_its_password(env, tmp_path, url):
    with pytest.raises(ImproperlyConfigured, match="^DATABASE_URL must") as refused:
        read_database(env(DATABASE_URL=url), tmp_path / "x")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("text", ["lots", "30", "0/m", "5/x/ip", "5/m/planet", "30/m/ip,", ""])
def test_a_limit_of_sign_ins_that_cannot_be_read_is_refused_by_name(env, monkeypatch, text):
    monkeypatch.setenv("SIGN_IN_LIMIT", text)
    with pytest.raises(ImproperlyConfigured, match="^SIGN_IN_LIMIT reads like"):
        read_sign_in_limit(env(), "SIGN_IN_LIMIT", default="30/m/ip")


@pytest.mark.parametrize("text", ["nobody", "a@example.org\nBcc: b@example.org", ""])
def test_a_sender_is_an_address(env, monkeypatch, text):
    monkeypatch.setenv("SENDER_EMAIL", text)
    with pytest.raises(ImproperlyConfigured, match="^SENDER_EMAIL must be an e-mail address"):
        read_sender(env(), "SENDER_EMAIL", default="no-reply@example.org")
