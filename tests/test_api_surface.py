"""Who may call what: every route of the API, by everybody, with every kind of token.

TABLE has one line for each method of each route that the resolver knows; a route without a line,
or a line without a route, fails. A line says which scope a token needs, whose the thing is, and
which status the call gets once it is allowed (an empty body is often refused then, which is fine).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from oauth2_provider.models import set_token_value
from rest_framework.permissions import AllowAny

from accounts.models import User
from oauth_apps.models import AccessToken, Application
from oauth_apps.permissions import HasScope, needed_scopes
from oauth_apps.scopes import SCOPES
from oauth_apps.services import issue_first_party_token
from tests.factories import make_application, make_user, make_workout, upload_gpx
from tests.reading import let_read_everything
from tests.slow_work import transaction_of_test
from workouts.api.maps import MapTileView, ReadsMaps

PUBLIC = "public"  # nobody needs a token, and none is looked at
FIRST_PARTY = "first party"  # the user's own sign-in; no token of another program

ANYBODY = "anybody"  # each sees their own things
READER = "reader"  # one's own, and what one may read: 404 for others, administrators too
OWNER = "owner"  # what one may only read does not exist either: 404
SELF = "self"  # one's own, or any for administrators: 403 for others
ADMIN = "admin"  # 403 for others


@dataclass(frozen=True)
class Line:
    method: str
    route: str
    scope: str
    who: str = ANYBODY
    status: int = 200
    body: str = "{}"

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


TABLE = [
    # Site
    Line("GET", "ping", PUBLIC),
    Line("GET", "schema", PUBLIC),
    Line("GET", "config", PUBLIC),
    Line("PATCH", "config", "application:write", ADMIN, 400),
    # Signing in
    Line("POST", "auth/register", PUBLIC, status=400),
    Line("POST", "auth/login", PUBLIC, status=400),
    Line("POST", "auth/logout", FIRST_PARTY),
    Line("POST", "auth/password/reset-request", PUBLIC, status=400),
    Line("POST", "auth/password/update", PUBLIC, status=400),
    Line("POST", "auth/email/update", PUBLIC, status=400),
    Line("POST", "auth/account/confirm", PUBLIC, status=400),
    Line("POST", "auth/account/resend-confirmation", PUBLIC, status=400),
    # The own account
    Line("GET", "auth/profile", "profile:read"),
    Line("POST", "auth/profile/edit", "profile:write", status=400),
    Line("PATCH", "auth/profile/edit/account", "profile:write", status=400),
    Line("POST", "auth/profile/edit/preferences", "profile:write", status=400),
    Line("POST", "auth/profile/edit/sports", "profile:write", status=400),
    Line("DELETE", "auth/profile/reset/sports/<sport>", "profile:write", status=204),
    Line("POST", "auth/picture", "profile:write", status=400),
    Line("DELETE", "auth/picture", "profile:write", status=204),
    # Users
    Line("GET", "users", "users:read", ADMIN),
    Line("GET", "users/<username>", "users:read", SELF),
    Line("PATCH", "users/<username>", "users:write", ADMIN, 400),
    Line("DELETE", "users/<username>", "users:write", SELF, 204),
    Line("GET", "users/<username>/picture", PUBLIC, status=404),
    # Workouts
    Line("GET", "workouts", "workouts:read"),
    Line("POST", "workouts", "workouts:write", status=400),
    Line("POST", "workouts/no_gpx", "workouts:write", status=400),
    Line("GET", "workouts/<short_id>", "workouts:read", READER),
    Line("PATCH", "workouts/<short_id>", "workouts:write", OWNER, body='{"title": "New"}'),
    Line("DELETE", "workouts/<short_id>", "workouts:write", OWNER, 204),
    Line("GET", "workouts/<recorded>/segments", "workouts:read", READER),
    Line("GET", "workouts/<recorded>/gpx", "workouts:read", OWNER),
    Line("GET", "workouts/<recorded>/gpx/download", "workouts:read", OWNER),
    Line("GET", "workouts/<recorded>/gpx/segment/<number>", "workouts:read", READER),
    Line("GET", "workouts/<recorded>/chart_data", "workouts:read", READER),
    Line("GET", "workouts/<recorded>/chart_data/segment/<number>", "workouts:read", READER),
    Line("GET", "workouts/map/<map>", PUBLIC, status=404),
    Line("GET", "workouts/map_tile/<letter>/<zoom>/<x>/<y>.png", "workouts:read", status=404),
    Line("GET", "imports", "workouts:read"),
    Line("GET", "imports/<uuid>", "workouts:read", status=404),
    Line("DELETE", "imports/<uuid>", "workouts:write", status=404),
    Line("GET", "records", "workouts:read"),
    Line("GET", "sports", "workouts:read"),
    Line("GET", "sports/<sport>", "workouts:read"),
    Line("PATCH", "sports/<sport>", "workouts:write", ADMIN, 400),
    Line("GET", "stats/<username>/by_time", "workouts:read", SELF),
    Line("GET", "stats/<username>/by_sport", "workouts:read", SELF),
    Line("GET", "stats/all", "workouts:read", ADMIN),
    # OAuth
    Line("GET", "oauth/apps", FIRST_PARTY),
    Line("POST", "oauth/apps", FIRST_PARTY, status=400),
    Line("GET", "oauth/apps/<client_id>", FIRST_PARTY, OWNER),
    Line("DELETE", "oauth/apps/<app>", FIRST_PARTY, OWNER, 204),
    Line("GET", "oauth/apps/<app>/by_id", FIRST_PARTY, OWNER),
    Line("POST", "oauth/apps/<app>/revoke", FIRST_PARTY, OWNER),
    Line("POST", "oauth/authorize", FIRST_PARTY, status=400),
    Line("POST", "oauth/token", PUBLIC, status=400),
    Line("POST", "oauth/revoke", PUBLIC, status=400),
    Line("POST", "oauth/introspect", PUBLIC, status=400),
    Line("POST", "oauth/device", PUBLIC, status=400),
]

NO_TOKEN = (401, "provide a valid auth token")
BAD_TOKEN = (401, "invalid_token")
NO_SCOPE = (403, "insufficient_scope")
NOT_ALLOWED = (403, "you do not have permissions")


# --- What there is


def walk(patterns: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern.callback


def api_routes() -> list[tuple[str, str, Any]]:
    """Method, route below /api/ and view class, of everything but the answer to unknown paths."""
    return [
        (method.upper(), route.removeprefix("api/"), view)
        for route, callback in walk(get_resolver().url_patterns)
        if route.startswith("api/") and (view := getattr(callback, "cls", None))
        for method in view.http_method_names
        if method not in ("options", "head") and hasattr(view, method)
    ]


def shape(route: str) -> str:
    """A route with the names of its variable parts left out."""
    return "/".join("<>" if part.startswith("<") else part for part in route.split("/"))


def known(line: Line) -> tuple[str, str]:
    return line.method, shape(line.route)


LINES = {known(line): line for line in TABLE}


def test_every_route_has_its_line_and_every_line_a_route():
    routes = {(method, shape(route)) for method, route, _view in api_routes()}
    assert routes - set(LINES) == set(), "routes without a line in TABLE"
    assert set(LINES) - routes == set(), "lines in TABLE without a route"


def test_only_pages_and_the_answer_to_unknown_paths_are_no_api_views():
    plain = [
        route
        for route, callback in walk(get_resolver().url_patterns)
        if route.startswith("api/") and not hasattr(callback, "cls")
    ]
    assert plain == ["api/docs", "api/docs/redirect", "api/<path:path>"]


@pytest.mark.parametrize(
    ("method", "route", "view"), api_routes(), ids=lambda value: str(value)[:60]
)
def test_every_view_names_the_scope_of_its_line(method, route, view):
    line = LINES[method, shape(route)]
    instance = view(request=SimpleNamespace(method=method))
    instance.request = SimpleNamespace(method=method)
    permissions = [type(permission) for permission in instance.get_permissions()]
    if line.scope == PUBLIC:
        assert permissions == [AllowAny]
        return
    assert permissions[0] is (ReadsMaps if view is MapTileView else HasScope)
    assert getattr(view, "first_party_only", False) == (line.scope == FIRST_PARTY)
    if line.scope != FIRST_PARTY:
        assert needed_scopes(view, method) == {line.scope}


# --- Who tries


@dataclass
class World:
    owner: User
    reader: User
    tokens: dict[str, dict[str, str]]  # by user and kind
    parts: dict[str, str]


def store_tokens(user: User, application: Application, scopes: list[str]) -> str:
    token = f"{user.username}-{application.pk}-{'-'.join(scopes)}"
    row = AccessToken(
        user=user,
        application=application,
        scope=" ".join(scopes),
        expires=timezone.now() + timedelta(days=1),
    )
    set_token_value(row, token)
    row.save()
    return token


def tokens_of(user: User, application: Application) -> dict[str, str]:
    tokens = {scope: store_tokens(user, application, [scope]) for scope in SCOPES}
    tokens["all"] = store_tokens(user, application, list(SCOPES))
    tokens["first party"] = issue_first_party_token(user)
    return tokens


def dead_tokens(user: User) -> dict[str, str]:
    blocked = make_user("blocked", is_active=False)
    suspended = make_application(user, suspended_at=timezone.now())
    tokens = {
        "blocked": store_tokens(blocked, make_application(user), list(SCOPES)),
        "suspended": store_tokens(user, suspended, list(SCOPES)),
        "expired": store_tokens(user, make_application(user), list(SCOPES)),
        "revoked": "never-stored",
        "expired first party": issue_first_party_token(user, lifetime=timedelta(seconds=-1)),
    }
    AccessToken.objects.filter(application__suspended_at=None, user=user).exclude(
        application__kind="first_party"
    ).update(expires=timezone.now())
    return tokens


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once for all lines; what a call changes is undone by `call`."""
    with django_db_blocker.unblock(), transaction_of_test():
        yield make_world()
        transaction.set_rollback(True)


