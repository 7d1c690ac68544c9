"""manage.py clean_oauth_tokens."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from oauth_apps.models import AccessToken, ClientSecret, DeviceGrant, Grant, RefreshToken
from oauth_apps.services import cleaning
from oauth_apps.services.cleaning import KEPT_FOR, clean_tokens
from oauth_apps.services.tokens import list_access
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


def test_a_used_code_stays_as_long_as_it_could_be_replayed(alice, app, get_code, redeem, is_live):
    code = get_code(alice, app)
    body = redeem(app, code).json()
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Grant.objects.update(expires=an_hour_ago, used_at=an_hour_ago)
    clean(0)
    redeem(app, code)
    assert not is_live(body["access_token"])
    Grant.objects.update(expires=timezone.now() - timedelta(days=21))
    clean(0)
    assert not Grant.objects.exists()


def test_nobody_loses_access_by_the_usual_cleaning(alice, app, ask_token):
    pair = make_tokens(alice, "workouts:read", app)
    last_day_to_refresh = timezone.now() - settings.REFRESH_TOKEN_EXTRA_LIFETIME
    AccessToken.objects.update(expires=last_day_to_refresh + timedelta(minutes=1))
    assert clean_tokens() == 0
    assert [access.application for access in list_access(alice)] == [app]
    answer = ask_token(app, grant_type="refresh_token", refresh_token=pair.refresh_token)
    assert answer.status_code == 200


def test_codes_that_nobody_used_go_after_a_day(alice, app, get_code, redeem):
    redeem(app, get_code(alice, app))
    get_code(alice, app)
    Grant.objects.update(expires=timezone.now() - timedelta(days=1, minutes=1))
    clean_tokens()
    assert Grant.objects.get().used_at is not None


def test_everything_that_ended_goes_in_the_end(alice, app, api, get_code):
    make_tokens(alice, "workouts:read", app)
    get_code(alice, app)
    type(app).objects.update(allows_devices=True)
    form = {"client_id": app.client_id, "client_secret": app.secret}
    api.post("/api/oauth/device", form)
    old = timezone.now() - KEPT_FOR - timedelta(minutes=1)
    for model in (AccessToken, Grant, DeviceGrant):
        model.objects.update(expires=old)
    ClientSecret.objects.update(ends_at=old)
    assert clean_tokens() == 2  # and the token of the sign-in that gave the code
    for model in (AccessToken, RefreshToken, Grant, DeviceGrant, ClientSecret):
        assert not model.objects.exists()


def test_many_rows_go_some_at_a_time(alice, app, monkeypatch):
    monkeypatch.setattr(cleaning, "ROWS_AT_ONCE", 3)
    for _ in range(7):
        make_tokens(alice, "workouts:read", app)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=1))
    with CaptureQueriesContext(connection) as queries:
        assert clean(0) == "Expired deleted tokens: 7."
    table = AccessToken._meta.db_table
    deletes = [one["sql"] for one in queries if one["sql"].startswith(f'DELETE FROM "{table}"')]
    assert [sql.count(",") + 1 for sql in deletes] == [3, 3, 1]
    assert not RefreshToken.objects.exists()


@pytest.mark.parametrize("days", ["-1", "x", "99999999"])
def test_days_that_make_no_sense_are_refused(db, days):
    with pytest.raises(CommandError):
        clean(days)


def test_days_must_be_named(db):
    with pytest.raises(CommandError):
        call_command("clean_oauth_tokens")
