"""Giving access in a real browser: its policy lets the form lead to the application."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from oauth_apps.models import AccessToken
from tests.factories import make_application, make_tokens, make_user


class Catcher(BaseHTTPRequestHandler):
    """The callback of a program; like many it sends the browser on to another host of its own."""

    def do_GET(self):
        if self.path.startswith("/callback"):
            self.server.caught = self.path
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/welcome")
        else:
            self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def catcher():
    with HTTPServer(("127.0.0.1", 0), Catcher) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.url = f"http://127.0.0.1:{server.server_port}/callback"
        yield server
        server.shutdown()


def ask(app, redirect_uri) -> str:
    asked = {
        "client_id": app.client_id,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "scope": "workouts:read workouts:write",
        "state": "xyz",
    }
    return f"/oauth/authorize?{urlencode(asked)}"


def test_unticking_and_giving_access_leads_to_the_application(
    page, catcher, complaints, transactional_db
):
    maker, runner = make_user("maker"), make_user("runner")
    app = make_application(maker, redirect_uris=catcher.url)
    page.goto(ask(app, catcher.url))
    page.fill("input[type=email]", runner.email)
    page.fill("input[type=password]", "password!")
    page.click("form button.button--primary")
    page.wait_for_url("**/oauth/authorize?**")
    page.uncheck("input[value='workouts:write']")
    page.click("text=Give access >> visible=true")
    page.wait_for_url("**/welcome")
    found = parse_qs(urlsplit(catcher.caught).query)
    assert found["state"] == ["xyz"]
    assert found["code"]
    assert complaints == [] or "favicon" in complaints[0]


def test_refusing_leads_to_the_application_too(page, catcher, sign_in, transactional_db):
    app = make_application(make_user("maker"), redirect_uris=catcher.url)
    sign_in(make_user("runner"))
    page.goto(ask(app, catcher.url))
    page.click("button[value=refuse]")
    page.wait_for_url("**/welcome")
    assert parse_qs(urlsplit(catcher.caught).query)["error"] == ["access_denied"]


def test_a_mistake_leads_on_only_by_the_link(page, catcher, sign_in, transactional_db):
    app = make_application(make_user("maker"), redirect_uris=catcher.url)
    sign_in(make_user("runner"))
    page.goto(ask(app, catcher.url).replace("response_type=code", "response_type=token"))
    assert page.inner_text(".consent__host") == urlsplit(catcher.url).netloc
    assert not hasattr(catcher, "caught")
    page.click("text=Go on to")
    page.wait_for_url("**/welcome")
    assert parse_qs(urlsplit(catcher.caught).query)["error"] == ["unsupported_response_type"]


def test_an_application_is_registered_and_access_taken_back(page, sign_in, transactional_db):
    maker = make_user("maker")
    sign_in(maker)
    page.goto("/profile/apps/new")
    page.fill("#id_name", "GPX sync")
    page.fill("#id_website", "https://sync.example.org")
    page.fill("#id_redirect_uris", "https://sync.example.org/cb")
    page.check("input[value='workouts:read']")
    page.click("text=Register the app")
    page.get_by_label("Password").fill("password!")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector("text=Copy the secret now")
    app = maker.oauth_apps_application.get()
    make_tokens(maker, "workouts:read", app)
    page.goto("/profile/apps/access")
    page.click("button:has-text('Take access back')")
    page.wait_for_selector("text=No app has access")
    assert not AccessToken.objects.filter(application=app).exists()