def make_world() -> World:
    owner, other, admin = make_user("owner"), make_user("other"), make_user("boss", is_admin=True)
    reader = make_user("reader")
    dead = dead_tokens(owner)
    application = make_application(owner)
    return World(
        owner,
        reader,
        {"nobody": dead}
        | {user.username: tokens_of(user, application) for user in (owner, other, reader, admin)},
        {
            "username": "owner",
            "sport": "1",
            "number": "1",
            "map": "0" * 32,
            "zoom": "99",  # no map has it, so no tile server is asked
            "letter": "a",
            "x": "0",
            "y": "0",
            "uuid": "00000000-0000-4000-8000-000000000000",
            "client_id": application.client_id,
            "app": str(application.pk),
            "short_id": make_workout(owner).short_id,
        },
    )


def address(line: Line, world: World) -> str:
    path = line.route
    if "<recorded>" in path:  # its file is kept in the storage of this test
        path = path.replace("<recorded>", upload_gpx(world.owner).short_id)
    for name, text in world.parts.items():
        path = path.replace(f"<{name}>", text)
    return f"/api/{path}"


CLIENT = Client(HTTP_HOST="localhost:8000", raise_request_exception=False)


def call(line: Line, path: str, token: str | None) -> tuple[int, str]:
    """The status and what the body says of a refusal; whatever the call changed is undone."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {} if line.method == "GET" else {"data": line.body, "content_type": "application/json"}
    with transaction_of_test():
        answer = getattr(CLIENT, line.method.lower())(path, headers=headers, **body)
        transaction.set_rollback(True)
    CLIENT.cookies.clear()
    told = answer.json() if answer.status_code in (401, 403) else {}
    return answer.status_code, told.get("error") or told.get("message", "")


def as_user(line: Line, who: str) -> tuple[int, str]:
    """What somebody gets whose token opens the route."""
    allowed = {
        ANYBODY: {"owner", "other", "reader", "boss"},
        READER: {"owner", "reader"},
        OWNER: {"owner"},
        SELF: {"owner", "boss"},
        ADMIN: {"boss"},
    }[line.who]
    if who in allowed:
        return line.status, ""
    return (404, "") if line.who in (READER, OWNER) else NOT_ALLOWED


def expected(line: Line, who: str, kind: str) -> tuple[int, str]:
    if line.scope == PUBLIC:
        return line.status, ""
    if kind in ("none", "blocked"):
        return NO_TOKEN
    if who == "nobody":
        return BAD_TOKEN
    if kind == "first party":
        return as_user(line, who)
    if line.scope == FIRST_PARTY:
        return NO_TOKEN
    return as_user(line, who) if kind in ("all", line.scope) else NO_SCOPE


@pytest.mark.parametrize("line", TABLE, ids=str)
def test_everybody_gets_what_the_table_says(line, world, db, settings, monkeypatch):
    settings.EMAIL_IS_CONFIGURED = True
    let_read_everything(monkeypatch, world.reader)
    path = address(line, world)
    callers = [("nobody", "none", None)] + [
        (who, kind, token) for who, kinds in world.tokens.items() for kind, token in kinds.items()
    ]
    got = {f"{who}, {kind}": call(line, path, token) for who, kind, token in callers}
    assert got == {f"{who}, {kind}": expected(line, who, kind) for who, kind, _token in callers}
