"""The consent page: what it shows, where it leads, and what it refuses."""

import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oauth_apps.models import Grant
from tests.factories import make_application, make_user

PATHS = ["/profile/apps/authorize", "/oauth/authorize"]
CALLBACK = "https://example.com/callback"
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def browser(bob) -> Client:
    """The browser of bob, who registered nothing, on the machine itself."""
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(bob)
    return client


def address(path, app, **fields):
    asked = {
        "client_id": app.client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "workouts:read profile:read",
        "state": "xyz",
    } | fields
    return f"{path}?{urlencode({name: text for name, text in asked.items() if text is not None})}"


def give(browser, url, *scopes):
    return browser.post(url, {"decision": "give", "scopes": scopes})


def parameters(answer):
    return {name: texts[0] for name, texts in parse_qs(urlsplit(answer["Location"]).query).items()}


@pytest.mark.parametrize("path", PATHS)
def test_a_visitor_signs_in_first_and_comes_back(path, app, db):
    url = address(path, app)
    answer = Client(HTTP_HOST="localhost:8000").get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login?next=")
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [url]


@pytest.mark.parametrize("path", PATHS)
def test_the_page_says_who_asks_for_what_and_who_is_asked(path, app, browser):
    text = " ".join(browser.get(address(path, app)).content.decode().split())
    for words in (app.name, "Made by alice", "https://example.com", CALLBACK, "bob", "Not you?"):
        assert words in text
    assert 'value="workouts:read" checked' in text
    assert 'value="workouts:write"' not in text


@pytest.mark.parametrize("path", PATHS)
def test_giving_access_leads_straight_to_the_application(path, app, browser):
    answer = give(browser, address(path, app), "workouts:read", "profile:read")
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{CALLBACK}?code=")
    found = parameters(answer)
    assert found["state"] == "xyz"
    assert found["iss"] == SITE


def test_an_unticked_scope_is_not_given(app, browser, redeem):
    answer = give(browser, address(PATHS[1], app), "profile:read")
    body = redeem(app, parameters(answer)["code"], redirect_uri=CALLBACK).json()
    assert body["scope"] == "profile:read"


def test_a_scope_that_was_not_asked_for_cannot_be_ticked(app, browser):
    answer = give(browser, address(PATHS[1], app), "profile:read", "workouts:write")
    assert answer.status_code == 422
    assert not Grant.objects.exists()


def test_scopes_beyond_the_application_or_twice_or_unknown_are_not_offered(alice, browser, redeem):
    app = make_application(alice, allowed_scopes="workouts:read")
    scope = "workouts:read users:write workouts:read nonsense " + " ".join(map(str, range(10_000)))
    url = address(PATHS[1], app, scope=scope)
    text = browser.get(url).content.decode()
    assert text.count('name="scopes"') == 1
    code = parameters(give(browser, url, "workouts:read"))["code"]
    assert redeem(app, code, redirect_uri=CALLBACK).json()["scope"] == "workouts:read"


def test_scopes_for_administrators_are_offered_to_administrators_only(app, browser, admin):
    url = address(PATHS[1], app, scope="application:write profile:read")
    assert "application:write" not in browser.get(url).content.decode().split("<form")[2]
    browser.force_login(admin)
    assert 'value="application:write"' in browser.get(url).content.decode()


def test_ticking_nothing_is_asked_about(app, browser):
    answer = give(browser, address(PATHS[1], app))
    assert answer.status_code == 422
    assert "Leave at least one box ticked" in answer.content.decode()


def test_asking_for_nothing_can_be_allowed(app, browser, redeem):
    answer = give(browser, address(PATHS[1], app, scope=None))
    assert "scope" not in redeem(app, parameters(answer)["code"], redirect_uri=CALLBACK).json()


def test_refusing_tells_the_application(app, browser):
    answer = browser.post(address(PATHS[0], app), {"decision": "refuse"})
    found = parameters(answer)
    assert (found["error"], found["state"], found["iss"]) == ("access_denied", "xyz", SITE)
    assert not Grant.objects.exists()


def test_not_you_signs_out_and_asks_again(app, browser):
    url = address(PATHS[1], app)
    answer = browser.post(url, {"decision": "switch"})
    assert answer["Location"] == url
    assert browser.get(url)["Location"].startswith("/login?next=")


def test_an_address_that_is_not_registered_falls_back_on_the_compatible_path_only(
    app, browser, redeem
):
    fields = {"redirect_uri": "https://program.example/never-registered"}
    answer = give(browser, address(PATHS[0], app, **fields), "workouts:read")
    assert answer["Location"].startswith(f"{CALLBACK}?code=")
    assert redeem(app, parameters(answer)["code"], **fields).status_code == 200
    strict = browser.get(address(PATHS[1], app, **fields))
    assert strict.status_code == 400
    assert "Location" not in strict


def test_a_registered_address_binds_the_code_on_the_compatible_path_too(app, browser, redeem):
    code = parameters(give(browser, address(PATHS[0], app), "workouts:read"))["code"]
    assert redeem(app, code, redirect_uri="https://other.example/").status_code == 400
    assert redeem(app, code, redirect_uri=CALLBACK).status_code == 200


