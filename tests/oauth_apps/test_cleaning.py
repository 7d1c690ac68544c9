"""manage.py clean_oauth_tokens."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from oauth_apps.models import AccessToken, Grant, RefreshToken
from tests.factories import make_tokens


def clean(days) -> str:
    out = StringIO()
    call_command("clean_oauth_tokens", f"--days={days}", stdout=out)
    return out.getvalue().strip()


def test_only_tokens_that_ended_long_enough_ago_go(alice, app):
    make_tokens(alice, "workouts:read", app)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=3))
    make_tokens(alice, "workouts:read", app)
    assert clean(4) == "Expired deleted tokens: 0."
    assert clean(2) == "Expired deleted tokens: 1."
    assert AccessToken.objects.count() == RefreshToken.objects.count() == 1


def test_zero_days_takes_all_that_expired_with_their_refresh_tokens(
    alice, app, get_code, ask_token
):
    pair = make_tokens(alice, "workouts:read", app)
    get_code(alice, app)
    yesterday = timezone.now() - timedelta(days=1)
    AccessToken.objects.update(expires=yesterday)
    Grant.objects.update(expires=yesterday)
    clean(0)
    answer = ask_token(app, grant_type="refresh_token", refresh_token=pair.refresh_token)
    assert answer.json() == {"error": "invalid_grant"}
    assert not Grant.objects.exists()


def test_a_used_refresh_token_stays_as_long_as_it_could_be_replayed(alice, app, ask_token):
    pair = make_tokens(alice, "workouts:read", app)
    ask_token(app, grant_type="refresh_token", refresh_token=pair.refresh_token)
    clean(0)
    assert RefreshToken.objects.filter(revoked__isnull=False).count() == 1
    old = timezone.now() - timedelta(days=21)
    RefreshToken.objects.filter(revoked__isnull=False).update(created=old, revoked=old)
    clean(0)
    assert not RefreshToken.objects.filter(revoked__isnull=False).exists()
    assert RefreshToken.objects.count() == 1


@pytest.mark.parametrize("days", ["-1", "x", "99999999"])
def test_days_that_make_no_sense_are_refused(db, days):
    with pytest.raises(CommandError):
        clean(days)


def test_days_must_be_named(db):
    with pytest.raises(CommandError):
        call_command("clean_oauth_tokens")
