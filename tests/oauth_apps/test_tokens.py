"""The token endpoint: codes, PKCE, refreshing, and what is left in the database."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from oauth_apps.models import AccessToken, Grant, RefreshToken
from tests.factories import make_application, make_tokens

VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


def test_a_code_gives_a_pair_in_the_words_of_the_contract(alice, app, get_code, redeem):
    answer = redeem(app, get_code(alice, app))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Pragma"] == "no-cache"
    body = answer.json()
    assert len(body.pop("access_token")) == 42
    assert len(body.pop("refresh_token")) == 48
    assert body == {
        "expires_in": 864000,
        "scope": "profile:read workouts:read",
        "token_type": "Bearer",
    }


def test_no_scope_asked_gives_a_token_without_scope(alice, app, get_code, redeem):
    body = redeem(app, get_code(alice, app, scope="")).json()
    assert "scope" not in body


def test_scopes_of_others_are_dropped_from_what_is_granted(alice, get_code, redeem):
    app = make_application(alice, allowed_scopes="workouts:read")
    code = get_code(alice, app, scope="nonsense workouts:read users:read workouts:read")
    assert redeem(app, code, scope="users:read").json()["scope"] == "workouts:read"


def test_nothing_that_opens_a_door_is_stored(alice, app, get_code, redeem):
    code = get_code(alice, app)
    body = redeem(app, code).json()
    stored = [*Grant.objects.values(), *AccessToken.objects.values()]
    stored += [*RefreshToken.objects.values(), *app.secrets.values()]
    text = str(stored)
    for secret in (code, body["access_token"], body["refresh_token"], app.secret):
        assert secret not in text


def test_a_code_dies_after_five_minutes(alice, app, get_code, redeem):
    code = get_code(alice, app)
    Grant.objects.update(expires=timezone.now())
    assert redeem(app, code).json()["error"] == "invalid_grant"


def test_a_code_is_bound_to_the_address_that_was_asked_for(alice, app, get_code, redeem):
    code = get_code(alice, app, redirect_uri="https://example.com/callback")
    wrong = {"error": "invalid_grant", "error_description": 'Invalid "redirect_uri" in request.'}
    assert redeem(app, code).json() == wrong
    assert redeem(app, code, redirect_uri="https://example.com/other").json() == wrong
    assert redeem(app, code, redirect_uri="https://example.com/callback").status_code == 200


def test_a_code_bound_to_no_address_is_given_for_any(alice, app, get_code, redeem):
    answer = redeem(app, get_code(alice, app), redirect_uri="https://elsewhere.example/")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("verifier", "error", "description"),
    [
        (None, "invalid_request", 'Missing "code_verifier"'),
        ("short", "invalid_request", 'Invalid "code_verifier"'),
        ("w" * 43, "invalid_grant", "Code challenge failed."),
    ],
)
def test_a_challenged_code_needs_its_verifier(
    alice, app, get_code, redeem, verifier, error, description
):
    code = get_code(alice, app, code_challenge=CHALLENGE, code_challenge_method="S256")
    fields = {"code_verifier": verifier} if verifier else {}
    answer = redeem(app, code, **fields)
    assert answer.status_code == 400
    assert answer.json() == {"error": error, "error_description": description}
    assert redeem(app, code, code_verifier=VERIFIER).status_code == 200


def test_a_verifier_without_a_challenge_is_refused(alice, app, get_code, redeem):
    answer = redeem(app, get_code(alice, app), code_verifier=VERIFIER)
    assert answer.json()["error_description"] == "Code challenge failed."


def test_the_code_of_another_application_is_unknown(alice, bob, app, get_code, redeem):
    code = get_code(alice, app)
    assert redeem(make_application(bob), code).json()["error"] == "invalid_grant"
    assert redeem(app, code).status_code == 200


@pytest.mark.parametrize(
    ("fields", "error", "description"),
    [
        ({}, "unsupported_grant_type", None),
        ({"grant_type": "password", "username": "x"}, "unsupported_grant_type", None),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type", None),
        ({"grant_type": "authorization_code"}, "invalid_request", 'Missing "code" in request.'),
        (
            {"grant_type": "refresh_token"},
            "invalid_request",
            'Missing "refresh_token" in request.',
        ),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant", None),
        (
            {"grant_type": "authorization_code", "code": "x", "client_secret": "wrong"},
            "invalid_client",
            None,
        ),
        (
            {"grant_type": "authorization_code", "code": "x", "client_id": "a\x00b"},
            "invalid_client",
            None,
        ),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"},
            "unauthorized_client",
            None,
        ),
    ],
)
def test_refusals_speak_the_words_of_the_contract(app, ask_token, fields, error, description):
    answer = ask_token(app, **fields)
    assert answer.status_code == 400
    assert answer.json() == {"error": error} | (
        {"error_description": description} if description else {}
    )


def test_the_body_cannot_pose_as_what_the_server_found_out(app, ask_token):
    injected = {"client": "x", "user": "1", "previous": "x", "grant": "x", "token_family": "x"}
    answer = ask_token(
        app, grant_type="authorization_code", code="x", refresh_token_instance="x", **injected
    )
    assert answer.json()["error"] == "invalid_grant"


def test_parameters_of_the_engine_do_not_replace_a_secret(api, app):
    form = {"client_id": app.client_id, "client": app.client_id, "code": "x"}
    answer = api.post("/api/oauth/token", form | {"grant_type": "authorization_code"})
    assert answer.json() == {"error": "invalid_client"}


def test_http_basic_works_too(api, alice, app, get_code):
    credentials = base64.b64encode(f"{app.client_id}:{app.secret}".encode()).decode()
    answer = api.post(
        "/api/oauth/token",
        {"grant_type": "authorization_code", "code": get_code(alice, app)},
        headers={"Authorization": f"Basic {credentials}"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic YQ==", "Basic /w==", "Basic Og=="])
def test_malformed_basic_is_an_unknown_client(api, db, header):
    answer = api.post(
        "/api/oauth/token",
        {"grant_type": "authorization_code", "code": "x"},
        headers={"Authorization": header},
    )
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_urlencoded_bodies_work_like_multipart_ones(api, alice, app, get_code):
    body = (
        f"grant_type=authorization_code&code={get_code(alice, app)}"
        f"&client_id={app.client_id}&client_secret={app.secret}"
    )
    answer = api.post("/api/oauth/token", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200


def test_json_bodies_and_get_are_refused(api, app):
    answer = api.post("/api/oauth/token", {"client_id": "x"}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})
    assert api.get("/api/oauth/token").status_code == 405


# --- Refreshing


def refresh(ask_token, app, token, **fields):
    return ask_token(app, grant_type="refresh_token", refresh_token=token, **fields)


def test_a_refresh_gives_a_new_pair_and_ends_the_old(is_live, alice, app, ask_token):
    old = make_tokens(alice, "profile:read", app)
    new = refresh(ask_token, app, old.refresh_token).json()
    assert new["scope"] == "profile:read"
    assert new["access_token"] != old.access_token
    assert new["refresh_token"] != old.refresh_token
    assert not is_live(old.access_token)
    assert is_live(new["access_token"])


def test_a_refresh_may_narrow_the_scopes_for_good_but_not_widen_them(alice, app, ask_token):
    pair = make_tokens(alice, "profile:read workouts:read", app)
    narrow = refresh(ask_token, app, pair.refresh_token, scope="profile:read").json()
    assert narrow["scope"] == "profile:read"
    wide = refresh(ask_token, app, narrow["refresh_token"], scope="profile:read workouts:read")
    assert wide.status_code == 400
    assert wide.json() == {
        "error": "invalid_scope",
        "error_description": "The requested scope is invalid, unknown, or malformed.",
    }
    again = refresh(ask_token, app, narrow["refresh_token"]).json()
    assert again["scope"] == "profile:read"


def test_widening_an_application_never_widens_its_tokens(alice, ask_token):
    app = make_application(alice, allowed_scopes="profile:read")
    pair = make_tokens(alice, "profile:read", app)
    type(app).objects.update(allowed_scopes="profile:read workouts:write")
    assert refresh(ask_token, app, pair.refresh_token).json()["scope"] == "profile:read"


def test_narrowing_an_application_narrows_its_tokens_at_the_next_refresh(alice, ask_token):
    app = make_application(alice)
    pair = make_tokens(alice, "profile:read workouts:write", app)
    type(app).objects.update(allowed_scopes="profile:read")
    assert refresh(ask_token, app, pair.refresh_token).json()["scope"] == "profile:read"


@pytest.mark.parametrize(("days", "status"), [(9, 200), (19, 200), (20, 400)])
def test_a_refresh_token_lives_for_twenty_days(alice, app, ask_token, days, status):
    pair = make_tokens(alice, "profile:read", app)
    AccessToken.objects.update(expires=timezone.now() + timedelta(days=10 - days, seconds=-1))
    assert refresh(ask_token, app, pair.refresh_token).status_code == status


def test_refreshing_keeps_since_when_and_how_lately_the_access_is_used(alice, app, ask_token):
    pair = make_tokens(alice, "profile:read", app)
    since, used = timezone.now() - timedelta(days=5), timezone.now() - timedelta(hours=1)
    AccessToken.objects.update(granted_at=since, last_used_at=used)
    refresh(ask_token, app, pair.refresh_token)
    row = AccessToken.objects.get()
    assert (row.granted_at, row.last_used_at) == (since, used)


def test_the_refresh_token_of_another_application_is_unknown(alice, bob, app, ask_token):
    pair = make_tokens(alice, "profile:read", app)
    other = make_application(bob)
    assert refresh(ask_token, other, pair.refresh_token).json() == {"error": "invalid_grant"}
    assert refresh(ask_token, app, pair.refresh_token).status_code == 200


def test_a_blocked_user_loses_codes_and_refreshing(alice, app, get_code, redeem, ask_token):
    code = get_code(alice, app)
    pair = make_tokens(alice, "profile:read", app)
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)
    assert redeem(app, code).json()["error"] == "invalid_grant"
    assert refresh(ask_token, app, pair.refresh_token).json()["error"] == "invalid_grant"


def test_a_suspended_application_gets_nothing(alice, app, get_code, redeem, ask_token):
    code = get_code(alice, app)
    pair = make_tokens(alice, "profile:read", app)
    type(app).objects.update(suspended_at=timezone.now())
    assert redeem(app, code).json() == {"error": "invalid_client"}
    assert refresh(ask_token, app, pair.refresh_token).json() == {"error": "invalid_client"}


# --- Public clients


def test_a_public_client_redeems_with_pkce_and_without_secret(alice, get_code, redeem):
    app = make_application(alice, client_type="public", redirect_uris="http://127.0.0.1/cb")
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = get_code(alice, app, redirect_uri="http://127.0.0.1:5151/cb", **pkce)
    answer = redeem(app, code, code_verifier=VERIFIER, redirect_uri="http://127.0.0.1:5151/cb")
    assert answer.status_code == 200
    assert app.secret == ""


def test_a_public_client_refreshes_without_secret(alice, ask_token):
    app = make_application(alice, client_type="public", redirect_uris="http://127.0.0.1/cb")
    pair = make_tokens(alice, "profile:read", app)
    assert refresh(ask_token, app, pair.refresh_token).status_code == 200
