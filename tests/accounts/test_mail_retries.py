"""Mails while the mail server is away."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.emails import RETRIES_AFTER


@pytest.fixture
def queue(mail_is_on, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def no_server(settings) -> None:
    """Nobody listens there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9


def run(job: DBTaskResult) -> None:
    result = job.task_result
    result.task.call(*result.args, **result.kwargs)
    job.delete()


def ask(client) -> DBTaskResult:
    """The job that sends the mail; the first one looks for the account."""
    client.post("/password-reset/request", {"email": "alice@example.com"})
    run(DBTaskResult.objects.get())
    return DBTaskResult.objects.get()


def test_a_mail_waits_longer_and_longer_for_its_server(client, alice, queue, no_server):
    job, waits = ask(client), []
    with time_machine.travel(timezone.now(), tick=False):
        for _ in RETRIES_AFTER:
            run(job)
            job = DBTaskResult.objects.get()
            waits.append((job.run_after - timezone.now()) // timedelta(minutes=1))
    assert waits == [1, 5, 30, 120, 480]
    run(job)
    assert not DBTaskResult.objects.exists()


def test_a_mail_that_waited_is_sent_once(client, alice, queue, settings):
    job, outbox = ask(client), settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    run(job)
    settings.EMAIL_BACKEND = outbox
    run(DBTaskResult.objects.get())
    assert not DBTaskResult.objects.exists()
    assert [message.to for message in mail.outbox] == [["alice@example.com"]]


def test_neither_address_nor_link_is_logged(client, alice, queue, no_server, caplog):
    caplog.set_level(logging.DEBUG)
    job = ask(client)
    for _ in RETRIES_AFTER:
        run(job)
        job = DBTaskResult.objects.get()
    run(job)
    assert "given up" in caplog.text
    assert "alice@example.com" not in caplog.text
    assert "token" not in caplog.text
