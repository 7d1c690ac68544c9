"""A code or refresh token used twice: at the same moment, later, and in disguise."""

import pytest

from tests.factories import make_application, make_tokens
from tests.oauth_apps.test_tokens import CHALLENGE, VERIFIER

CALLBACK = "https://example.com/callback"
CODE, REFRESH = "authorization_code", "refresh_token"
INVALID_CODE = {"error": "invalid_grant", "error_description": 'Invalid "code" in request.'}
REFUSALS = {CODE: INVALID_CODE, REFRESH: {"error": "invalid_grant"}}


@pytest.fixture
def forms(alice, app, get_code):
    """A form of each grant that works once."""
    return {
        CODE: {"grant_type": CODE, "code": get_code(alice, app)},
        REFRESH: {
            "grant_type": REFRESH,
            "refresh_token": make_tokens(alice, "profile:read", app).refresh_token,
        },
    }


@pytest.mark.parametrize("grant", [CODE, REFRESH])
def test_a_second_use_at_the_same_moment_is_refused_and_ends_nothing(
    app, ask_token, forms, is_live, grant
):
    first = ask_token(app, **forms[grant]).json()
    answer = ask_token(app, **forms[grant])
    assert (answer.status_code, answer.json()) == (400, REFUSALS[grant])
    assert is_live(first["access_token"])
    again = ask_token(app, grant_type=REFRESH, refresh_token=first["refresh_token"])
    assert again.status_code == 200


UNUSED = object()  # a code or refresh token of the same user and application that still works


@pytest.mark.parametrize(
    "disguise",
    [
        {},
        {"code": UNUSED},
        {"code": "unknown"},
        {"code": ""},
        {"refresh_token": UNUSED},
        {"refresh_token": "unknown"},
        {"refresh_token": ""},
        {"device_code": "unknown"},
        {"device_code": UNUSED},
        {"code": UNUSED, "refresh_token": UNUSED, "device_code": UNUSED},
        {"scope": "profile:read"},
        {"redirect_uri": CALLBACK},
        {"resource": "https://example.com/"},
        {"token": UNUSED, "grant": "x", "token_family": "x", "used_at": "", "revoked": ""},
    ],
    ids=lambda disguise: "+".join(disguise) or "plain",
)
@pytest.mark.parametrize("place", ["body", "query"])
@pytest.mark.parametrize("grant", [CODE, REFRESH])
def test_a_later_second_use_ends_the_family_whatever_else_is_sent(
    api, alice, app, ask_token, get_code, forms, is_live, wait_a_minute, grant, place, disguise
):
    own = {CODE: "code", REFRESH: "refresh_token"}[grant]
    unused = {
        "code": get_code(alice, app),
        "refresh_token": make_tokens(alice, "profile:read", app).refresh_token,
    }
    extra = {
        name: unused.get(name, "unknown") if text is UNUSED else text
        for name, text in disguise.items()
        if place == "query" or name != own
    }
    first = ask_token(app, **forms[grant]).json()
    wait_a_minute()
    credentials = {"client_id": app.client_id, "client_secret": app.secret}
    body = credentials | forms[grant] | (extra if place == "body" else {})
    query = extra if place == "query" else {}
    answer = api.post("/api/oauth/token", body, query_params=query)
    assert (answer.status_code, answer.json()) == (400, REFUSALS[grant])
    assert not is_live(first["access_token"])
    assert ask_token(app, grant_type=REFRESH, refresh_token=first["refresh_token"]).json() == {
        "error": "invalid_grant"
    }
    for name, grant_type in (("code", CODE), ("refresh_token", REFRESH)):
        assert ask_token(app, **{"grant_type": grant_type, name: unused[name]}).status_code == 200


@pytest.mark.parametrize("grant", [CODE, REFRESH])
@pytest.mark.parametrize(
    "name", ["grant_type", "code", "refresh_token", "client_id", "client_secret", "scope", "x"]
)
def test_a_parameter_twice_is_refused_and_uses_nothing_up(api, app, ask_token, forms, grant, name):
    credentials = {"client_id": app.client_id, "client_secret": app.secret}
    form = credentials | forms[grant]
    twice = [form.get(name, "x")] * 2
    answer = api.post("/api/oauth/token", form | {name: twice})
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "invalid_request", "error_description": "A parameter is there twice."},
    )
    assert ask_token(app, **forms[grant]).status_code == 200


@pytest.mark.parametrize("path", ["token", "revoke", "introspect", "device"])
def test_no_endpoint_takes_a_parameter_twice(api, app, path):
    form = {"client_id": [app.client_id] * 2, "client_secret": app.secret, "token": "x"}
    assert api.post(f"/api/oauth/{path}", form).json()["error"] == "invalid_request"


@pytest.mark.parametrize("grant", [CODE, REFRESH])
@pytest.mark.parametrize(
    ("moved", "error"),
    [
        (["client_secret"], "invalid_client"),
        (["client_id", "client_secret"], "invalid_client"),
        (["grant_type"], "unsupported_grant_type"),
        (["code", "refresh_token"], "invalid_request"),
    ],
)
def test_nothing_counts_in_the_query_where_logs_would_keep_it(
    api, app, ask_token, forms, grant, moved, error
):
    form = {"client_id": app.client_id, "client_secret": app.secret} | forms[grant]
    query = {name: form.pop(name) for name in moved if name in form}
    answer = api.post("/api/oauth/token", form, query_params=query)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert ask_token(app, **forms[grant]).status_code == 200


@pytest.mark.parametrize(
    "changed", [{"code_verifier": "w" * 43}, {"redirect_uri": "https://other.example/"}]
)
def test_a_second_use_by_somebody_else_at_the_same_moment_ends_the_family(
    alice, app, get_code, redeem, is_live, changed
):
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = get_code(alice, app, redirect_uri=CALLBACK, **pkce)
    fields = {"code_verifier": VERIFIER, "redirect_uri": CALLBACK}
    first = redeem(app, code, **fields).json()
    assert redeem(app, code, **fields).json() == INVALID_CODE
    assert is_live(first["access_token"])
    assert redeem(app, code, **(fields | changed)).json() == INVALID_CODE
    assert not is_live(first["access_token"])


def test_another_application_ends_nothing_by_a_replay(
    alice, bob, app, ask_token, forms, is_live, wait_a_minute
):
    other = make_application(bob)
    for grant in (CODE, REFRESH):
        first = ask_token(app, **forms[grant]).json()
        wait_a_minute()
        assert ask_token(other, **forms[grant]).json() == REFUSALS[grant]
        assert is_live(first["access_token"])
