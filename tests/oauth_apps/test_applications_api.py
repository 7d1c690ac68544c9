"""/api/oauth/apps…, /authorize and /revoke in the words of the contract."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile

from instance.models import AppConfiguration
from oauth_apps.models import AccessToken, Application
from tests.factories import bearer, first_party, make_application, make_tokens

APPS = "/api/oauth/apps"
NEW = {
    "client_name": "GPX Importer",
    "client_description": "imports files",
    "client_uri": "https://example.com",
    "redirect_uris": ["https://example.com/callback"],
    "scope": "profile:read workouts:write",
}
NO_CLIENT = {"status": "not found", "message": "OAuth2 client not found"}


def register(api, user, **fields):
    body = {name: value for name, value in (NEW | fields).items() if value is not ...}
    return api.post(APPS, body, content_type="application/json", headers=first_party(user))


def test_a_new_application_shows_its_secret_once(api, alice):
    answer = register(api, alice)
    assert answer.status_code == 201
    client = answer.json()["data"]["client"]
    assert answer.json()["status"] == "created"
    secret = client.pop("client_secret")
    assert len(secret) == 48
    assert secret.isalnum()
    assert len(client["client_id"]) == 24
    shown = api.get(f"{APPS}/{client['client_id']}", headers=first_party(alice)).json()
    assert shown == {"status": "success", "data": {"client": client}}
    by_id = api.get(f"{APPS}/{client['id']}/by_id", headers=first_party(alice)).json()
    assert by_id == shown
    assert client["scope"] == "profile:read workouts:write"
    assert client["issued_at"].endswith(" GMT")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"client_name": ...}, "OAuth2 client metadata missing keys: client_name"),
        (
            {"client_uri": ..., "scope": ...},
            "OAuth2 client metadata missing keys: client_uri, scope",
        ),
        ({"scope": ""}, "OAuth2 client invalid scopes"),
        ({"scope": None}, "OAuth2 client invalid scopes"),
        ({"scope": 5}, "OAuth2 client invalid scopes"),
        ({"scope": ["workouts:read"]}, "OAuth2 client invalid scopes"),
        ({"scope": "nonsense"}, "OAuth2 client invalid scopes"),
        ({"client_name": ""}, "OAuth2 client invalid metadata: client_name"),
        ({"client_name": 5}, "OAuth2 client invalid metadata: client_name"),
        ({"client_name": "a\x00b"}, "OAuth2 client invalid metadata: client_name"),
        ({"client_name": "\ud800"}, "invalid payload"),
        ({"client_description": "\udfff"}, "invalid payload"),
        ({"redirect_uris": ["https://\ud800"]}, "invalid payload"),
        ({"scope": "\ud800"}, "invalid payload"),
        ({"client_name": "x" * 101}, "OAuth2 client invalid metadata: client_name"),
        ({"client_uri": "javascript:alert(1)"}, "OAuth2 client invalid metadata: client_uri"),
        ({"client_description": "x" * 201}, "OAuth2 client invalid metadata: client_description"),
        ({"redirect_uris": []}, "OAuth2 client invalid metadata: redirect_uris"),
        ({"redirect_uris": "https://a.example"}, "OAuth2 client invalid metadata: redirect_uris"),
        ({"redirect_uris": [5]}, "OAuth2 client invalid metadata: redirect_uris"),
        ({"redirect_uris": ["https://a.b/#x"]}, "OAuth2 client invalid metadata: redirect_uris"),
    ],
)
def test_wrong_metadata_is_named(api, alice, fields, message):
    answer = register(api, alice, **fields)
    assert answer.status_code == 400
    body = answer.json()
    body.pop("errors", None)
    assert body == {"status": "error", "message": message}


def test_an_empty_body_is_told_apart(api, alice):
    answer = api.post(APPS, {}, content_type="application/json", headers=first_party(alice))
    assert answer.json() == {"status": "error", "message": "OAuth2 client metadata missing"}


def test_unknown_scopes_are_dropped_and_a_missing_description_is_null(api, alice):
    answer = register(api, alice, scope="profile:read nonsense", client_description=...)
    client = answer.json()["data"]["client"]
    assert client["scope"] == "profile:read"
    assert client["client_description"] is None


def test_applications_come_five_on_a_page_the_newest_first(api, alice, bob):
    apps = [make_application(alice) for _ in range(6)]
    make_application(bob)
    body = api.get(f"{APPS}?per_page=50", headers=first_party(alice)).json()
    assert [client["id"] for client in body["data"]["clients"]] == [
        app.pk for app in reversed(apps[1:])
    ]
    assert body["pagination"] == {
        "has_next": True,
        "has_prev": False,
        "page": 1,
        "pages": 2,
        "total": 6,
    }


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    api, alice, count, django_assert_num_queries
):
    for _ in range(count):
        make_application(alice)
    headers = first_party(alice)
    api.get(APPS, headers=headers)
    with django_assert_num_queries(3):
        api.get(APPS, headers=headers)


@pytest.mark.parametrize("key", ["unknown", "9999", "abc", "9" * 40, "é", "１"])
def test_what_is_not_there_is_not_found(api, alice, key):
    headers = first_party(alice)
    for answer in (
        api.get(f"{APPS}/{key}", headers=headers),
        api.get(f"{APPS}/{key}/by_id", headers=headers),
        api.delete(f"{APPS}/{key}", headers=headers),
        api.post(f"{APPS}/{key}/revoke", headers=headers),
    ):
        assert (answer.status_code, answer.json()) == (404, NO_CLIENT)


def test_applications_of_others_are_not_found_not_even_by_administrators(api, app, bob, admin):
    for user in (bob, admin):
        headers = first_party(user)
        for answer in (
            api.get(f"{APPS}/{app.client_id}", headers=headers),
            api.get(f"{APPS}/{app.pk}/by_id", headers=headers),
            api.delete(f"{APPS}/{app.pk}", headers=headers),
            api.post(f"{APPS}/{app.pk}/revoke", headers=headers),
        ):
            assert (answer.status_code, answer.json()) == (404, NO_CLIENT)


def test_deleting_an_application_ends_its_tokens(api, alice, app):
    make_tokens(alice, "profile:read", app)
    headers = first_party(alice)
    assert api.delete(f"{APPS}/{app.pk}", headers=headers).status_code == 204
    assert not AccessToken.objects.filter(application__kind=Application.Kind.THIRD_PARTY).exists()
    assert api.get(f"{APPS}/{app.client_id}", headers=headers).status_code == 404


def test_revoking_an_application_ends_the_tokens_of_all_its_users(api, alice, bob, app, ask_token):
    pairs = [make_tokens(user, "profile:read", app) for user in (alice, bob)]
    answer = api.post(f"{APPS}/{app.pk}/revoke", headers=first_party(alice))
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    for pair in pairs:
        assert api.get(APPS, headers=bearer(pair.access_token)).json()["error"] == "invalid_token"
        answer = ask_token(app, grant_type="refresh_token", refresh_token=pair.refresh_token)
        assert answer.json() == {"error": "invalid_grant"}


# --- Authorizing


def authorize(api, user, app, **fields):
    form = {"client_id": app.client_id, "response_type": "code", "confirm": "true"} | fields
    return api.post("/api/oauth/authorize", form, headers=first_party(user))


def test_authorizing_answers_the_address_to_open(api, bob, app):
    answer = authorize(api, bob, app, state="a b&c=d")
    assert answer.status_code == 200
    url = answer.json()["redirect_url"]
    assert url.startswith("https://example.com/callback?code=")
    assert url.endswith("&state=a+b%26c%3Dd")
    assert len(parse_qs(urlsplit(url).query)["code"][0]) == 48


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"client_id": ""}, "invalid payload"),
        ({"client_id": "unknown"}, "invalid payload"),
        ({"client_id": "a\x00b"}, "invalid payload"),
        ({"response_type": ""}, "invalid payload"),
        ({"response_type": "token"}, "invalid payload"),
        ({"redirect_uri": "https://evil.example.com/"}, "invalid payload"),
        (
            {"confirm": "yes"},
            "The resource owner or authorization server denied the request",
        ),
        (
            {"code_challenge": "x" * 43, "code_challenge_method": "S999"},
            'Unsupported "code_challenge_method"',
        ),
        (
            {"code_challenge": "x" * 43, "code_challenge_method": "plain"},
            'Unsupported "code_challenge_method"',
        ),
        ({"code_challenge": "x" * 43}, 'Unsupported "code_challenge_method"'),
        ({"code_challenge_method": "S256"}, 'Missing "code_challenge"'),
        (
            {"code_challenge": "short", "code_challenge_method": "S256"},
            'Invalid "code_challenge"',
        ),
    ],
)
def test_what_cannot_be_authorized_is_refused(api, alice, app, fields, message):
    answer = authorize(api, alice, app, **fields)
    assert (answer.status_code, answer.json()) == (400, {"status": "error", "message": message})


@pytest.mark.parametrize("name", ["client_id", "response_type", "confirm"])
def test_a_file_in_place_of_a_text_is_refused(api, alice, app, name):
    assert authorize(api, alice, app, **{name: ContentFile(b"x", "x.txt")}).status_code == 400


def test_a_file_in_place_of_scopes_is_no_scope(api, alice, app):
    answer = authorize(api, alice, app, scope=ContentFile(b"x", "x.txt"))
    assert answer.status_code == 200


def test_a_private_application_is_for_its_owner_alone(api, alice, bob):
    app = make_application(alice, is_private=True)
    assert authorize(api, alice, app).status_code == 200
    assert authorize(api, bob, app).status_code == 400


def test_pkce_can_be_required_of_all(api, alice, app):
    AppConfiguration(pk=1, require_pkce=True).save()
    assert authorize(api, alice, app).json()["message"] == 'Missing "code_challenge"'


def test_pkce_is_required_of_public_clients(api, alice):
    app = make_application(alice, client_type="public")
    assert authorize(api, alice, app).json()["message"] == 'Missing "code_challenge"'


# --- Revoking (RFC 7009) and introspecting (RFC 7662)


def call(api, name, app, **fields):
    credentials = {"client_id": app.client_id, "client_secret": app.secret}
    return api.post(f"/api/oauth/{name}", credentials | fields)


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_pair(api, alice, app, ask_token, which):
    pair = make_tokens(alice, "profile:read", app)
    answer = call(api, "revoke", app, token=getattr(pair, which))
    assert (answer.status_code, answer.json()) == (200, {})
    assert not AccessToken.objects.filter(application=app).exists()
    refused = ask_token(app, grant_type="refresh_token", refresh_token=pair.refresh_token)
    assert refused.json() == {"error": "invalid_grant"}
    assert call(api, "revoke", app, token=getattr(pair, which)).json() == {}


def test_a_client_revokes_nothing_of_another(api, alice, bob, app):
    pair = make_tokens(alice, "profile:read", app)
    assert call(api, "revoke", make_application(bob), token=pair.access_token).json() == {}
    assert AccessToken.objects.filter(application=app).exists()


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"client_secret": "wrong", "token": "x"}, 400, "invalid_client"),
        ({"client_secret": "", "token": "x"}, 400, "invalid_client"),
        ({"client_id": "unknown", "token": "x"}, 400, "invalid_client"),
        ({"client_id": "", "client_secret": ""}, 400, "invalid_client"),
        ({}, 400, "invalid_request"),
        ({"token": "x", "token_type_hint": "nonsense"}, 401, "unsupported_token_type"),
    ],
)
def test_revoking_refuses_in_the_words_of_the_contract(api, app, fields, status, error):
    answer = call(api, "revoke", app, **fields)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


@pytest.mark.parametrize("path", ["revoke", "introspect", "device", "token"])
@pytest.mark.parametrize("credentials", ["\xff\xfe", "8A==", "eA", "x", ""])
def test_credentials_that_are_no_base64_of_a_text_are_wrong(api, db, path, credentials):
    headers = {"Authorization": f"Basic {credentials}"}
    answer = api.post(f"/api/oauth/{path}", {"grant_type": "refresh_token"}, headers=headers)
    assert answer.status_code in (400, 401)


def test_a_confidential_client_learns_about_its_own_tokens_only(api, alice, bob, app):
    pair = make_tokens(alice, "profile:read", app)
    told = call(api, "introspect", app, token=pair.access_token).json()
    assert told["active"] is True
    assert told["username"] == "alice"
    assert told["scope"] == "profile:read"
    assert told["client_id"] == app.client_id
    other = make_application(bob)
    assert call(api, "introspect", other, token=pair.access_token).json() == {"active": False}
    assert call(api, "introspect", app, token=pair.refresh_token).json() == {"active": False}
    public = make_application(alice, client_type="public")
    assert call(api, "introspect", public, token=pair.access_token).status_code == 403


# --- Transport


@pytest.mark.parametrize("name", ["authorize", "token", "revoke", "introspect", "device"])
def test_plain_http_is_refused_with_an_oauth_error(api, alice, name, settings):
    settings.ALLOWED_HOSTS = ["log.example.org"]
    url = f"/api/oauth/{name}"
    headers = first_party(alice) | {"X-Forwarded-Proto": "https", "Host": "log.example.org"}
    answer = api.post(url, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "insecure_transport")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert api.post(url, headers=headers).json().get("error") != "insecure_transport"
    headers["X-Forwarded-Proto"] = "http"
    assert api.post(url, headers=headers).json()["error"] == "insecure_transport"
    settings.ALLOW_PLAIN_HTTP = True
    assert api.post(url, headers=headers).json().get("error") != "insecure_transport"
