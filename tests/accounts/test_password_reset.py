"""A forgotten password."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.tokens import Purpose, make_token
from tests.factories import make_user


def ask(client: Client, email: str = "alice@example.com"):
    return client.post("/password-reset/request", {"email": email})


def reset(client: Client, token: str, password: str = "a-fresh-password"):
    return client.post(f"/password-reset?token={token}", {"password": password})


def test_mailed_link_sets_a_new_password_once(client, alice, mailed_token):
    assert ask(client, "Alice@example.com")["Location"] == "/password-reset/sent"
    token = mailed_token("alice@example.com")
    assert client.get("/password-reset", {"token": token}).status_code == 200
    assert reset(client, token)["Location"] == "/password-reset/password-updated"
    alice.refresh_from_db()
    assert alice.check_password("a-fresh-password")
    assert reset(client, token).status_code == 400
    assert [message.subject for message in mail.outbox] == [
        "FitTrackee - Password reset request",
        "FitTrackee - Password changed",
    ]


def test_weak_password_leaves_the_link_good(client, alice, mailed_token):
    ask(client)
    token = mailed_token("alice@example.com")
    assert "too short" in reset(client, token, "short").content.decode()
    assert reset(client, token).status_code == 302


def test_link_dies_after_an_hour(client, alice):
    token = make_token(alice, Purpose.RESET_PASSWORD)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.get("/password-reset", {"token": token}).status_code == 400
        assert reset(client, token).status_code == 400


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM_ACCOUNT, Purpose.CHANGE_EMAIL])
def test_links_for_something_else_reset_nothing(client, alice, purpose):
    assert reset(client, make_token(alice, purpose)).status_code == 400


def test_reset_link_neither_confirms_an_account_nor_an_address(client, db):
    token = make_token(make_user("ines", is_active=False), Purpose.RESET_PASSWORD)
    assert client.post("/account-confirmation", {"token": token}).status_code == 400
    assert client.post("/email-update", {"token": token}).status_code == 400


def test_unknown_address_gets_the_same_answer_and_no_mail(client, mail_is_on):
    assert ask(client, "nobody@example.com")["Location"] == "/password-reset/sent"
    assert mail.outbox == []


def test_resetting_does_not_activate(client, mailed_token):
    ines = make_user("ines", is_active=False)
    ask(client, "ines@example.com")
    reset(client, mailed_token("ines@example.com"))
    ines.refresh_from_db()
    assert not ines.is_active


def test_one_address_gets_five_mails_an_hour_at_most(client, alice, mail_is_on):
    for _ in range(7):
        ask(client)
    assert len(mail.outbox) == 5


def test_strength_is_told_as_one_types(client, db):
    weak = client.post("/password-strength", {"password": "password"}).content.decode()
    strong = client.post(
        "/password-strength", {"new_password": "four unrelated words here"}
    ).content.decode()
    assert 'value="0"' in weak
    assert 'value="4"' in strong
