"""Access lasts: whoever gave it, or whose session somebody else used for it, is told by mail."""

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from oauth_apps.services.devices import start_device
from tests.factories import first_party, make_application

SCOPES = ["workouts:read"]


@pytest.fixture
def mails(monkeypatch, settings, db) -> list:
    """What waits for the commit happens now: tests run inside a transaction that never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda job, using=None, robust=False: job())
    settings.EMAIL_IS_CONFIGURED = True
    return mail.outbox


@pytest.fixture
def browser(bob) -> Client:
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(bob)
    return client


def page_of(app) -> str:
    return f"/oauth/authorize?client_id={app.client_id}&response_type=code&scope=workouts:read"


def test_giving_access_on_the_page(browser, alice, mails):
    app = make_application(alice, name="Watch & sync")
    browser.post(page_of(app), {"decision": "give", "scopes": SCOPES})
    (message,) = mails
    assert (message.to, message.subject) == (
        ["bob@example.com"],
        "FitTrackee - An application has access",
    )
    assert "“Watch & sync” was given access" in message.body
    assert "/profile/apps/access" in message.body


def test_letting_a_device_in(browser, alice, mails):
    app = make_application(alice, allows_devices=True)
    codes = start_device(app, SCOPES)
    form = {"user_code": codes.user_code, "decision": "give", "scopes": SCOPES}
    browser.post("/oauth/device", form)
    assert [message.to for message in mails] == [["bob@example.com"]]


def test_authorizing_over_the_api(alice, bob, mails):
    app = make_application(alice)
    form = {"client_id": app.client_id, "response_type": "code", "confirm": "true"}
    answer = Client(HTTP_HOST="localhost:8000").post(
        "/api/oauth/authorize", form, headers=first_party(bob)
    )
    assert answer.status_code == 200
    assert [message.to for message in mails] == [["bob@example.com"]]


@pytest.mark.parametrize("decision", ["refuse", "give"])
def test_nothing_given_is_nothing_to_tell(browser, alice, mails, decision):
    app = make_application(alice)
    browser.post(page_of(app), {"decision": decision, "scopes": []})
    assert mails == []
