"""No other site shows anything of ours in a frame of its own."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.models import User
from tests.browser.pages import all_pages
from tests.factories import make_user

SAMPLES = {"uuid": "00000000-0000-0000-0000-000000000000", "int": "1"}


def can_be_framed(answer: HttpResponse) -> bool:
    policy = answer.headers.get("Content-Security-Policy", "")
    is_denied = answer.headers.get("X-Frame-Options") == "DENY"
    return not is_denied or "frame-ancestors 'none'" not in policy


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Every address that the site knows, with samples in place of what varies."""
    for part in resolver.url_patterns:
        route = before + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from addresses(part, route)
        else:
            yield plain(route)


def plain(route: str) -> str:
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1], "x"), route)
    return re.sub(r"\(\?P<\w+>[^)]*\)|\(\?P\w+", "x", route).replace("^", "").replace("$", "")


@pytest.fixture
def nobody(db) -> Client:
    return Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")


@pytest.fixture
def root(nobody: Client) -> Client:
    nobody.force_login(make_user("root", is_admin=True))
    return nobody


def test_there_are_many_addresses():
    found = set(addresses(get_resolver()))
    assert len(found) > 150
    assert {"/login", "/oauth/authorize", "/admin/users", "/api/docs", "/django-admin/"} <= found


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_lets_strangers_be_fooled(nobody, method):
    call = getattr(nobody, method)
    assert [path for path in addresses(get_resolver()) if can_be_framed(call(path))] == []


def test_no_address_lets_administrators_be_fooled(root):
    paths = [path for path in addresses(get_resolver()) if not path.endswith("logout")]
    framed = [
        path for path in paths if can_be_framed(root.get(path, headers={"Accept": "text/html"}))
    ]
    assert framed == []


def test_no_page_with_something_on_it_can_be_framed(nobody, alice: User):
    people = {"somebody": alice, "administrator": make_user("root", is_admin=True)}
    pages = [page for page in all_pages(alice) if page.who in people]
    framed = []
    for page in pages:
        nobody.force_login(people[page.who])
        answer = nobody.get(page.path)
        assert answer.status_code == (400 if page.name == "consent-mistaken" else 200)
        if can_be_framed(answer):
            framed.append(page.name)
    assert framed == []


@pytest.mark.parametrize("path", ["/broken", "/api/broken"])
def test_failures_can_not_be_framed(nobody, settings, path):
    settings.ROOT_URLCONF = "tests.fittrackee_site.broken_urls"
    answer = nobody.get(path)
    assert (answer.status_code, can_be_framed(answer)) == (500, False)


def test_static_files_can_not_be_framed(db, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    answer = Client().get("/static/site/favicon.svg")
    assert (answer.status_code, can_be_framed(answer)) == (200, False)


def test_a_foreign_form_is_told_so_outside_of_frames(db):
    answer = Client(enforce_csrf_checks=True).post("/login")
    assert (answer.status_code, can_be_framed(answer)) == (403, False)


def test_a_wrong_host_and_a_null_byte_can_not_be_framed(nobody):
    answers = [nobody.get("/login", headers={"Host": "evil.example"}), nobody.get("/a%00b")]
    assert [(answer.status_code, can_be_framed(answer)) for answer in answers] == [
        (400, False),
        (404, False),
    ]


@pytest.mark.parametrize("path", ["/login", "/api/ping"])
def test_a_closed_site_can_not_be_framed(nobody, path):
    call_command("maintenance", "on")
    answer = nobody.get(path)
    assert (answer.status_code, can_be_framed(answer)) == (503, False)


def test_pages_of_a_limit_can_not_be_framed(nobody, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1/m/ip"}
    answers = [nobody.post("/login", {"email": "a@example.org", "password": "x"}) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert not can_be_framed(answers[-1])
