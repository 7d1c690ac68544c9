"""Who has access for how long, and what ends with what."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from oauth_apps.authentication import OldSignIn, bearer_challenge
from oauth_apps.models import AccessToken, Application, RefreshToken
from oauth_apps.permissions import refuse_old_sign_in
from oauth_apps.scopes import SCOPES, asks_in_vain, can_change_things, known_scopes
from oauth_apps.services import tokens
from tests.factories import make_application, make_tokens

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def personal(user, name: str = "script", expires: datetime = NOW + timedelta(1)) -> AccessToken:
    tokens.issue_personal_token(user, name=name, scopes=["workouts:read"], expires=expires)
    return AccessToken.objects.get(name=name)


def test_a_sign_in_is_recent_until_the_timeout_and_not_longer(alice):
    tokens.issue_first_party_token(alice)
    token = AccessToken.objects.get()
    request = SimpleNamespace(auth=token)
    timeout = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    token.created = timezone.now() - timeout + INSTANT
    refuse_old_sign_in(request)
    token.created = timezone.now() - timeout
    with pytest.raises(OldSignIn) as refused:
        refuse_old_sign_in(request)
    assert refused.value.challenge == bearer_challenge(
        error="insufficient_user_authentication",
        error_description="This needs a sign-in of the last minutes: sign in again.",
        max_age=str(settings.ACCOUNT_REAUTHENTICATION_TIMEOUT),
    )


def test_access_lasts_as_long_as_it_can_be_refreshed(alice):
    make_tokens(alice, "workouts:read")
    extra = settings.REFRESH_TOKEN_EXTRA_LIFETIME
    found = []
    for age in (-INSTANT, timedelta(), extra - INSTANT, extra):
        AccessToken.objects.update(expires=NOW - age)
        found.append(tokens.with_access(alice).count())
    assert found == [1, 1, 1, 0]


def test_access_without_a_refresh_lasts_as_long_as_its_token(alice):
    make_tokens(alice, "workouts:read")
    for change in ("revoke", "delete"):
        if change == "revoke":
            RefreshToken.objects.update(revoked=NOW)
        else:
            RefreshToken.objects.all().delete()
        AccessToken.objects.update(expires=NOW + INSTANT)
        assert tokens.with_access(alice).count() == 1
        AccessToken.objects.update(expires=NOW)
        assert tokens.with_access(alice).count() == 0


def test_personal_tokens_and_sign_ins_are_no_access_of_applications(alice, bob):
    tokens.issue_first_party_token(alice)
    personal(alice)
    make_tokens(bob, "workouts:read")
    assert tokens.count_third_party_access(alice) == 0
    assert tokens.list_access(alice) == []


def test_an_application_with_several_tokens_is_listed_once(alice):
    app, other = make_application(alice), make_application(alice)
    for scope, hours, used in [
        ("workouts:read", 5, 3),
        ("profile:read", 9, None),
        ("workouts:write", 7, 1),
    ]:
        make_tokens(alice, scope, app)
        AccessToken.objects.filter(scope=scope).update(
            granted_at=NOW - timedelta(hours=hours),
            last_used_at=used and NOW - timedelta(hours=used),
        )
    make_tokens(alice, "users:read", other)
    AccessToken.objects.filter(scope="users:read").update(granted_at=NOW - timedelta(hours=4))
    latest, earlier = tokens.list_access(alice)
    assert (latest.application, latest.scopes, latest.last_used_at) == (other, {"users:read"}, None)
    assert earlier.application == app
    assert earlier.scopes == {"workouts:read", "profile:read", "workouts:write"}
    assert earlier.since == NOW - timedelta(hours=9)
    assert earlier.last_used_at == NOW - timedelta(hours=1)
    assert earlier.sentences == [
        SCOPES[scope] for scope in ("profile:read", "workouts:read", "workouts:write")
    ]
    assert tokens.count_third_party_access(alice) == 2


def test_users_of_an_application_are_counted_once(alice, bob):
    app = make_application(alice)
    for user in (alice, alice, bob):
        make_tokens(user, "workouts:read", app)
    make_tokens(bob, "workouts:read")
    assert tokens.count_application_users(app) == 2


def test_personal_tokens_that_still_work_are_counted(alice, bob):
    personal(alice, "live")
    personal(alice, "over", NOW - INSTANT)
    personal(bob, "other")
    assert tokens.count_personal_tokens(alice) == 1
    tokens.revoke_personal_token(AccessToken.objects.get(name="live"))
    assert sorted(AccessToken.objects.values_list("name", flat=True)) == ["other", "over"]
    tokens.revoke_personal_tokens(alice)
    assert AccessToken.objects.get().name == "other"


def test_all_but_what_is_kept_ends(alice, bob):
    kept, ended = make_application(alice), make_application(alice)
    make_tokens(alice, "workouts:read", kept)
    make_tokens(alice, "profile:read", ended)
    make_tokens(bob, "users:read", ended)
    tokens.issue_first_party_token(alice)
    mine = personal(alice, "kept")
    personal(alice, "ended")
    tokens.revoke_all_but(alice, applications=[kept.pk], tokens=[mine.pk])
    assert set(AccessToken.objects.values_list("scope", "name", "user__username")) == {
        ("workouts:read", "", "alice"),
        ("workouts:read", "kept", "alice"),
        ("users:read", "", "bob"),
    }
    assert RefreshToken.objects.count() == 2


def test_no_application_of_the_house_can_be_kept(alice):
    tokens.issue_first_party_token(alice)
    first_party = Application.objects.built_in(Application.Kind.FIRST_PARTY)
    tokens.revoke_all_but(alice, applications=[first_party.pk], tokens=[])
    assert not AccessToken.objects.exists()


def test_ending_access_that_fails_ends_nothing(alice, monkeypatch):
    make_tokens(alice, "workouts:read")

    def fail(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(tokens.DeviceGrant.objects, "filter", fail)
    with pytest.raises(DatabaseError):
        tokens.revoke_all(alice)
    assert (AccessToken.objects.count(), RefreshToken.objects.count()) == (1, 1)


def test_a_client_ends_the_pair_of_its_own_tokens_only(alice):
    app, other = make_application(alice), make_application(alice)
    first, second = make_tokens(alice, "workouts:read", app), make_tokens(alice, "users:read", app)
    tokens.revoke_for_client(other, first.access_token)
    tokens.revoke_for_client(other, first.refresh_token)
    assert AccessToken.objects.count() == 2
    tokens.revoke_for_client(app, first.access_token)
    assert AccessToken.objects.get().scope == "users:read"
    tokens.revoke_for_client(app, second.refresh_token)
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.filter(revoked__isnull=True).exists()


def test_one_token_ends_at_logout(alice):
    one, other = tokens.issue_first_party_token(alice), tokens.issue_first_party_token(alice)
    tokens.revoke_token("unknown")
    tokens.revoke_token(one)
    assert AccessToken.objects.find(one.encode()) is None
    assert AccessToken.objects.find(other.encode()) is not None


def test_a_password_change_keeps_the_sign_in_that_made_it(alice):
    kept = AccessToken.objects.find(tokens.issue_first_party_token(alice).encode())
    tokens.issue_first_party_token(alice)
    make_tokens(alice, "workouts:read")
    tokens.revoke_first_party_tokens(alice, keep=kept)
    assert AccessToken.objects.filter(pk=kept.pk).exists()
    assert AccessToken.objects.count() == 2
    tokens.revoke_first_party_tokens(alice)
    assert AccessToken.objects.get().scope == "workouts:read"


@pytest.mark.parametrize(
    ("text", "ceiling", "known", "is_vain"),
    [
        (
            "workouts:read profile:read workouts:read",
            None,
            ["workouts:read", "profile:read"],
            False,
        ),
        ("nonsense", None, [], True),
        ("nonsense users:read", None, ["users:read"], False),
        ("workouts:read", ["users:read"], [], True),
        ("  ", None, [], False),
    ],
)
def test_scopes_that_are_known(text: str, ceiling, known: list[str], is_vain: bool):
    ceiling = SCOPES if ceiling is None else ceiling
    assert known_scopes(text, ceiling) == known
    assert asks_in_vain(text, ceiling) is is_vain


def test_scopes_that_change_things():
    assert [scope for scope in SCOPES if can_change_things(scope)] == [
        "application:write",
        "profile:write",
        "users:write",
        "workouts:write",
    ]
