"""What nobody needs any more: accounts that were never confirmed, sessions that have ended."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import HeldName, User
from accounts.origins import Origin
from accounts.services import administration
from accounts.services.registration import (
    NewAccount,
    confirm_account,
    create_account,
    drop_unconfirmed_accounts,
    register,
    resend_confirmation,
)
from accounts.services.sessions import drop_ended_sessions
from accounts.tokens import Purpose, make_token
from oauth_apps.services.cleaning import ROWS_AT_ONCE
from tests.factories import make_workout


def register_ana() -> User:
    user = register(NewAccount("ana", "ana@example.com", "a-good-password"), origin=Origin())
    assert user is not None
    return user


def later(**lapse: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**lapse))


def test_an_account_waits_as_long_as_its_link_is_good(mail_is_on):
    token = make_token(register_ana(), Purpose.CONFIRM_ACCOUNT)
    with later(days=6, hours=23):
        assert drop_unconfirmed_accounts() == 0
        assert confirm_account(token)
    with later(days=8):
        assert drop_unconfirmed_accounts() == 0


def test_then_it_is_deleted_and_its_name_and_address_are_free(mail_is_on):
    register_ana()
    with later(days=7, minutes=1):
        assert drop_unconfirmed_accounts() == 1
        assert not User.objects.exists()
        assert register_ana()


def test_a_new_link_lets_it_wait_anew(mail_is_on):
    register_ana()
    with later(days=6):
        resend_confirmation("ana@example.com", origin=Origin())
    with later(days=12):
        assert drop_unconfirmed_accounts() == 0
    with later(days=14):
        assert drop_unconfirmed_accounts() == 1


@pytest.mark.parametrize(
    "change",
    [
        administration.activate,
        administration.deactivate,
        make_workout,
        lambda user: administration.set_admin(user, True),
    ],
    ids=["let in", "shut out", "with something in it", "an administrator"],
)
def test_other_accounts_stay(mail_is_on, admin, change):
    change(register_ana())
    with later(days=30):
        assert drop_unconfirmed_accounts() == 0


def test_one_that_an_administrator_made_stays(mail_is_on):
    account = NewAccount("ana", "ana@example.com", "a-good-password")
    create_account(account, is_admin=False, is_active=False)
    with later(days=30):
        assert drop_unconfirmed_accounts() == 0


def test_without_a_mail_server_accounts_wait_for_an_administrator(db):
    register_ana()
    with later(days=30):
        assert drop_unconfirmed_accounts() == 0


def test_a_held_name_is_free_when_the_account_in_its_stead_would_be_gone(alice, mail_is_on):
    register(NewAccount("probe", "alice@example.com", "a-good-password"), origin=Origin())
    with later(days=6, hours=23):
        drop_unconfirmed_accounts()
        assert HeldName.objects.exists()
    with later(days=7, minutes=1):
        drop_unconfirmed_accounts()
        assert not HeldName.objects.exists()


def test_held_names_go_with_their_account(alice, mail_is_on):
    register(NewAccount("probe", "alice@example.com", "a-good-password"), origin=Origin())
    alice.delete()
    assert not HeldName.objects.exists()
    assert mail.outbox


def test_sessions_that_have_expired_go_with_what_is_noted_of_them(alice, bob):
    for user in (alice, bob):
        client = Client()
        client.force_login(user)
        client.get("/profile")
    Session.objects.filter(pk=UserSession.objects.get(user=alice).session_key).update(
        expire_date=timezone.now() - timedelta(minutes=1)
    )
    assert drop_ended_sessions() == 1
    assert [noted.user for noted in UserSession.objects.all()] == [bob]
    assert Session.objects.count() == 1


@pytest.mark.django_db
def test_many_ended_sessions_go_some_at_a_time(django_assert_num_queries):
    """Three looks and two lots, which alone lock; then one look at what is noted of them."""
    ended = timezone.now() - timedelta(minutes=1)
    Session.objects.bulk_create(
        Session(session_key=f"{number:032}", expire_date=ended)
        for number in range(ROWS_AT_ONCE + 1)
    )
    with django_assert_num_queries(6):
        assert drop_ended_sessions() == ROWS_AT_ONCE + 1


def test_what_is_noted_of_a_session_that_signed_out_goes_too(alice):
    client = Client()
    client.force_login(alice)
    client.get("/profile")
    Session.objects.all().delete()
    assert drop_ended_sessions() == 0
    assert not UserSession.objects.exists()
