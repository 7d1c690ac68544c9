"""The second factor on the pages: setting it up, signing in with it, turning it off."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from oauth_apps.models import AccessToken
from oauth_apps.services import issue_first_party_token
from tests.factories import make_user

from .codes import app_code, set_up_app
from .test_guesses import at_once

APP = "/profile/security/app"


def confirm(client: Client, page: str, password: str = "password!") -> None:
    """Type the password again, as a page about safety asks."""
    client.get(page)
    client.post(f"/login/again?next={page}", {"password": password, "next": page})


@pytest.fixture
def secret(alice_client, mail_is_on) -> str:
    """The secret of an authenticator app that Alice has set up."""
    confirm(alice_client, APP)
    secret = alice_client.get(APP).context["form"].secret
    # A code works once: the tests have those of this half minute left, and of the next.
    alice_client.post(APP, {"code": app_code(secret, step=-1)})
    return secret


def test_page_about_safety_asks_for_the_password_again(alice_client):
    assert alice_client.get(APP)["Location"].startswith("/login/again?next=")
    confirm(alice_client, APP, "wrong")
    assert alice_client.get(APP).status_code == 302
    confirm(alice_client, APP)
    assert alice_client.get(APP).status_code == 200


def test_wrong_code_sets_nothing_up(alice_client, alice):
    confirm(alice_client, APP)
    alice_client.get(APP)
    assert alice_client.post(APP, {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.exists()


def test_setting_up_the_app_makes_recovery_codes_and_a_mail(alice_client, secret):
    kinds = set(Authenticator.objects.values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    assert "FitTrackee - Second factor changed" in [message.subject for message in mail.outbox]
    page = alice_client.get("/profile/security/codes").content.decode()
    assert page.count("<li>") >= 10


def test_password_alone_no_longer_signs_in(client, alice, secret):
    response = client.post("/login", {"email": "alice@example.com", "password": "password!"})
    assert response["Location"] == "/login/second-factor"
    assert client.get("/profile").status_code == 302
    wrong = client.post("/login/second-factor", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    assert client.get("/profile").status_code == 302
    client.post("/login/second-factor", {"code": app_code(secret)})
    assert client.get("/profile").status_code == 200


def sign_in(code: str) -> bool:
    """Whether password and code open the account, on the page."""
    client = Client()
    client.post("/login", {"email": "alice@example.com", "password": "password!"})
    return client.post("/login/second-factor", {"code": code}).status_code == 302


def sign_in_over_the_api(code: str) -> bool:
    body = {"email": "alice@example.com", "password": "password!", "otp": code}
    answer = Client().post("/api/auth/login", body, content_type="application/json")
    return answer.status_code == 200


@pytest.mark.parametrize("way_in", [sign_in, sign_in_over_the_api])
def test_the_code_that_set_the_app_up_signs_nobody_in(alice_client, alice, way_in):
    confirm(alice_client, APP)
    secret = alice_client.get(APP).context["form"].secret
    code = app_code(secret)
    alice_client.post(APP, {"code": code})
    assert not way_in(code)
    assert way_in(app_code(secret, step=1))


@pytest.mark.parametrize("way_in", [sign_in, sign_in_over_the_api])
def test_a_code_is_good_once_for_as_long_as_it_would_be_accepted(alice, way_in):
    set_up_app(alice)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        code = app_code(step=1)
        assert way_in(code)
    for seconds in (20, 31, 45, 59):
        cache.clear()  # the memory of it is no cache's
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            assert not way_in(code)


def test_a_code_older_than_the_last_one_is_worthless(alice):
    set_up_app(alice)
    assert sign_in(app_code())
    assert not sign_in(app_code(step=-1))


def test_wanted_page_survives_the_second_factor(client, alice, secret):
    client.post(
        "/login?from=/profile/sports", {"email": "alice@example.com", "password": "password!"}
    )
    response = client.post("/login/second-factor", {"code": app_code(secret)})
    assert response["Location"] == "/profile/sports"


def test_app_is_turned_off(alice_client, alice, secret):
    alice_client.post(f"{APP}/remove")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "page",
    [APP, f"{APP}/remove", "/profile/security/codes/new", "/profile/security/passkeys/add"],
)
def test_strangers_reach_no_page_about_safety(client, db, page):
    assert client.get(page).status_code == 302


def test_browser_elsewhere_is_signed_out(alice, alice_client):
    other = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/604.1"})
    for client in (alice_client, other):
        client.post("/login", {"email": "alice@example.com", "password": "password!"})
        client.get("/profile")
    page = " ".join(alice_client.get("/profile/security/sessions").content.decode().split())
    assert "Safari, iOS" in page
    assert "This browser" in page
    token = issue_first_party_token(alice)
    alice_client.post("/profile/security/sessions/end-others")
    assert other.get("/profile").status_code == 302
    assert AccessToken.objects.find(token) is None
    assert alice_client.get("/profile").status_code == 200


def test_sessions_of_others_cannot_be_ended(alice_client, bob):
    from allauth.usersessions.models import UserSession

    other = Client()
    other.force_login(bob)
    other.get("/profile")
    session = UserSession.objects.filter(user=bob).first()
    assert session is not None
    assert alice_client.post(f"/profile/security/sessions/{session.pk}/end").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_app_that_is_set_up_by_several_clicks_is_set_up_once(transactional_db):
    """The clicks come to an account whose app another of them may just have set up."""
    alice = make_user("alice")
    browser = Client()
    browser.force_login(alice)
    confirm(browser, APP)
    browser.get(APP)
    body = {"code": app_code(browser.session["mfa.totp.secret"])}

    def click() -> int:
        client = Client()
        client.cookies = browser.cookies.copy()
        return client.post(APP, body).status_code

    assert at_once(6, click) == [302] * 6
    assert Authenticator.objects.filter(user=alice, type=Authenticator.Type.TOTP).count() == 1
