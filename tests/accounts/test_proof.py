"""What gives access to an account asks for the password or second factor anew, and sends a mail."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from oauth_apps.models import AccessToken, Application, ClientSecret
from tests.factories import confirm, first_party, make_application
from workouts.models import Transfer

from .codes import app_code, set_up_app

AGAIN = "/login/again"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
APP = {
    "name": "GPX sync & more",
    "description": "Brings files",
    "website": "https://sync.example.org",
    "client_type": "confidential",
    "redirect_uris": "https://sync.example.org/cb\nhttps://sync.example.org/second",
    "scopes": ["workouts:read", "profile:read"],
}
TOKEN = {"name": "Backup & more", "scopes": ["workouts:read", "profile:read"]}


@dataclass(frozen=True)
class Making:
    """A page that makes a key: what is posted, what there is then, and what the mail says."""

    path: str
    count: Callable[[User], int]
    subject: str
    words: str
    body: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.subject


def own_apps(user: User) -> int:
    return Application.objects.owned_by(user).filter(name=APP["name"]).count()


MAKINGS = [
    Making(
        "/profile/apps/tokens",
        lambda user: AccessToken.objects.personal(user).filter(name=TOKEN["name"]).count(),
        "New token",
        "Backup & more",
        TOKEN,
    ),
    Making("/profile/apps/new", own_apps, "New application", "GPX sync & more", APP),
    Making(
        "/profile/apps/{app}/secret",
        lambda user: ClientSecret.objects.count() - 1,
        "New secret of an application",
        "Watch sync",
    ),
    Making(
        "/profile/data/export",
        lambda user: Transfer.objects.filter(owner=user).count(),
        "Export of your data",
        "everything you have",
    ),
]
every_making = pytest.mark.parametrize("making", MAKINGS, ids=str)


@pytest.fixture
def watch_sync(alice) -> Application:
    return make_application(alice, name="Watch sync")


@pytest.fixture
def browser(alice, watch_sync) -> Client:
    client = Client(headers={"User-Agent": FIREFOX})
    client.force_login(alice)
    return client


def make(browser: Client, making: Making) -> HttpResponse:
    app = Application.objects.get(name="Watch sync")
    body = dict(making.body)
    if making.body is TOKEN:
        body["expires_on"] = (timezone.localdate() + timedelta(days=30)).isoformat()
    return browser.post(making.path.format(app=app.pk), body)


@every_making
def test_without_a_proof_nothing_is_made_and_with_one_it_goes_on(browser, alice, making):
    answer = make(browser, making)
    assert answer["Location"].startswith(f"{AGAIN}?next=")
    again = answer["Location"]
    browser.post(again, {"password": "wrong"})
    assert making.count(alice) == 0
    browser.post(again, {"password": "password!"})
    assert making.count(alice) == 1


@every_making
def test_the_second_factor_is_a_proof_too(browser, alice, making):
    set_up_app(alice)
    again = make(browser, making)["Location"].replace(AGAIN, f"{AGAIN}/code")
    browser.post(again, {"code": "000000"})
    assert making.count(alice) == 0
    browser.post(again, {"code": app_code()})
    assert making.count(alice) == 1


@every_making
def test_a_proof_is_good_for_ten_minutes(browser, alice, making):
    confirm(browser)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert make(browser, making)["Location"].startswith(AGAIN)
    assert making.count(alice) == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=9)):
        make(browser, making)
    assert making.count(alice) == 1


@every_making
def test_a_sign_in_of_long_ago_is_no_proof(alice, watch_sync, making):
    browser = Client()
    with time_machine.travel(timezone.now() - timedelta(minutes=11)):
        browser.post("/login", {"email": "alice@example.com", "password": "password!"})
    assert make(browser, making)["Location"].startswith(AGAIN)


@every_making
def test_the_owner_is_told(browser, mail_is_on, making):
    confirm(browser)
    make(browser, making)
    assert [message.subject for message in mail.outbox] == [f"FitTrackee - {making.subject}"]
    text = mail.outbox[0].body
    assert making.words in text
    assert re.search(r"\(\d+ \w+ \d{4}, \d\d:\d\d\)", text)
    assert "The request came from Firefox on Linux." in text
    assert "change your password at once" in text


@every_making
def test_visitors_leave_nothing_behind(db, alice, watch_sync, making):
    visitor = Client()
    assert make(visitor, making)["Location"].startswith("/login?next=")
    assert not visitor.session.keys()


@every_making
def test_no_cookie_is_kept_with_what_was_typed(browser, making):
    browser.cookies["known-browser"] = "a-secret-of-the-browser"
    make(browser, making)
    kept = str(dict(browser.session))
    assert "/profile" in kept
    assert "a-secret-of-the-browser" not in kept
    assert browser.session.session_key not in kept


def test_what_was_typed_is_not_lost(browser, alice):
    again = browser.post("/profile/apps/new", APP)["Location"]
    answer = browser.post(again, {"password": "password!"})
    app = Application.objects.get(name=APP["name"])
    assert (app.redirect_uri_list, app.scopes) == (APP["redirect_uris"].split(), APP["scopes"])
    assert "Copy the secret now" in answer.content.decode()


def test_what_was_typed_wrong_can_be_mended_after_the_proof(browser, alice):
    again = browser.post("/profile/apps/new", APP | {"website": "nonsense"})["Location"]
    page = browser.post(again, {"password": "password!"}).content.decode()
    assert "Brings files" in page
    assert 'action="/profile/apps/new"' in page


def test_a_proof_for_another_page_makes_nothing_left_behind(browser, alice):
    browser.post("/profile/apps/new", APP)
    browser.post(f"{AGAIN}?next=/profile/security/app", {"password": "password!"})
    assert own_apps(alice) == 0


def test_an_application_of_another_is_not_found_before_a_proof_is_asked_for(browser, bob):
    app = make_application(bob)
    assert browser.post(f"/profile/apps/{app.pk}/secret").status_code == 404


MFA_PAGES = [
    "/profile/security/app",
    "/profile/security/app/remove",
    "/profile/security/codes",
    "/profile/security/codes/new",
    "/profile/security/codes/download",
    "/profile/security/passkeys/add",
]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", MFA_PAGES)
def test_second_factors_are_shown_and_changed_with_a_proof_only(browser, alice, path, method):
    if path != "/profile/security/app":
        set_up_app(alice)
    answer = getattr(browser, method)(path)
    if method == "post" and path.endswith(("/codes", "/download")):
        assert answer.status_code in (302, 405)
    else:
        assert answer["Location"].startswith(AGAIN)


# --- Over the API


def register(client: Client, headers: dict[str, str] | None = None) -> HttpResponse:
    body = APP | {"client_name": APP["name"], "client_uri": APP["website"]}
    body |= {"redirect_uris": ["https://sync.example.org/cb"], "scope": "profile:read"}
    return client.post("/api/oauth/apps", body, "application/json", headers=headers or {})


def test_a_program_registers_applications_in_the_minutes_after_its_sign_in(alice, mail_is_on):
    token = first_party(alice)
    assert register(Client(), token).status_code == 201
    assert [message.subject for message in mail.outbox] == ["FitTrackee - New application"]
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        answer = register(Client(), token)
    assert answer.status_code == 401
    assert answer.json()["error"] == "insufficient_user_authentication"
    assert 'max_age="600"' in answer["WWW-Authenticate"]
    assert own_apps(alice) == 1


def test_a_page_registers_applications_after_a_proof(browser, alice):
    assert register(browser).status_code == 401
    confirm(browser)
    assert register(browser).status_code == 201
