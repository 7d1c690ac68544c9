"""A second look at the ways in: sessions, and that no address skips the second factor."""

import pytest
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from accounts.tokens import Purpose, make_token
from oauth_apps.models import AccessToken

from .codes import app_code, set_up_app

ALICE = {"email": "alice@example.com", "password": "password!"}


@pytest.fixture
def with_app(alice) -> User:
    set_up_app(alice)
    return alice


def is_signed_in(client: Client) -> bool:
    return client.get("/profile").status_code == 200


# --- Sessions


def test_signing_in_changes_the_session_s_name_and_keeps_nothing_of_a_stranger(client, alice):
    client.session.save()
    client.get("/login")
    planted = client.session
    planted["planted"] = "x"
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    client.post("/login", ALICE)
    assert is_signed_in(client)
    assert client.session.session_key != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()


def test_the_second_step_changes_the_session_s_name_too(client, with_app):
    client.post("/login", ALICE)
    before = client.session.session_key
    client.post("/login/second-factor", {"code": app_code()})
    assert is_signed_in(client)
    assert client.session.session_key != before
    assert LOGIN_SESSION_KEY not in client.session


def test_a_session_is_worthless_once_it_is_signed_out(client, alice):
    client.post("/login", ALICE)
    thief = Client()
    thief.cookies["sessionid"] = client.session.session_key
    assert is_signed_in(thief)
    client.post("/logout")
    assert not is_signed_in(thief)


def test_a_reset_ends_all_sessions(client, alice):
    client.post("/login", ALICE)
    Client().post(
        f"/password-reset?token={make_token(alice, Purpose.RESET_PASSWORD)}",
        {"password": "a-fresh-password"},
    )
    assert not is_signed_in(client)


def test_a_first_step_with_the_old_password_leads_nowhere_after_a_reset(client, with_app):
    client.post("/login", ALICE)
    Client().post(
        f"/password-reset?token={make_token(with_app, Purpose.RESET_PASSWORD)}",
        {"password": "a-fresh-password"},
    )
    client.post("/login/second-factor", {"code": app_code()})
    assert not is_signed_in(client)


# --- The second factor


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/profile",
        "/login/again",
        "/login/again/code",
        "/profile/security",
        "/profile/security/app/remove",
        "/profile/apps/tokens",
        "/django-admin/",
        "/django-admin/login/",
        "/admin/users",
        "/oauth/device",
    ],
)
def test_after_the_password_alone_no_address_is_open(client, db, path):
    admin = User.objects.create_user(
        "admin", "admin@example.com", "password!", is_active=True, is_admin=True
    )
    set_up_app(admin)
    client.post("/login", {"email": "admin@example.com", "password": "password!"})
    for answer in (client.get(path), client.post(path, {"password": "password!", "code": "0"})):
        assert answer.status_code in (302, 403, 405), path
        where = answer.headers.get("Location", "/login").removeprefix("/django-admin")
        assert where.startswith("/login"), path
    assert not is_signed_in(client)


def test_the_admin_s_own_form_signs_nobody_in(client, admin, bob):
    client.force_login(admin)
    bob.is_admin = True
    bob.save()
    set_up_app(bob)
    body = {"username": "bob@example.com", "password": "password!", "next": "/django-admin/"}
    assert client.post("/django-admin/login/", body).status_code == 405
    assert client.session["_auth_user_id"] == str(admin.pk)


def test_the_admin_s_sign_in_leads_administrators_on_and_others_away(client, alice, admin):
    client.force_login(admin)
    assert client.get("/django-admin/login/")["Location"] == "/django-admin/"
    client.force_login(alice)
    assert client.get("/django-admin/login/").status_code == 403


def test_a_reset_password_still_needs_the_second_factor(client, with_app):
    link = f"/password-reset?token={make_token(with_app, Purpose.RESET_PASSWORD)}"
    client.post(link, {"password": "a-fresh-password"})
    assert not is_signed_in(client)
    answer = client.post("/login", ALICE | {"password": "a-fresh-password"})
    assert answer["Location"] == "/login/second-factor"


@pytest.fixture
def confirmation(with_app) -> str:
    """The confirmation link's token of an account that has a second factor already."""
    with_app.is_active = False
    with_app.save()
    return make_token(with_app, Purpose.CONFIRM_ACCOUNT)


def test_a_confirmation_link_does_not_skip_the_second_factor(client, confirmation):
    answer = client.post("/account-confirmation", {"token": confirmation})
    assert answer["Location"] == "/login/second-factor"
    assert not is_signed_in(client)


def test_nor_does_a_confirmation_over_the_api(client, confirmation):
    body = {"token": confirmation}
    answer = client.post("/api/auth/account/confirm", body, content_type="application/json")
    assert answer.status_code == 401
    assert answer.json()["message"] == "second factor required: send its code as otp"
    assert User.objects.get().is_active
    assert not AccessToken.objects.exists()


def test_a_code_of_somebody_else_opens_nothing(client, alice, bob):
    set_up_app(bob)
    client.post("/login", {"email": "bob@example.com", "password": "password!"})
    other = Client()
    other.post("/login", ALICE)  # without a second factor: in at once
    assert is_signed_in(other)
    assert other.post("/login/second-factor", {"code": app_code()})["Location"] != "/profile"
    assert not is_signed_in(client)
