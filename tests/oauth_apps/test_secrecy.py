"""Secrets, codes and tokens are in no cache, no log, no page but the one that shows them once."""

import logging
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from oauth_apps.validators import Validator
from tests.factories import confirm, first_party, make_application, make_tokens

CALLBACK = "https://example.com/callback"
TOKEN = "/api/oauth/token"


@pytest.fixture
def flow(alice, api):
    """Every way to a secret, with the answers by name and all secrets that were seen."""
    browser = Client(HTTP_HOST="localhost:8000", raise_request_exception=False)
    browser.force_login(alice)
    confirm(browser)
    return Flow(alice, api, browser)


class Flow:
    def __init__(self, user, api, browser):
        self.user, self.api, self.browser = user, api, browser
        self.app = make_application(user, allows_devices=True)
        self.credentials = {"client_id": self.app.client_id, "client_secret": self.app.secret}
        self.secrets = {self.app.secret}
        self.answers = {}

    def run(self):
        self.sign_in()
        self.register()
        self.make_personal_token()
        self.consent()
        self.redeem(self.authorize())
        self.use_device()
        self.fail()
        return self

    def keep(self, name, answer, pattern):
        """Remember an answer, and what of it is secret."""
        text = answer.get("Location", "") + answer.content.decode()
        found = re.findall(pattern, text)
        assert found, (name, text[:300])
        self.answers[name] = answer
        self.secrets |= set(found) - {""}
        return found[0]

    def sign_in(self):
        form = {"email": self.user.email, "password": "password!"}
        answer = self.api.post("/api/auth/login", form, content_type="application/json")
        self.keep("sign-in", answer, r'"auth_token":"([^"]+)"')

    def register(self):
        new = {"name": "Sync", "website": "https://example.com", "client_type": "confidential"}
        new |= {"redirect_uris": CALLBACK, "scopes": ["workouts:read"]}
        secret = r"<code>([A-Za-z0-9]{48})</code>"
        self.keep("page: register", self.browser.post("/profile/apps/new", new), secret)
        page = f"/profile/apps/{self.app.pk}/secret"
        self.keep("page: secret", self.browser.post(page), secret)
        body = {"client_name": "Sync", "client_uri": "https://example.com"}
        body |= {"redirect_uris": [CALLBACK], "scope": "workouts:read"}
        headers = first_party(self.user)
        self.secrets.add(headers["Authorization"].removeprefix("Bearer "))
        answer = self.api.post(
            "/api/oauth/apps", body, content_type="application/json", headers=headers
        )
        self.keep("API: register", answer, r'"client_secret":"([^"]+)"')

    def make_personal_token(self):
        form = {"name": "Script", "expires_on": "2027-01-01", "scopes": ["workouts:read"]}
        answer = self.browser.post("/profile/apps/tokens", form)
        self.keep("page: personal token", answer, r"<code>(ftpat_[A-Za-z0-9]+)</code>")

    def consent(self):
        asked = {"client_id": self.app.client_id, "response_type": "code", "state": "stateofapp"}
        url = f"/oauth/authorize?{urlencode(asked | {'scope': 'workouts:read'})}"
        self.keep("page: consent", self.browser.get(url), "(stateofapp)?")
        form = {"decision": "give", "scopes": ["workouts:read"]}
        answer = self.browser.post(url, form)
        self.keep("page: code", answer, r"\?code=([A-Za-z0-9]{48})")
        mistake = self.browser.get(url.replace("type=code", "type=x"))
        self.keep("page: mistake", mistake, "state=(stateofapp)")

    def authorize(self):
        form = {"client_id": self.app.client_id, "response_type": "code", "confirm": "true"}
        answer = self.api.post(
            "/api/oauth/authorize",
            form | {"scope": "workouts:read"},
            headers=first_party(self.user),
        )
        url = answer.json()["redirect_url"]
        code = parse_qs(urlsplit(url).query)["code"][0]
        return self.keep("API: code", answer, code)

    def redeem(self, code):
        form = self.credentials | {"grant_type": "authorization_code", "code": code}
        pair = r'_token":"([^"]+)"'
        answer = self.api.post(TOKEN, form)
        self.keep("token: code", answer, pair)
        form = self.credentials | {"grant_type": "refresh_token"}
        form["refresh_token"] = answer.json()["refresh_token"]
        new = self.api.post(TOKEN, form)
        self.keep("token: refresh", new, pair)
        about = self.credentials | {"token": new.json()["access_token"]}
        self.keep("introspect", self.api.post("/api/oauth/introspect", about), "()")
        self.keep("revoke", self.api.post("/api/oauth/revoke", about), "()")

    def use_device(self):
        answer = self.api.post("/api/oauth/device", self.credentials | {"scope": "workouts:read"})
        self.keep("device: start", answer, r'_code":"([^"]+)"')
        form = {"user_code": answer.json()["user_code"]}
        self.keep("device: page", self.browser.post("/oauth/device", form), "()")
        self.browser.get("/oauth/device", form)
        form |= {"decision": "give", "scopes": ["workouts:read"]}
        self.browser.post("/oauth/device", form)
        form = self.credentials | {"device_code": answer.json()["device_code"]}
        form["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code"
        self.keep("device: token", self.api.post(TOKEN, form), r'_token":"([^"]+)"')

    def fail(self):
        """Everything again, wrong: used up, unknown, in the query, malformed."""
        for secret in sorted(self.secrets):
            form = self.credentials | {"code": secret, "refresh_token": secret, "token": secret}
            form["device_code"] = secret
            for kind in ("authorization_code", "refresh_token", "password", "client_credentials"):
                self.api.post(TOKEN, form | {"grant_type": kind})
                self.api.post(TOKEN, form | {"grant_type": kind, "client_secret": secret + "x"})
            for path in (TOKEN, "/api/oauth/revoke", "/api/oauth/introspect", "/api/workouts"):
                self.api.get(path, form)
                self.api.post(path, query_params=form)
                self.api.post(path, {"token": [secret, secret]})
                self.api.post(path, secret, content_type="application/x-www-form-urlencoded")
                self.api.post(path, {"token": secret}, content_type="application/json")
            for scheme in ("Bearer", "Basic", "Token", ""):
                self.api.get("/api/workouts", headers={"Authorization": f"{scheme} {secret}"})
            self.browser.get("/oauth/authorize", form | {"state": secret})
            self.browser.post("/oauth/device", {"user_code": secret})


def test_no_cache_keeps_an_answer_with_a_secret(flow):
    answers = flow.run().answers
    assert len(answers) == 16
    kept = {name for name, one in answers.items() if "no-store" not in one["Cache-Control"]}
    assert kept == set()


def test_no_log_line_holds_a_secret_whatever_goes_wrong(flow, caplog, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("The database is full.")

    with caplog.at_level(logging.INFO):
        flow.run()
        pair = make_tokens(flow.user, "workouts:read", flow.app)
        monkeypatch.setattr(Validator, "save_bearer_token", broken)
        form = flow.credentials | {"grant_type": "refresh_token"}
        flow.api.raise_request_exception = False
        answer = flow.api.post(TOKEN, form | {"refresh_token": pair.refresh_token})
    assert answer.status_code == 500
    assert "The database is full." in caplog.text
    assert len(flow.secrets) > 15
    secrets = flow.secrets | {pair.access_token, pair.refresh_token}
    assert [secret for secret in secrets if secret in caplog.text] == []
