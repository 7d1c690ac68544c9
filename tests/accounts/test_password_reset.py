"""A forgotten password."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import Purpose, make_token
from oauth_apps.models import AccessToken, Application, Grant, RefreshToken
from oauth_apps.services.tokens import issue_personal_token
from tests.factories import first_party, make_application, make_tokens, make_user


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


# --- Programs with access


@pytest.fixture
def watch(alice) -> Application:
    """An application that has access to Alice's account."""
    app = make_application(alice, name="Watch sync")
    make_tokens(alice, "workouts:read", app)
    return app


@pytest.fixture
def backup(alice) -> AccessToken:
    """A personal token of Alice's."""
    end = timezone.now() + timedelta(days=30)
    issue_personal_token(alice, name="Backup", scopes=["workouts:read"], expires=end)
    return AccessToken.objects.personal(alice).get()


def reset_keeping(user: User, **kept: list[int]):
    link = f"/password-reset?token={make_token(user, Purpose.RESET_PASSWORD)}"
    return Client().post(link, {"password": "a-fresh-password", **kept})


def has_access(app: Application) -> bool:
    return AccessToken.objects.filter(application=app).exists()


def test_after_a_reset_no_program_has_access_unless_it_is_ticked(alice, watch, backup):
    program = first_party(alice)
    Grant.objects.create(application=watch, user=alice, code="x", expires=timezone.now())
    assert reset_keeping(alice).status_code == 302
    assert not AccessToken.objects.filter(user=alice).exists()
    assert not RefreshToken.objects.filter(user=alice).exists()
    assert not Grant.objects.filter(user=alice).exists()
    assert Client().get("/api/auth/profile", headers=program).status_code == 401


def test_what_is_ticked_keeps_its_access(alice, watch, backup):
    other = make_application(alice)
    make_tokens(alice, "workouts:read", other)
    reset_keeping(alice, applications=[watch.pk], tokens=[backup.pk])
    assert has_access(watch)
    assert RefreshToken.objects.filter(application=watch).exists()
    assert AccessToken.objects.filter(pk=backup.pk).exists()
    assert not has_access(other)


def test_a_sign_in_with_the_old_password_cannot_be_ticked(alice, watch, backup):
    program = first_party(alice)
    sign_in = AccessToken.objects.get(application__kind="first_party")
    for kept in ({"applications": [sign_in.application_id]}, {"tokens": [sign_in.pk]}):
        assert reset_keeping(alice, **kept).status_code == 422
    reset_keeping(alice)
    assert Client().get("/api/auth/profile", headers=program).status_code == 401


def test_programs_of_others_go_on(alice, bob, watch):
    make_tokens(bob, "workouts:read", watch)
    reset_keeping(alice)
    assert AccessToken.objects.filter(user=bob, application=watch).exists()


def test_only_a_good_link_shows_the_programs_and_none_is_ticked(client, alice, watch, backup):
    link = f"/password-reset?token={make_token(alice, Purpose.RESET_PASSWORD)}"
    AccessToken.objects.filter(application=watch).update(last_used_at=timezone.now())
    page = client.get(link).content.decode()
    assert re.search(r"Watch sync <span [^>]*>last used \d+ \w+ \d{4}, \d\d:\d\d</span>", page)
    assert "Backup" in page
    assert re.search(r'name="(applications|tokens)"', page)
    assert not re.search(r'name="(applications|tokens)"[^>]* checked', page)
    assert "Watch sync" not in client.get(f"{link}x").content.decode()


def test_without_programs_nothing_is_asked(client, alice):
    link = f"/password-reset?token={make_token(alice, Purpose.RESET_PASSWORD)}"
    assert "Programs" not in client.get(link).content.decode()


def test_a_reset_over_the_api_keeps_nothing(alice, watch, backup):
    body = {"token": make_token(alice, Purpose.RESET_PASSWORD), "password": "a-fresh-password"}
    answer = Client().post("/api/auth/password/update", body, content_type="application/json")
    assert answer.status_code == 200
    assert not AccessToken.objects.filter(user=alice).exists()


def test_the_page_of_the_programs_costs_the_same_for_one_and_for_three(
    client, alice, watch, backup, django_assert_num_queries
):
    link = f"/password-reset?token={make_token(alice, Purpose.RESET_PASSWORD)}"
    with django_assert_num_queries(4):
        client.get(link)
    for _ in range(2):
        make_tokens(alice, "workouts:read", make_application(alice))
    with django_assert_num_queries(4):
        client.get(link)


def test_strength_is_told_as_one_types(client, db):
    weak = client.post("/password-strength", {"password": "password"}).content.decode()
    strong = client.post(
        "/password-strength", {"new_password": "four unrelated words here"}
    ).content.decode()
    assert 'value="0"' in weak
    assert 'value="4"' in strong
