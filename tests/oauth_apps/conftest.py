"""What the tests of the provider share."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import F
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from oauth_apps.models import Application, Grant, RefreshToken
from tests.factories import bearer, first_party, make_application

INVALID_TOKEN = {
    "error": "invalid_token",
    "error_description": "The access token provided is expired, revoked, malformed, or invalid "
    "for other reasons.",
}


@pytest.fixture
def api() -> Client:
    """A program: no cookie, and CSRF checks as in production."""
    return Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")


@pytest.fixture
def app(alice: User) -> Application:
    return make_application(alice)


@pytest.fixture
def get_code(api: Client) -> Callable[..., str]:
    """Gives an application a code over the API, as its user."""

    def authorize(user: User, application: Application, **fields: Any) -> str:
        form = {
            "client_id": application.client_id,
            "response_type": "code",
            "confirm": "true",
            "scope": "profile:read workouts:read",
        } | fields
        answer = api.post("/api/oauth/authorize", form, headers=first_party(user))
        assert answer.status_code == 200, answer.content
        return parse_qs(urlsplit(answer.json()["redirect_url"]).query)["code"][0]

    return authorize


@pytest.fixture
def ask_token(api: Client) -> Callable[..., HttpResponse]:
    """Calls the token endpoint with the application's credentials in the body."""

    def ask(application: Application, **fields: Any) -> HttpResponse:
        credentials = {"client_id": application.client_id}
        if application.secret:
            credentials["client_secret"] = application.secret
        return api.post("/api/oauth/token", credentials | fields)

    return ask


@pytest.fixture
def redeem(ask_token: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def exchange(application: Application, code: str, **fields: Any) -> HttpResponse:
        return ask_token(application, grant_type="authorization_code", code=code, **fields)

    return exchange


@pytest.fixture
def wait_a_minute() -> Callable[[], None]:
    """Whatever was used so far was used a minute before."""

    def wait() -> None:
        minute = timedelta(minutes=1)
        Grant.objects.update(used_at=F("used_at") - minute)
        RefreshToken.objects.update(revoked=F("revoked") - minute)

    return wait


@pytest.fixture
def is_live(api: Client) -> Callable[[str], bool]:
    """Whether the API knows the token; one that it knows is told to be a third party's."""

    def ask(token: str) -> bool:
        body = api.get("/api/oauth/apps", headers=bearer(token)).json()
        assert body in (INVALID_TOKEN, {"status": "error", "message": "provide a valid auth token"})
        return body != INVALID_TOKEN

    return ask
