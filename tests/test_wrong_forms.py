"""Every page with a form answers 422 when what was sent is wrong, and shows what is wrong.

TABLE has a line for each template that shows a form; a template without a line fails. What programs
call has its own statuses, and the address that a device or an application opens (OAuth) too.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tokens import Purpose, make_token
from oauth_apps.services.devices import start_device
from tests.accounts.codes import set_up_app
from tests.accounts.soft_key import SoftKey
from tests.factories import confirm, make_application, make_workout, upload_gpx

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SHOWS_A_FORM = re.compile(r"{{ *form *}}|as_field_group|\bform\.\w|row\.form|email_form")
ADD_KEY = "/profile/security/passkeys/add"


@dataclass(frozen=True)
class Line:
    """What `who` sends to an address, whose page is made of `template`."""

    template: str
    address: str
    body: dict[str, Any]
    who: str = "alice"

    def __str__(self) -> str:
        return self.address


TABLE = [
    # The way in
    Line("accounts/login.html", "/login", {"email": "a@example.com", "password": "-"}, "visitor"),
    Line("mfa/authenticate.html", "/login/second-factor", {"code": "000000"}, "half"),
    Line("accounts/register.html", "/register", {}, "visitor"),
    Line("accounts/resend_confirmation.html", "/account-confirmation/resend", {}, "visitor"),
    Line("accounts/password_reset_request.html", "/password-reset/request", {}, "visitor"),
    Line(
        "accounts/password_reset.html",
        "/password-reset?token={token}",
        {"password": "short"},
        "visitor",
    ),
    Line("account/reauthenticate.html", "/login/again", {"password": "wrong"}),
    Line("mfa/reauthenticate.html", "/login/again/code", {"code": "000000"}, "holder"),
    # Settings
    Line("accounts/profile_edit.html", "/profile/edit", {"birth_date": "never"}),
    Line("accounts/picture.html", "/profile/edit/picture", {}),
    Line("accounts/preferences.html", "/profile/preferences", {"timezone": "Nowhere"}),
    Line("accounts/account.html", "/profile/edit/account", {"password": "wrong"}),
    Line("accounts/account_deletion.html", "/profile/edit/account/delete", {"password": "wrong"}),
    Line("mfa/totp/activate_form.html", "/profile/security/app", {"code": "000000"}),
    Line("mfa/webauthn/add_form.html", ADD_KEY, {"credential": "nonsense"}),
    Line("mfa/webauthn/edit_form.html", "/profile/security/passkeys/{key}", {"name": ""}, "keeper"),
    Line("workouts/sport_preferences.html", "/profile/sports", {}),
    Line("workouts/your_data.html", "/profile/data/restore", {}),
    # Applications
    Line("oauth_apps/form.html", "/profile/apps/new", {}),
    Line("oauth_apps/form.html", "/profile/apps/{app}/edit", {}),
    Line("oauth_apps/tokens.html", "/profile/apps/tokens", {}),
    Line("oauth_apps/consent.html", "{consent}", {"decision": "give"}),
    Line("oauth_apps/device_code.html", "/oauth/device", {"user_code": "WRNG-CODE"}),
    Line(
        "oauth_apps/device_consent.html",
        "/oauth/device",
        {"user_code": "{user_code}", "decision": "give"},
    ),
    # Workouts
    Line("workouts/add.html", "/workouts/add", {}),
    Line("workouts/add_by_hand.html", "/workouts/add/by-hand", {}),
    Line("workouts/edit.html", "/workouts/{told}/edit", {}),
    Line("workouts/edit.html", "/workouts/{recorded}/edit", {}),
    # Administration
    Line("administration/configuration.html", "/admin/application", {}, "admin"),
    Line("administration/user.html", "/admin/users/alice/email", {"new_email": "none"}, "admin"),
]
EXEMPT = {
    "administration/users.html": "what makes no sense in a search counts as not given",
    "mfa/recovery_codes/generate.html": "nothing to fill in",
    "mfa/totp/deactivate_form.html": "nothing to fill in",
    "mfa/webauthn/reauthenticate.html": "allauth leads to another way to prove who one is",
    "rest_framework/api.html": "the API",
    "workouts/list.html": "its form is in the address; tested below",
}


@pytest.fixture
def things(alice: User) -> SimpleNamespace:
    """What the addresses of TABLE speak of."""
    app = make_application(alice, allows_devices=True)
    asked = {"client_id": app.client_id, "response_type": "code", "scope": "workouts:read"}
    return SimpleNamespace(
        app=app.pk,
        consent=reverse("oauth_apps:authorize", query=asked),
        user_code=start_device(app, ["workouts:read"]).user_code,
        told=make_workout(alice).short_id,
        recorded=upload_gpx(alice).short_id,
        token=make_token(alice, Purpose.RESET_PASSWORD),
        key="",
    )


def browser_of(who: str, things: SimpleNamespace, alice: User, admin: User) -> Client:
    browser = Client(HTTP_HOST="localhost:8000")
    if who == "half":
        set_up_app(alice)
        browser.post("/login", {"email": alice.email, "password": "password!"})
    elif who != "visitor":
        browser.force_login(admin if who == "admin" else alice)
        confirm(browser)
    if who == "holder":
        set_up_app(alice)
    if who == "keeper":
        things.key = add_key(browser, alice)
    return browser


def add_key(browser: Client, alice: User) -> int:
    options = browser.get(ADD_KEY).context["js_data"]["creation_options"]["publicKey"]
    key = SoftKey(origin="http://localhost:8000", rp_id="localhost")
    browser.post(
        ADD_KEY, {"name": "Key", "credential": json.dumps(key.register(options["challenge"]))}
    )
    return alice.authenticator_set.get(type="webauthn").pk


@pytest.mark.parametrize("line", TABLE, ids=str)
def test_a_wrong_form_is_shown_again_with_422(line, things, alice, admin, settings):
    settings.EMAIL_IS_CONFIGURED = True
    browser = browser_of(line.who, things, alice, admin)
    body = {name: text.format(**vars(things)) for name, text in line.body.items()}
    address = line.address.format(**vars(things))
    assert browser.get(address).status_code in (200, 405)  # asked for, nothing is wrong
    answer = browser.post(address, body)
    assert answer.status_code == 422
    assert line.template in [template.name for template in answer.templates]
    assert 'role="alert"' in answer.content.decode() or "aria-invalid" in answer.content.decode()


def test_every_template_with_a_form_has_a_line():
    shown = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if SHOWS_A_FORM.search(path.read_text())
    }
    pages = {name for name in shown if not Path(name).name.startswith("_")}
    assert pages - {line.template for line in TABLE} - EXEMPT.keys() == set()


def test_a_wrong_filter_of_the_list_is_named_with_422(alice, alice_client):
    make_workout(alice)
    for headers in ({}, {"HX-Request": "true"}):
        answer = alice_client.get("/workouts", {"distance_from": "far"}, headers=headers)
        assert answer.status_code == 422
        assert "Enter a number." in answer.content.decode()


def test_htmx_shows_what_a_422_holds(alice_client):
    page = alice_client.get("/workouts").content.decode()
    found = re.search(r"name=\"htmx-config\"\s+content='([^']+)'", page)
    assert found
    handling = json.loads(found[1])["responseHandling"]
    rule = next(rule for rule in handling if re.search(rule["code"], "422"))
    assert rule["swap"] is True
