"""Clients that others wrote, over a live server: requests-oauthlib and Authlib."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from django.test import Client
from requests_oauthlib import OAuth2Session

from oauth_apps.models import AccessToken
from oauth_apps.services.tokens import revoke_application_access
from tests.factories import make_application, make_user

CALLBACK = "https://client.example/callback"


@pytest.fixture(autouse=True)
def plain_http(monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def people(transactional_db):
    return make_user("maker"), make_user("runner")


def press_give(user, url: str) -> str:
    """What the browser is told to open after the user pressed “Give access”."""
    address = urlsplit(url)
    browser = Client(HTTP_HOST="localhost:8000")
    browser.force_login(user)
    page = f"{address.path}?{address.query}"
    scopes = parse_qs(address.query)["scope"][0].split()
    answer = browser.post(page, {"decision": "give", "scopes": scopes})
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def test_requests_oauthlib_with_the_secret_in_the_body(live_server, people):
    maker, runner = people
    app = make_application(maker, redirect_uris=CALLBACK)
    scope = ["workouts:read", "profile:read"]
    session = OAuth2Session(app.client_id, redirect_uri=CALLBACK, scope=scope)
    url, state = session.authorization_url(f"{live_server}/profile/apps/authorize")
    back = press_give(runner, url)
    assert parse_qs(urlsplit(back).query)["state"] == [state]
    token = session.fetch_token(
        f"{live_server}/api/oauth/token",
        authorization_response=back,
        client_secret=app.secret,
        include_client_id=True,
    )
    assert token["scope"] == scope
    assert session.get(f"{live_server}/api/workouts").status_code == 200
    old = token["access_token"]
    session.refresh_token(
        f"{live_server}/api/oauth/token",
        client_id=app.client_id,
        client_secret=app.secret,
    )
    assert session.get(f"{live_server}/api/workouts").status_code == 200
    headers = {"Authorization": f"Bearer {old}"}
    assert (
        requests.get(f"{live_server}/api/workouts", headers=headers, timeout=10).status_code == 401
    )


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize("with_pkce", [True, False])
def test_authlib(live_server, people, method, with_pkce):
    maker, runner = people
    app = make_application(maker, redirect_uris=CALLBACK)
    session = AuthlibSession(
        app.client_id,
        app.secret,
        scope="workouts:read",
        redirect_uri=CALLBACK,
        token_endpoint=f"{live_server}/api/oauth/token",
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        code_challenge_method="S256" if with_pkce else None,
    )
    pkce = {"code_verifier": generate_token(48)} if with_pkce else {}
    url, _state = session.create_authorization_url(f"{live_server}/oauth/authorize", **pkce)
    back = press_give(runner, url)
    token = session.fetch_token(authorization_response=back, **pkce)
    assert session.get(f"{live_server}/api/workouts").status_code == 200
    session.refresh_token(f"{live_server}/api/oauth/token")
    assert session.token["access_token"] != token["access_token"]
    answer = session.revoke_token(
        f"{live_server}/api/oauth/revoke", session.token["access_token"], "access_token"
    )
    assert (answer.status_code, answer.json()) == (200, {})
    assert not AccessToken.objects.filter(application=app).exists()


class Catcher(BaseHTTPRequestHandler):
    """The callback of a program on the user's machine."""

    def do_GET(self):
        self.server.caught = self.path
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


def test_a_native_program_listens_on_a_loopback_port_and_needs_no_secret(live_server, people):
    maker, runner = people
    app = make_application(maker, client_type="public", redirect_uris="http://127.0.0.1/callback")
    with HTTPServer(("127.0.0.1", 0), Catcher) as catcher:
        listener = threading.Thread(target=catcher.handle_request)
        listener.start()
        callback = f"http://127.0.0.1:{catcher.server_port}/callback"
        session = OAuth2Session(
            app.client_id, redirect_uri=callback, scope="workouts:read", pkce="S256"
        )
        url, _state = session.authorization_url(f"{live_server}/oauth/authorize")
        requests.get(press_give(runner, url), timeout=10)
        listener.join()
        back = f"http://127.0.0.1:{catcher.server_port}{catcher.caught}"
    token = session.fetch_token(
        f"{live_server}/api/oauth/token", authorization_response=back, include_client_id=True
    )
    assert token["scope"] == ["workouts:read"]
    assert session.get(f"{live_server}/api/workouts").status_code == 200
    session.refresh_token(f"{live_server}/api/oauth/token", client_id=app.client_id)
    assert session.get(f"{live_server}/api/workouts").status_code == 200


def test_a_device_without_a_browser(live_server, people):
    maker, runner = people
    app = make_application(maker, client_type="public", allows_devices=True)
    call = {"client_id": app.client_id}
    codes = requests.post(
        f"{live_server}/api/oauth/device", call | {"scope": "workouts:write"}, timeout=10
    ).json()
    browser = Client(HTTP_HOST="localhost:8000")
    browser.force_login(runner)
    browser.post(
        "/oauth/device",
        {"user_code": codes["user_code"], "decision": "give", "scopes": ["workouts:write"]},
    )
    token = requests.post(
        f"{live_server}/api/oauth/token",
        call
        | {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": codes["device_code"],
        },
        timeout=10,
    ).json()
    assert token["scope"] == "workouts:write"


def test_a_program_learns_at_its_next_call_that_access_was_taken_back(live_server, people):
    maker, runner = people
    app = make_application(maker, redirect_uris=CALLBACK)
    session = OAuth2Session(app.client_id, redirect_uri=CALLBACK, scope="workouts:read")
    url, _state = session.authorization_url(f"{live_server}/oauth/authorize")
    session.fetch_token(
        f"{live_server}/api/oauth/token",
        authorization_response=press_give(runner, url),
        client_secret=app.secret,
        include_client_id=True,
    )
    revoke_application_access(app, runner)
    answer = session.get(f"{live_server}/api/workouts")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
