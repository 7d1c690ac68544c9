"""Fixtures of the tests about accounts."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import transaction


@pytest.fixture(autouse=True)
def commit_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the commit happens now: tests run inside a transaction that never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda job, using=None, robust=False: job())


@pytest.fixture
def mail_is_on(db, settings) -> None:
    settings.EMAIL_IS_CONFIGURED = True
    settings.SITE_URL = "https://log.example.org"


@pytest.fixture
def mailed_token(mail_is_on) -> Callable[[str], str]:
    """The token in the link of the last mail to an address."""

    def find(address: str) -> str:
        bodies = [message.body for message in mail.outbox if message.to == [address]]
        found = re.search(r"\?token=([\w.-]+)", bodies[-1])
        assert found
        return found[1]

    return find
