"""A mail is written when it is sent: what happened to the account since decides whether it is."""

import pytest
from django.core import mail
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.origins import Origin
from accounts.services import administration, credentials, registration
from accounts.services.registration import NewAccount
from accounts.tokens import Purpose, make_token


@pytest.fixture
def queue(mail_is_on, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def work() -> list[list[str]]:
    """Run all jobs that wait; to whom mails with a link to use were sent."""
    while job := DBTaskResult.objects.order_by("enqueued_at").first():
        result = job.task_result
        job.delete()
        result.task.call(*result.args, **result.kwargs)
    return [message.to for message in mail.outbox if "?token=" in message.body]


def test_a_link_that_confirms_an_address_goes_to_no_other(alice, queue):
    credentials.request_email_change(alice, "mine@example.com", origin=Origin())
    credentials.request_email_change(alice, "yours@example.com", origin=Origin())
    assert work() == [["yours@example.com"]]


def test_an_address_that_was_given_up_gets_no_link(alice, queue):
    credentials.request_email_change(alice, "new@example.com", origin=Origin())
    credentials.cancel_email_change(alice)
    assert work() == []


def test_a_password_is_not_reset_from_the_address_before(alice, queue):
    administration.force_password_reset(alice)
    administration.replace_email(alice, "new@example.com")
    assert work() == []


def test_a_registration_that_was_shut_out_gets_no_link(queue):
    registration.register(NewAccount("ana", "ana@example.com", "a-good-password"), origin=Origin())
    administration.deactivate(User.objects.get())
    assert work() == []


def test_no_link_lets_an_account_in_that_was_shut_out(alice):
    User.objects.filter(pk=alice.pk).update(is_active=False, is_shut_out=True)
    alice.refresh_from_db()
    token = make_token(alice, Purpose.CONFIRM_ACCOUNT)
    assert Client().post("/account-confirmation", {"token": token}).status_code == 400
    alice.refresh_from_db()
    assert not alice.is_active
