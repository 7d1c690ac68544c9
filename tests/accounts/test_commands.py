"""Accounts from the command line."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.factories import make_user

CARL = ["create_user", "--username", "carl", "--email", "carl@example.com"]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_account_is_made(db):
    out = run(*CARL, "--password", "carl-pass-1")
    user = User.objects.get()
    assert out == "User 'carl' created (inactive).\n"
    assert user.check_password("carl-pass-1")


def test_administrator_is_active(db):
    assert run(*CARL, "--password", "carl-pass-1", "--admin") == (
        "User 'carl' created (an administrator).\n"
    )
    assert User.objects.get().is_active


def test_password_comes_from_stdin(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("carl-pass-1\n"))
    run(*CARL, "--password-stdin", "--active")
    assert User.objects.get().check_password("carl-pass-1")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--password", "short"],
        ["--password", "carl-pass-1", "--username", "alice"],
        ["--password", "carl-pass-1", "--email", "ALICE@example.com"],
        [],
    ],
)
def test_wrong_values_fail_the_command(alice, arguments):
    with pytest.raises(CommandError):
        run(*CARL, *arguments)
    assert User.objects.count() == 1


def test_rights_are_given_with_activation(db):
    make_user("ines", is_active=False)
    assert run("update_user", "ines", "--set-admin", "true") == "User 'ines' updated.\n"
    ines = User.objects.get()
    assert (ines.is_admin, ines.is_active) == (True, True)


def test_account_is_activated(db):
    make_user("ines", is_active=False)
    run("update_user", "ines", "--activate")
    assert User.objects.get().is_active


def test_new_password_is_printed(alice):
    out = run("update_user", "alice", "--reset-password")
    alice.refresh_from_db()
    assert alice.check_password(out.rpartition(": ")[2].strip())


def test_address_changes_at_once_without_a_mail(alice, mail_is_on):
    run("update_user", "alice", "--update-email", "new@example.com")
    alice.refresh_from_db()
    assert (alice.email, mail.outbox) == ("new@example.com", [])


def test_nothing_asked_is_nothing_done(alice):
    assert run("update_user", "alice") == "No updates.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody", "--activate"],
        ["Alice", "--activate"],
        ["alice", "--update-email", "nonsense"],
        ["alice", "--update-email", "alice@example.com"],
        ["admin", "--set-admin", "false"],
    ],
)
def test_what_cannot_be_done_fails_the_command(alice, admin, arguments):
    with pytest.raises(CommandError):
        run("update_user", *arguments)
