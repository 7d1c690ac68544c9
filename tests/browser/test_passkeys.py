"""Passkeys in a real browser, with the key that its developer tools simulate."""

import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.factories import make_user

from .test_accounts import AUTHENTICATOR, log_in, log_out, type_password_again

pytestmark = pytest.mark.django_db(transaction=True)


class Key:
    """The simulated key of one page."""

    def __init__(self, devtools: CDPSession) -> None:
        self.devtools = devtools
        devtools.send("WebAuthn.enable")
        answer = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.id = {"authenticatorId": answer["authenticatorId"]}

    def contents(self) -> dict[str, Any]:
        """The one credential in it, private key and count included."""
        return self.devtools.send("WebAuthn.getCredentials", self.id)["credentials"][0]

    def replace_by(self, credential: dict[str, Any]) -> None:
        name = {"credentialId": credential["credentialId"]}
        self.devtools.send("WebAuthn.removeCredential", self.id | name)
        self.devtools.send("WebAuthn.addCredential", self.id | {"credential": credential})

    def forget_its_person(self) -> None:
        self.devtools.send("WebAuthn.setUserVerified", self.id | {"isUserVerified": False})


@pytest.fixture
def site(live_server, settings) -> str:
    """The site's address; keys belong to names, not to numbers."""
    settings.SITE_URL = live_server.url.replace("127.0.0.1", "localhost")
    return settings.SITE_URL


@pytest.fixture
def key(context, page, site) -> Key:
    """Alice's passkey; she is signed out."""
    make_user("alice")
    key = Key(context.new_cdp_session(page))
    page.goto(f"{site}/login?from=/profile/security/passkeys/add")
    log_in(page, "alice")
    type_password_again(page)
    page.locator("#id_passwordless").check()
    page.get_by_role("button", name="Add the key").click()
    expect(page.locator(".codes li")).to_have_count(10)
    log_out(page)
    return key


def use_passkey(page: Page, site: str) -> None:
    page.goto(f"{site}/login")
    page.get_by_role("button", name="Use a passkey").click()


def test_a_copy_of_a_key_is_refused_once_the_key_was_used_more(page, site, key):
    copy = key.contents()
    use_passkey(page, site)
    expect(page.locator(".site-header")).to_contain_text("alice")
    log_out(page)
    key.replace_by(copy)
    use_passkey(page, site)
    expect(page.locator(".notice--error")).to_contain_text("Incorrect code")
    expect(page).to_have_url(re.compile("/login$"))


def test_a_key_that_does_not_recognise_its_person_opens_nothing(page, site, key):
    key.forget_its_person()
    use_passkey(page, site)
    expect(page.locator("[data-passkey-error]").first).to_contain_text("did not work")


def test_a_key_removed_elsewhere_leaves_its_person_signed_in_but_opens_nothing(page, site, key):
    use_passkey(page, site)
    expect(page.locator(".site-header")).to_contain_text("alice")
    page.goto(f"{site}/profile/security/passkeys")
    page.get_by_role("link", name="Remove").click()
    type_password_again(page)
    page.get_by_role("button", name="Remove the key").click()
    expect(page.locator(".rows")).to_contain_text("No keys yet")
    log_out(page)
    use_passkey(page, site)
    expect(page).to_have_url(re.compile("/login$"))
    expect(page.locator(".notice--error")).to_contain_text("Incorrect code")


def test_what_was_typed_for_a_token_waits_for_the_password(page, site, sign_in, complaints):
    sign_in(make_user("alice"))
    page.goto("/profile/apps/tokens")
    page.get_by_label("Name").fill("Backup")
    page.get_by_label(re.compile("See your workouts")).check()
    page.get_by_role("button", name="Make the token").click()
    type_password_again(page)
    expect(page.locator("main")).to_contain_text("Copy the token now")
    expect(page.locator(".rows")).to_contain_text("Backup")
    page.get_by_role("link", name="I have copied it").click()
    expect(page).to_have_url(re.compile("/profile/apps/tokens$"))
    assert complaints == []
