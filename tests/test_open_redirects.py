"""No parameter of ours sends anybody to another site, before, at or after a sign-in."""

import pytest
from django.test import Client

ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "http:evil.example",
    "https:///evil.example",
    "http://localhost:8000@evil.example/",
    "http://localhost:8000.evil.example/",
    "//localhost:8001/",
    "javascript:alert(1)",
    "data:text/html,x",
]
NAMES = ("next", "from")
PAGES = ["/login", "/register", "/login/again", "/login/again/code", "/login/second-factor"]
PAGES += ["/profile/apps", "/oauth/device", "/oauth/authorize", "/profile/apps/authorize"]


def leads_elsewhere(answer) -> bool:
    """Whether the browser is sent away: to a host, or by what it might take for one."""
    place = answer.get("Location", "/")
    return not place.startswith("/") or place[1:2] in ("/", "\\", "\t")


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_page_leads_elsewhere(alice, alice_client, elsewhere):
    parameters = dict.fromkeys(NAMES, elsewhere)
    visitor = Client()
    for path in PAGES:
        for browser in (visitor, alice_client):
            assert not leads_elsewhere(browser.get(path, parameters)), path
            assert not leads_elsewhere(browser.post(path, parameters)), path


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", ["query", "body"])
def test_neither_signing_in_and_out_nor_a_language_leads_elsewhere(alice, elsewhere, name, place):
    wish = {name: elsewhere}
    query, body = (wish, {}) if place == "query" else ({}, wish)
    for path, form in [
        ("/login", {"login": alice.email, "email": alice.email, "password": "password!"}),
        ("/login/again", {"password": "password!"}),
        ("/i18n/setlang/", {"language": "en"}),
        ("/logout", {}),
    ]:
        browser = Client(HTTP_REFERER="http://testserver/about")
        if path != "/login":
            browser.force_login(alice)
        answer = browser.post(path, form | body, query_params=query)
        assert answer.status_code == 302, path
        assert not leads_elsewhere(answer) or answer["Location"] == "http://testserver/about"
