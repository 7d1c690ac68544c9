"""Who wants another address learns nothing about it, and fills nobody's mailbox."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks import default_task_backend

from accounts.models import User
from tests.factories import first_party, make_user

BOB, NEW, WAITING = "bob@example.com", "new@example.com", "waiting@example.com"


@pytest.fixture
def addresses(alice, bob, mail_is_on) -> list[str]:
    make_user("waiting", is_active=False, waits_for_confirmation=True)
    return [BOB, NEW, WAITING]


def ask(user: User, email: str):
    body = {"email": email, "password": "password!"}
    return Client().patch(
        "/api/auth/profile/edit/account",
        body,
        headers=first_party(user),
        content_type="application/json",
    )


def test_every_address_has_the_same_answer(alice, addresses):
    answers = [ask(alice, email) for email in addresses]
    assert [answer.status_code for answer in answers] == [200] * 3
    shown = [answer.json()["data"]["email_to_confirm"] for answer in answers]
    assert shown == addresses


def test_and_costs_the_same(alice, addresses, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    ask(alice, "first@example.com")
    costs = []
    for email in addresses:
        default_task_backend.clear()
        with CaptureQueriesContext(connection) as queries:
            ask(alice, email)
        jobs = [result.task.name for result in default_task_backend.results]
        costs.append((len(queries), jobs))
    assert costs == [costs[0]] * 3


def test_the_owner_of_the_address_is_told_and_no_link_is_sent(alice, addresses):
    ask(alice, BOB)
    subjects = {message.to[0]: message.subject for message in mail.outbox}
    assert subjects == {
        BOB: "FitTrackee - You have an account already",
        alice.email: "FitTrackee - Email changed",
    }
    assert not any("?token=" in message.body for message in mail.outbox)


def test_the_page_says_of_every_address_that_a_link_was_sent(alice, addresses):
    browser = Client()
    browser.force_login(alice)
    form = {"email": BOB, "password": "password!"}
    page = browser.post("/profile/edit/account", form, follow=True).content.decode()
    assert "Follow the link we sent to bob@example.com" in page


@pytest.mark.parametrize("email", [BOB, NEW])
def test_nobodys_mailbox_is_filled_by_changes_of_address(alice, addresses, email):
    answers = [ask(alice, email).status_code for _ in range(6)]
    assert answers == [200] * 5 + [400]
    assert sum(message.to == [email] for message in mail.outbox) == 5


def test_without_a_mail_server_a_known_address_is_refused(alice, bob):
    assert ask(alice, BOB).status_code == 400