def test_of_several_addresses_the_strict_path_wants_one_named(alice, browser):
    app = make_application(alice, redirect_uris=f"{CALLBACK} https://example.com/second")
    url = address(PATHS[1], app, redirect_uri=None)
    assert browser.get(url).status_code == 400
    assert browser.get(address(PATHS[0], app, redirect_uri=None)).status_code == 200


@pytest.mark.parametrize(
    "tricked",
    [
        "https://example.com@evil.example/callback",
        "https://evil@example.com/callback",
        "https://example.com/callback#",
        "https://example.com/callback#x",
        "https://example.com/callback/",
        "https://example.com/callback?x=1",
        "https://example.com/callback?",
        "https://example.com/CALLBACK",
        "https://EXAMPLE.com/callback",
        "HTTPS://example.com/callback",
        "https://example.com/callback/../evil",
        "https://example.com/%63allback",
        "https://example.com:443/callback",
        "https://example.com./callback",
        "https://еxample.com/callback",
        "https://xn--xample-2of.com/callback",
        "https://example.com.evil.example/callback",
        "https://example.com\\@evil.example/callback",
        "http://example.com/callback",
        "//example.com/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        " https://example.com/callback",
        "https://example.com/callback\x00",
        "https://example.com/callback\r\nLocation: https://evil.example",
        "https://[::1",
        "x" * 50_000,
    ],
)
def test_nobody_is_sent_to_an_address_that_only_looks_registered(app, browser, tricked):
    strict = browser.get(address(PATHS[1], app, redirect_uri=tricked))
    assert (strict.status_code, strict.has_header("Location")) == (400, False)
    answer = browser.post(address(PATHS[0], app, redirect_uri=tricked), {"decision": "refuse"})
    assert answer["Location"].startswith(f"{CALLBACK}?error=access_denied")


@pytest.mark.parametrize(
    "fields",
    [
        {"client_id": None},
        {"client_id": "unknown"},
        {"client_id": "a\x00b"},
        {"client_id": "x" * 50_000},
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_application_is_nobody_to_go_to(path, app, browser, fields):
    answer = browser.get(address(path, app, **fields))
    assert (answer.status_code, answer.has_header("Location")) == (400, False)


MISTAKES = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": None}, "invalid_request"),
    ({"code_challenge": "x" * 43, "code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge": "x" * 43}, "invalid_request"),
    ({"code_challenge": "\x00" * 43, "code_challenge_method": "S256"}, "invalid_request"),
    ({"state": "x" * 5000}, "invalid_request"),
    ({"scope": "nonsense users:nothing"}, "invalid_scope"),
    ({"scope": "\x00"}, "invalid_scope"),
]


def link_on(answer) -> str:
    """The address to which the page about a mistake lets people go on."""
    found = re.findall(r'rel="noopener noreferrer" href="([^"]+)"', answer.content.decode())
    assert len(found) == 1
    return html.unescape(found[0])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("fields", "error"), MISTAKES)
def test_a_mistake_of_the_application_bounces_nobody_to_its_address(
    path, app, browser, fields, error
):
    answer = browser.get(address(path, app, **fields))
    assert (answer.status_code, answer.has_header("Location")) == (400, False)
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    assert app.name in text
    assert '<strong class="consent__host">example.com</strong>' in text
    assert '<a class="button button--primary" href="/">Stay here</a>' in text
    onward = link_on(answer)
    assert onward.startswith(f"{CALLBACK}?error={error}&error_description=")
    found = {name: texts[0] for name, texts in parse_qs(urlsplit(onward).query).items()}
    assert (found["state"], found["iss"]) == ((fields.get("state") or "xyz")[:4096], SITE)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("fields", "error"), MISTAKES)
@pytest.mark.parametrize("decision", ["give", "refuse", ""])
def test_pressing_a_button_does_not_mend_a_mistake(path, app, browser, fields, error, decision):
    form = {"decision": decision, "scopes": ["workouts:read"]}
    answer = browser.post(address(path, app, **fields), form)
    assert (answer.status_code, answer.has_header("Location")) == (400, False)
    assert link_on(answer).startswith(f"{CALLBACK}?error={error}&")
    assert not Grant.objects.exists()


@pytest.mark.parametrize("path", PATHS)
def test_missing_pkce_is_shown_here_too(alice, path, browser):
    app = make_application(alice, client_type="public", redirect_uris=CALLBACK)
    answer = browser.get(address(path, app))
    assert answer.status_code == 400
    assert "Missing &quot;code_challenge&quot;" in answer.content.decode()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("fields", "error"), [({}, ""), *MISTAKES])
