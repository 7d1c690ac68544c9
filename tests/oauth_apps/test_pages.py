"""Settings → apps, apps with access and tokens; administration → applications."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from oauth_apps.models import AccessToken, Application, ClientSecret, RefreshToken
from oauth_apps.services.tokens import issue_personal_token
from tests.factories import bearer, confirm, make_application, make_tokens, make_user

NEW = {
    "name": "GPX sync",
    "description": "Brings files",
    "website": "https://sync.example.org",
    "client_type": "confidential",
    "redirect_uris": "https://sync.example.org/cb\nhttps://sync.example.org/second",
    "scopes": ["workouts:read", "profile:read"],
}


@pytest.fixture
def alice_client(alice_client) -> Client:
    """Alice has just typed her password anew."""
    confirm(alice_client)
    return alice_client


def shown_secret(answer) -> str:
    found = re.search(r"<code>((?:ftpat_)?[A-Za-z0-9]{40,48})</code>", answer.content.decode())
    assert found
    return found[1]


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# --- Apps


def test_registering_shows_the_secret_once(alice_client, alice):
    answer = alice_client.post("/profile/apps/new", NEW)
    secret = shown_secret(answer)
    assert len(secret) == 48
    assert "no-store" in answer["Cache-Control"]
    app = Application.objects.get(user=alice)
    assert app.redirect_uri_list == NEW["redirect_uris"].split()
    assert app.scopes == NEW["scopes"]
    assert len(app.client_id) == 24
    assert secret not in alice_client.get(f"/profile/apps/{app.pk}").content.decode()


def test_a_program_without_a_secret_gets_none(alice_client, alice):
    new = NEW | {"client_type": "public", "redirect_uris": "myapp://cb"}
    answer = alice_client.post("/profile/apps/new", new)
    assert "It has no secret" in answer.content.decode()
    assert not ClientSecret.objects.exists()


def test_a_program_for_devices_needs_no_address(alice_client, alice):
    new = NEW | {"client_type": "public", "redirect_uris": "", "allows_devices": "on"}
    assert alice_client.post("/profile/apps/new", new).status_code == 200
    assert Application.objects.get(user=alice).allows_devices


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"name": "x" * 101}, "at most 100"),
        ({"name": "a\u202eb"}, "letters that nobody sees"),
        ({"name": "a\u200bb"}, "letters that nobody sees"),
        ({"name": "a\nb"}, "letters that nobody sees"),
        ({"website": "javascript:alert(1)"}, "valid URL"),
        ({"redirect_uris": ""}, "This field is required"),
        ({"redirect_uris": "javascript:alert(1)"}, "is no address of an application"),
        ({"redirect_uris": "data:text/html,x"}, "is no address of an application"),
        ({"redirect_uris": "myapp://cb"}, "Only applications without a secret"),
        ({"scopes": []}, "Tick at least one scope"),
        ({"scopes": ["application:write"]}, "not one of the available choices"),
        ({"scopes": ["nonsense"]}, "not one of the available choices"),
        ({"client_type": "x"}, "not one of the available choices"),
    ],
)
def test_mistakes_are_told_beside_what_was_typed(alice_client, fields, words):
    answer = alice_client.post("/profile/apps/new", NEW | fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Brings files" in answer.content.decode()
    assert not Application.objects.filter(kind="third_party").exists()


def test_the_list_has_my_applications_only_at_a_constant_cost(alice_client, alice, bob):
    make_application(bob, name="Of bob")
    make_application(alice, name="Of alice")
    one = queries_of(alice_client, "/profile/apps")
    for _ in range(2):
        make_application(alice)
    assert queries_of(alice_client, "/profile/apps") == one
    text = alice_client.get("/profile/apps").content.decode()
    assert "Of alice" in text
    assert "Of bob" not in text


@pytest.mark.parametrize("path", ["", "/edit", "/revoke", "/delete"])
def test_an_application_of_another_does_not_exist(bob, app, path, admin):
    for user in (bob, admin):
        client = Client()
        client.force_login(user)
        assert client.get(f"/profile/apps/{app.pk}{path}").status_code == 404
        assert client.post(f"/profile/apps/{app.pk}{path}").status_code in (404, 405)
        assert client.post(f"/profile/apps/{app.pk}/secret").status_code == 404
        assert client.post(f"/profile/apps/secrets/{app.secrets.get().pk}/end").status_code == 404
    assert Application.objects.filter(pk=app.pk).exists()


@pytest.mark.parametrize(
    "path", ["/profile/apps", "/profile/apps/new", "/profile/apps/access", "/profile/apps/tokens"]
)
def test_visitors_sign_in_first(client, db, path):
    assert client.get(path)["Location"] == f"/login?next={path}"


def test_editing_changes_all_but_the_kind(alice_client, app):
    changed = NEW | {"name": "New name", "client_type": "public", "is_private": "on"}
    answer = alice_client.post(f"/profile/apps/{app.pk}/edit", changed)
    assert answer.status_code == 302
    app.refresh_from_db()
    assert (app.name, app.is_private, app.is_public) == ("New name", True, False)
    assert app.scopes == NEW["scopes"]


def test_the_form_shows_what_is_stored(alice_client, app):
    text = alice_client.get(f"/profile/apps/{app.pk}/edit").content.decode()
    assert "https://example.com/callback</textarea>" in text
    assert len(re.findall(r'name="scopes"[^>]* checked', text)) == 7


def test_a_new_secret_and_the_old_one_both_work_for_a_week(
    alice_client, alice, app, get_code, redeem
):
    old = app.secret
    new = shown_secret(alice_client.post(f"/profile/apps/{app.pk}/secret"))
    for secret in (old, new):
        assert redeem(app, get_code(alice, app), client_secret=secret).status_code == 200
    first = app.secrets.get(ends_at__isnull=False)
    assert first.last_used_at is not None
    assert timedelta(days=6) < first.ends_at - timezone.now() <= timedelta(days=7)
    ClientSecret.objects.filter(pk=first.pk).update(ends_at=timezone.now())
    refused = redeem(app, get_code(alice, app), client_secret=old)
    assert refused.json() == {"error": "invalid_client"}
    assert redeem(app, get_code(alice, app), client_secret=new).status_code == 200


def test_there_are_two_secrets_at_most_and_the_old_one_can_end_now(alice_client, app):
    alice_client.post(f"/profile/apps/{app.pk}/secret")
    answer = alice_client.post(f"/profile/apps/{app.pk}/secret", follow=True)
    assert "end one of them first" in answer.content.decode()
    old = app.secrets.get(ends_at__isnull=False)
    alice_client.post(f"/profile/apps/secrets/{old.pk}/end")
    assert app.secrets.count() == 1
    last = app.secrets.get()
    answer = alice_client.post(f"/profile/apps/secrets/{last.pk}/end", follow=True)
    assert "This is the only secret" in answer.content.decode()
    assert app.secrets.count() == 1


def test_a_program_without_a_secret_cannot_get_one_later(alice_client, alice):
    app = make_application(alice, client_type="public")
    assert alice_client.post(f"/profile/apps/{app.pk}/secret").status_code == 404


def test_ending_all_access_and_deleting_ask_on_a_page_of_their_own(alice_client, bob, app):
    make_tokens(bob, "workouts:read", app)
    for name in ("revoke", "delete"):
        page = alice_client.get(f"/profile/apps/{app.pk}/{name}")
        assert app.name in page.content.decode()
    assert AccessToken.objects.filter(application=app).exists()
    alice_client.post(f"/profile/apps/{app.pk}/revoke")
    assert not AccessToken.objects.filter(application=app).exists()
    assert not RefreshToken.objects.filter(application=app).exists()
    alice_client.post(f"/profile/apps/{app.pk}/delete")
    assert not Application.objects.filter(pk=app.pk).exists()


# --- Apps with access


def test_apps_with_access_tell_what_since_when_and_how_lately(alice_client, alice, bob):
    app = make_application(bob, name="Sync of bob")
    make_tokens(alice, "workouts:read", app)
    make_tokens(alice, "profile:read", app)
    make_tokens(bob, "workouts:write", app)
    AccessToken.objects.filter(user=alice).update(last_used_at=timezone.now())
    text = alice_client.get("/profile/apps/access").content.decode()
    assert text.count("Sync of bob") == 2  # its name, and again in the label of the button
    for words in ("by bob", "See your workouts", "See your profile", "last used"):
        assert words in text
    assert "Add, change and delete" not in text


def test_the_access_list_costs_the_same_for_one_and_for_three(alice_client, alice):
    make_tokens(alice, "workouts:read")
    one = queries_of(alice_client, "/profile/apps/access")
    for _ in range(2):
        make_tokens(alice, "workouts:read")
    assert queries_of(alice_client, "/profile/apps/access") == one


def test_access_that_can_still_be_refreshed_is_listed_and_dead_access_is_not(alice_client, alice):
    app = make_application(alice, name="Sleeper")
    make_tokens(alice, "workouts:read", app)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=9))
    assert "Sleeper" in alice_client.get("/profile/apps/access").content.decode()
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=11))
    assert "Sleeper" not in alice_client.get("/profile/apps/access").content.decode()


def test_taking_access_back_ends_it_at_once_and_only_mine(alice_client, alice, bob, api, ask_token):
    app = make_application(bob)
    mine, theirs = make_tokens(alice, "workouts:read", app), make_tokens(bob, "workouts:read", app)
    alice_client.post(f"/profile/apps/access/{app.pk}/revoke")
    answer = api.get("/api/oauth/apps", headers=bearer(mine.access_token))
    assert answer.json()["error"] == "invalid_token"
    refused = ask_token(app, grant_type="refresh_token", refresh_token=mine.refresh_token)
    assert refused.status_code == 400
    kept = ask_token(app, grant_type="refresh_token", refresh_token=theirs.refresh_token)
    assert kept.status_code == 200


def test_taking_access_back_ends_a_code_that_is_still_on_its_way(
    alice_client, alice, app, get_code, redeem
):
    code = get_code(alice, app)
    alice_client.post(f"/profile/apps/access/{app.pk}/revoke")
    assert redeem(app, code).json()["error"] == "invalid_grant"


# --- Personal access tokens


def new_token(**fields):
    day = timezone.localdate() + timedelta(days=30)
    return {"name": "Backup", "expires_on": day.isoformat(), "scopes": ["workouts:read"]} | fields


def test_a_personal_token_is_shown_once_and_works(alice_client, alice, api):
    answer = alice_client.post("/profile/apps/tokens", new_token())
    token = shown_secret(answer)
    assert token.startswith("ftpat_")
    assert "no-store" in answer["Cache-Control"]
    assert token not in alice_client.get("/profile/apps/tokens").content.decode()
    row = AccessToken.objects.get()
    assert (row.name, row.scope, row.user) == ("Backup", "workouts:read", alice)
    assert api.get("/api/oauth/apps", headers=bearer(token)).json() == {
        "status": "error",
        "message": "provide a valid auth token",
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"expires_on": ""}, "This field is required"),
        ({"expires_on": "2020-01-01"}, "Choose a day in the future"),
        ({"expires_on": "2099-01-01"}, "A token lasts a year at most"),
        ({"expires_on": "\x00"}, "Enter a valid date"),
        ({"scopes": []}, "Tick at least one scope"),
        ({"scopes": ["application:write"]}, "not one of the available choices"),
    ],
)
def test_a_personal_token_has_a_name_an_end_and_scopes(alice_client, fields, words):
    answer = alice_client.post("/profile/apps/tokens", new_token(**fields))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not AccessToken.objects.exists()


def test_a_personal_token_ends_when_its_owner_says_so(alice_client, alice, bob):
    tomorrow = timezone.now() + timedelta(days=1)
    for user in (alice, bob):
        issue_personal_token(user, name="x", scopes=["workouts:read"], expires=tomorrow)
    theirs = AccessToken.objects.get(user=bob)
    assert alice_client.post(f"/profile/apps/tokens/{theirs.pk}/revoke").status_code == 404
    mine = AccessToken.objects.get(user=alice)
    alice_client.post(f"/profile/apps/tokens/{mine.pk}/revoke")
    assert AccessToken.objects.get() == theirs


def test_the_token_list_costs_the_same_for_one_and_for_three(alice_client, alice):
    tomorrow = timezone.now() + timedelta(days=1)
    issue_personal_token(alice, name="x", scopes=["workouts:read"], expires=tomorrow)
    one = queries_of(alice_client, "/profile/apps/tokens")
    for _ in range(2):
        issue_personal_token(alice, name="x", scopes=["workouts:read"], expires=tomorrow)
    assert queries_of(alice_client, "/profile/apps/tokens") == one


# --- Administration


@pytest.fixture
def admin_client(admin) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def test_administration_is_for_administrators(alice_client, client, app):
    assert alice_client.get("/admin/applications").status_code == 404
    assert alice_client.post(f"/admin/applications/{app.pk}").status_code == 404
    assert client.get("/admin/applications").status_code == 302


def test_administrators_see_owner_users_and_last_use_at_a_constant_cost(admin_client, bob):
    app = make_application(bob, name="Sync of bob")
    for _ in range(2):
        make_tokens(make_user(), "workouts:read", app)
    one = queries_of(admin_client, "/admin/applications")
    text = admin_client.get("/admin/applications").content.decode()
    assert "Sync of bob" in text
    assert re.search(r'class="num" data-label="Users">2<', text)
    for _ in range(2):
        make_tokens(bob, "workouts:read")
    assert queries_of(admin_client, "/admin/applications") == one
    found = admin_client.get("/admin/applications?q=SYNC").content.decode()
    assert found.count("<tr>") == 2
    assert admin_client.get("/admin/applications?q=%00&page=x").status_code == 200


def test_suspending_stops_an_application_for_everybody_until_it_is_let_in(
    admin_client, alice, bob, app, api, get_code, redeem
):
    token = make_tokens(bob, "workouts:read", app).access_token
    code = get_code(bob, app)
    admin_client.post(f"/admin/applications/{app.pk}")
    assert api.get("/api/oauth/apps", headers=bearer(token)).json()["error"] == "invalid_token"
    assert redeem(app, code).json() == {"error": "invalid_client"}
    admin_client.post(f"/admin/applications/{app.pk}")
    assert redeem(app, code).status_code == 200


def test_djangos_admin_shows_no_secret(admin_client, alice, app):
    pair = make_tokens(alice, "workouts:read", app)
    pages = [f"application/{app.pk}/change", "accesstoken/", "application/"]
    pages.append(f"accesstoken/{AccessToken.objects.get().pk}/change")
    hidden = [app.secret, pair.access_token, AccessToken.objects.get().token_checksum]
    for page in pages:
        answer = admin_client.get(f"/django-admin/oauth_apps/{page.rstrip('/')}/")
        assert answer.status_code == 200
        for secret in hidden:
            assert secret not in answer.content.decode()


def test_djangos_admin_checks_redirect_addresses_too(admin_client, app):
    url = f"/django-admin/oauth_apps/application/{app.pk}/change/"
    fields = {"name": "x", "user": app.user_id, "client_type": "confidential", "website": ""}
    fields |= {"redirect_uris": "javascript:alert(1)", "allowed_scopes": "workouts:read"}
    answer = admin_client.post(url, fields)
    assert "is no address of an application" in answer.content.decode()
    app.refresh_from_db()
    assert app.redirect_uris == "https://example.com/callback"


# --- Metadata


def test_programs_find_everything_by_themselves(client, db, settings):
    settings.SITE_URL = "https://log.example.org"
    server = client.get("/.well-known/oauth-authorization-server").json()
    assert server["issuer"] == "https://log.example.org"
    assert server["authorization_endpoint"] == "https://log.example.org/oauth/authorize"
    assert server["token_endpoint"] == "https://log.example.org/api/oauth/token"
    assert server["code_challenge_methods_supported"] == ["S256"]
    assert server["authorization_response_iss_parameter_supported"] is True
    resource = client.get("/.well-known/oauth-protected-resource").json()
    assert resource["authorization_servers"] == ["https://log.example.org"]
    challenge = client.get("/api/oauth/apps")["WWW-Authenticate"]
    assert "https://log.example.org/.well-known/oauth-protected-resource" in challenge
