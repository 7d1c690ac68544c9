"""What the tests of the provider share."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from oauth_apps.models import Application
from tests.factories import first_party, make_application


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