def test_a_visitor_is_sent_nowhere_but_to_the_sign_in(path, app, db, fields, error):
    answer = Client(HTTP_HOST="localhost:8000").get(address(path, app, **fields, prompt="none"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"/login?next={path}%3F")


@pytest.mark.parametrize(
    ("uri", "name", "is_here"),
    [
        ("https://sync.example.org:8443/cb?x=1", "sync.example.org:8443", False),
        ("http://127.0.0.1:5151/cb", "127.0.0.1:5151", True),
        ("http://[::1]:5151/cb", "[::1]:5151", True),
        ("http://localhost/cb", "localhost", True),
        ("com.example.app:/cb", "com.example.app:", True),
        ("indoorbike://example.com", "indoorbike:", True),
    ],
)
def test_whose_address_it_is_is_said_in_plain_words(alice, browser, uri, name, is_here):
    app = make_application(alice, client_type="public", redirect_uris=uri)
    answer = browser.get(address(PATHS[1], app, redirect_uri=uri))
    text = answer.content.decode()
    assert f'<strong class="consent__host">{name}</strong>' in text
    assert ("a program on the device that you use now" in text) is is_here
    assert link_on(answer).startswith(f"{uri}{'&' if '?' in uri else '?'}error=invalid_request")


def test_scopes_of_which_some_are_known_are_no_mistake(app, browser):
    url = address(PATHS[1], app, scope="nonsense workouts:read")
    assert browser.get(url).status_code == 200


def test_the_api_still_leaves_out_unknown_scopes(alice, app, get_code, redeem):
    assert "scope" not in redeem(app, get_code(alice, app, scope="nonsense")).json()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "\x00\r\nSet-Cookie: a=b"},
        {"scope": "workouts:read\x00 profile:read"},
        {"nonce": "\x00"},
    ],
)
def test_strange_bytes_are_harmless(app, browser, fields):
    url = address(PATHS[1], app, **fields)
    assert browser.get(url).status_code == 200
    answer = browser.post(url, {"decision": "give", "scopes": ["\x00"]})
    assert answer.status_code in (302, 422)


def test_a_parameter_twice_is_refused(app, browser):
    url = address(PATHS[1], app) + "&redirect_uri=https%3A%2F%2Fevil.example%2F"
    assert browser.get(url).status_code == 400


def test_a_private_or_suspended_application_cannot_be_given_access(alice, browser):
    from django.utils import timezone

    private = make_application(alice, is_private=True)
    suspended = make_application(alice, suspended_at=timezone.now())
    for app in (private, suspended):
        assert browser.get(address(PATHS[1], app)).status_code == 400


def test_another_site_can_neither_post_nor_frame_the_page(app, bob):
    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")
    client.force_login(bob)
    url = address(PATHS[1], app)
    assert client.post(url, {"decision": "give", "scopes": ["workouts:read"]}).status_code == 403
    page = client.get(url)
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("uri", "allowed"),
    [
        (CALLBACK, "form-action 'self' https:"),
        ("http://127.0.0.1:5151/cb", "form-action 'self' http://127.0.0.1:5151 https:"),
        ("http://[::1]/cb", "form-action 'self' http:"),
        ("org.example.app:/cb", "form-action 'self' org.example.app:"),
    ],
)
def test_the_browser_may_follow_the_form_to_the_application(alice, browser, uri, allowed):
    pkce = {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
    app = make_application(alice, client_type="public", redirect_uris=uri)
    url = address(PATHS[1], app, redirect_uri=uri, **pkce)
    policy = browser.get(url)["Content-Security-Policy"]
    assert allowed in [part.strip() for part in policy.split(";")]
    answer = give(browser, url, "workouts:read")
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{uri}?code=")


def test_a_native_program_listens_on_any_loopback_port(alice, browser):
    app = make_application(alice, client_type="public", redirect_uris="http://127.0.0.1/cb")
    pkce = {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
    for port, status in (("http://127.0.0.1:49152/cb", 200), ("http://localhost:49152/cb", 400)):
        url = address(PATHS[1], app, redirect_uri=port, **pkce)
        assert browser.get(url).status_code == status


def test_the_port_of_a_program_on_a_server_is_compared(alice, browser):
    app = make_application(alice, redirect_uris="http://127.0.0.1:8080/cb")
    assert (
        browser.get(address(PATHS[1], app, redirect_uri="http://127.0.0.1/cb")).status_code == 400
    )


@pytest.mark.parametrize("path", PATHS)
def test_plain_http_is_refused(path, app, browser, settings):
    settings.ALLOWED_HOSTS = ["log.example.org"]
    answer = browser.get(address(path, app), headers={"Host": "log.example.org"})
    assert answer.status_code == 400
    assert "HTTPS only" in answer.content.decode()


def test_the_page_costs_the_same_for_one_scope_and_for_all(app, browser):
    costs = []
    for scope in ("workouts:read", "workouts:read", app.allowed_scopes):
        with CaptureQueriesContext(connection) as queries:
            browser.get(address(PATHS[1], app, scope=scope))
        costs.append(len(queries))
    assert costs[1] == costs[2]


def test_blocked_users_lose_their_session_here_too(app, browser, bob):
    type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    assert browser.get(address(PATHS[1], app))["Location"].startswith("/login")


def test_private_scheme_is_used_as_registered(alice):
    make_user()
    app = make_application(alice, client_type="public", redirect_uris="indoorbike://cb")
    assert app.redirect_uri_allowed("indoorbike://cb")
    assert not app.redirect_uri_allowed("indoorbike://cb/")
