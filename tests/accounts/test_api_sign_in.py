"""Registration, sign-in and sign-out over the API."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from accounts.models import User
from instance.models import AppConfiguration
from tests.factories import make_user

ALICE = {"email": "alice@example.com", "password": "password!"}
NEWBIE = {"username": "newbie", "email": "newbie@example.com", "password": "newbie-pass-1"}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def post(path: str, body: object = None, token: str = ""):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().post(f"/api/{path}", body, content_type="application/json", headers=headers)


def sign_in(**changes) -> str:
    return post("auth/login", ALICE | changes).json()["auth_token"]


def profile_status(token: str) -> int:
    return (
        Client().get("/api/auth/profile", headers={"Authorization": f"Bearer {token}"}).status_code
    )


def totp_code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def second_factor(alice, rf) -> User:
    from allauth.core import context

    with context.request_context(rf.get("/")):
        TOTP.activate(alice, SECRET)
        RecoveryCodes.activate(alice)
    return alice


def test_sign_in_answers_flat_strings_and_a_token_that_works(alice):
    answer = post("auth/login", ALICE | {"email": "ALICE@example.com"})
    assert answer.status_code == 200
    assert {**answer.json(), "auth_token": ""} == {
        "status": "success",
        "message": "successfully logged in",
        "auth_token": "",
    }
    assert profile_status(answer.json()["auth_token"]) == 200


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"password": "wrong"}, 401, "invalid credentials"),
        ({"email": "nobody@example.com"}, 401, "invalid credentials"),
        ({"email": "alice"}, 401, "invalid credentials"),
        ({"password": ""}, 401, "invalid credentials"),
        ({"password": None}, 400, "invalid payload"),
        ({"email": ["a"]}, 400, "invalid payload"),
    ],
)
def test_wrong_credentials_are_refused(alice, changes, status, message):
    answer = post("auth/login", ALICE | changes)
    assert (answer.status_code, answer.json()["message"]) == (status, message)


def test_inactive_account_cannot_sign_in(db):
    make_user("ines", is_active=False)
    answer = post("auth/login", {"email": "ines@example.com", "password": "password!"})
    assert (answer.status_code, answer.json()["message"]) == (401, "invalid credentials")


def test_sixth_failure_within_minutes_is_refused_whatever_the_password(alice):
    for _ in range(5):
        post("auth/login", ALICE | {"password": "wrong"})
    assert post("auth/login", ALICE).status_code == 429


@pytest.mark.parametrize("body", ["nonsense", "[]", "null", "{}", "[1]", '{"email": "\\ud800"}'])
def test_bodies_that_make_no_sense_are_refused(alice, body):
    answer = post("auth/login", body)
    assert answer.status_code in {400, 401}
    assert answer.json()["status"] == "error"


def test_second_factor_is_asked_for_before_a_token_is_given(second_factor):
    answer = post("auth/login", ALICE)
    assert answer.status_code == 401
    assert answer.json()["message"] == "second factor required: send its code as otp"
    assert post("auth/login", ALICE | {"otp": "000000"}).status_code == 401
    assert profile_status(sign_in(otp=totp_code())) == 200


def test_recovery_code_signs_in_once(second_factor, rf):
    from allauth.core import context
    from allauth.mfa.models import Authenticator

    with context.request_context(rf.get("/")):
        codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert post("auth/login", ALICE | {"otp": codes[0]}).status_code == 200
    assert post("auth/login", ALICE | {"otp": codes[0]}).status_code == 401


def test_secret_of_a_second_factor_is_not_stored_in_clear(second_factor):
    from allauth.mfa.models import Authenticator

    assert SECRET not in str(Authenticator.objects.get(type="totp").data)


def test_sign_out_ends_that_token_only(alice):
    first, second = sign_in(), sign_in()
    answer = post("auth/logout", token=first)
    assert answer.json() == {"status": "success", "message": "successfully logged out"}
    assert profile_status(first) == 401
    assert profile_status(second) == 200
    assert post("auth/logout", token=first).json()["error"] == "invalid_token"


def test_registration_makes_an_inactive_account(db):
    assert post("auth/register", NEWBIE | {"language": "de"}).json() == {"status": "success"}
    user = User.objects.get()
    assert (user.is_active, user.language, user.timezone) == (False, "de", "Europe/Paris")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"username": "ab"}, "username: 3 to 30 characters required\n"),
        (
            {"username": "a-b-c", "email": "b", "password": "c"},
            'username: only alphanumeric characters and the underscore character "_" allowed\n'
            "email: valid email must be provided\npassword: 8 characters required\n",
        ),
        ({"username": "ALICE"}, "sorry, that username is already taken"),
        ({"username": None}, "invalid payload"),
        ({"password": 12345678}, "invalid payload"),
    ],
)
def test_registration_says_what_is_wrong(alice, changes, message):
    answer = post("auth/register", NEWBIE | changes)
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert User.objects.count() == 1


def test_known_address_looks_like_success(alice):
    answer = post("auth/register", NEWBIE | {"email": "Alice@example.com"})
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert User.objects.count() == 1


def test_full_instance_refuses_before_it_reads(alice):
    AppConfiguration.objects.create(pk=1, max_users=1)
    answer = post("auth/register", {})
    assert (answer.status_code, answer.json()["message"]) == (
        403,
        "error, registration is disabled",
    )


def test_confirmation_signs_in_once(mailed_token):
    post("auth/register", NEWBIE)
    token = mailed_token("newbie@example.com")
    answer = post("auth/account/confirm", {"token": token})
    assert answer.json()["message"] == "account confirmation successful"
    assert profile_status(answer.json()["auth_token"]) == 200
    again = post("auth/account/confirm", {"token": token})
    assert (again.status_code, again.json()["message"]) == (400, "invalid payload")


@pytest.mark.parametrize(
    "path", ["auth/password/reset-request", "auth/account/resend-confirmation"]
)
def test_without_a_mail_server_mail_endpoints_are_not_there(alice, path):
    answer = post(path, {"email": "alice@example.com"})
    assert (answer.status_code, answer.json()["status"]) == (404, "not found")


def test_password_reset_ends_every_sign_in(alice, mailed_token):
    token = sign_in()
    answer = post("auth/password/reset-request", {"email": "ALICE@example.com"})
    assert answer.json() == {"status": "success", "message": "password reset request processed"}
    reset = mailed_token("alice@example.com")
    short = post("auth/password/update", {"token": reset, "password": "short"})
    assert short.json()["message"] == "password: 8 characters required\n"
    done = post("auth/password/update", {"token": reset, "password": "a-fresh-password"})
    assert done.json() == {"status": "success", "message": "password updated"}
    assert profile_status(token) == 401
    again = post("auth/password/update", {"token": reset, "password": "a-fresh-password"})
    assert (again.status_code, again.json()["message"]) == (
        401,
        "invalid token, please request a new token",
    )


def test_token_of_a_sign_in_resets_no_password(alice):
    answer = post("auth/password/update", {"token": sign_in(), "password": "a-fresh-password"})
    assert answer.status_code == 401
