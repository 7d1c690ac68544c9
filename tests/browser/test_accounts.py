"""The way in and the settings, in a real browser."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from playwright.sync_api import Page, expect

from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(live_server, settings) -> str:
    """The site's address, as its mails and passkeys name it."""
    settings.EMAIL_IS_CONFIGURED = True
    settings.SITE_URL = live_server.url
    return live_server.url


def mailed_link(address: str) -> str:
    body = next(message.body for message in reversed(mail.outbox) if message.to == [address])
    found = re.search(r"http\S+\?token=\S+", body)
    assert found
    return found[0]


def log_in(page: Page, name: str, password: str = "password!") -> None:
    page.fill("#email", f"{name}@example.com")
    page.fill("#password", password)
    page.get_by_role("button", name="Log in").click()


def log_out(page: Page) -> None:
    page.locator(".site-header summary").click()
    page.get_by_role("button", name="Log out").click()


def type_password_again(page: Page) -> None:
    page.get_by_label("Password").fill("password!")
    page.get_by_role("button", name="Continue").click()


def current_code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_login_form_is_the_one_people_know(page, site):
    page.goto("/login")
    inputs = page.locator("form.form input:not([type=hidden])")
    assert [inputs.nth(i).get_attribute("type") for i in range(inputs.count())] == [
        "email",
        "password",
    ]
    links = page.locator(".solo__links a").all_inner_texts()
    assert [text for text in links if text] == [
        "Register",
        "Forgot password?",
        "Didn't receive the confirmation mail?",
    ]


def test_who_registers_follows_the_mailed_link_and_is_in(page, site, complaints):
    page.goto("/register")
    page.fill("#username", "newbie")
    page.fill("#email", "newbie@example.com")
    page.fill("#password", "password")
    expect(page.locator(".strength")).to_contain_text("Strength: weak")
    page.fill("#password", "four unrelated words here")
    expect(page.locator(".strength")).to_contain_text("Strength: strong")
    page.get_by_role("button", name="Register").click()
    expect(page).to_have_url(re.compile("/login$"))
    expect(page.locator(".notice--success")).to_contain_text("Your account has been created")
    page.goto(mailed_link("newbie@example.com"))
    expect(page.locator(".site-header")).to_contain_text("newbie")
    assert complaints == []


def test_wrong_password_stays_on_the_form_and_the_right_one_leads_back(page, site):
    make_user("alice")
    page.goto("/login?from=/profile/edit")
    log_in(page, "alice", "wrong")
    expect(page.locator("[role=alert]").first).to_be_visible()
    log_in(page, "alice")
    expect(page).to_have_url(re.compile("/profile/edit$"))


def test_password_can_be_shown(page, site):
    page.goto("/login")
    page.fill("#password", "secret")
    page.get_by_role("button", name="Show the password").click()
    assert page.locator("#password").get_attribute("type") == "text"


def test_forgotten_password_is_replaced(page, site):
    make_user("alice")
    page.goto("/login")
    page.get_by_role("link", name="Forgot password?").click()
    page.fill("#id_email", "alice@example.com")
    page.get_by_role("button", name="Send the link").click()
    page.goto(mailed_link("alice@example.com"))
    page.fill("#id_password", "a-fresh-password")
    page.get_by_role("button", name="Save the password").click()
    page.locator("main").get_by_role("link", name="Log in").click()
    log_in(page, "alice", "a-fresh-password")
    expect(page.locator(".site-header")).to_contain_text("alice")


def test_preferences_change_language_and_theme_at_once(page, site, sign_in):
    sign_in(make_user("alice"))
    page.goto("/profile/preferences")
    page.select_option("#id_language", "fr")
    page.select_option("#id_theme", "dark")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_authenticator_app_and_passkey_open_the_account(context, page, site, complaints):
    make_user("alice")
    site = site.replace("127.0.0.1", "localhost")  # keys belong to names, not to numbers
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(f"{site}/login?from=/profile/security/app")
    log_in(page, "alice")
    type_password_again(page)
    secret = page.locator(".secret code").inner_text()
    page.fill("#id_code", current_code(secret))
    page.get_by_role("button", name="Turn on the app").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto(f"{site}/profile/security/passkeys/add")
    page.locator("#id_passwordless").check()
    page.get_by_role("button", name="Add the key").click()
    expect(page.locator(".rows")).to_contain_text("Manage keys")
    log_out(page)
    log_in(page, "alice")
    expect(page).to_have_url(re.compile("/login/second-factor$"))
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".site-header")).to_contain_text("alice")
    log_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".site-header")).to_contain_text("alice")
    assert complaints == []


def test_account_is_deleted_by_its_password(page, site, sign_in):
    sign_in(make_user("alice"))
    page.goto("/profile/edit/account")
    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Current password").fill("password!")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.locator(".notice--success")).to_contain_text("is deleted")
    expect(page.locator(".site-header")).to_contain_text("Register")
