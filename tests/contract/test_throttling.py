"""Rate limits: counted per caller, endpoint and method, and told in headers."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from contract.addresses import household_of
from contract.rates import RateLimit
from fittrackee_site.environment import environ, read_rate_limits


def limits(text: str) -> tuple[RateLimit, ...]:
    return read_rate_limits(environ.Env(), "NO_SUCH_VARIABLE", default=text)


@pytest.fixture
def three_per_hour(settings):
    settings.RATE_LIMITS = {"calls": limits("3 per hour"), "uploads": limits("5 per hour")}


def test_limits_are_read():
    assert limits("300 per 5 minutes, 2/second") == (
        RateLimit(300, 300, "300 per 5 minutes"),
        RateLimit(2, 1, "2 per 1 second"),
    )


def test_no_limits():
    assert limits("") == ()


@pytest.mark.parametrize("text", ["many", "0 per hour", "3 per 0 hours", "3 per fortnight"])
def test_an_unreadable_limit_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match="NO_SUCH_VARIABLE"):
        limits(text)


def test_the_fourth_call_is_refused(client: Client, db, three_per_hour):
    statuses = [client.get("/api/ping").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    response = client.get("/api/ping")
    assert response.json() == {
        "status": "error",
        "message": "rate limit exceeded (3 per 1 hour)",
    }
    assert 0 < int(response["Retry-After"]) <= 3600


def test_headers_tell_what_is_left(client: Client, db, three_per_hour):
    response = client.get("/api/ping")
    assert response["X-RateLimit-Limit"] == response["RateLimit-Limit"] == "3"
    assert response["X-RateLimit-Remaining"] == response["RateLimit-Remaining"] == "2"
    assert response["RateLimit-Policy"] == "3;w=3600"
    assert "Retry-After" not in response


def test_addresses_are_counted_apart(client: Client, db, three_per_hour):
    for _ in range(4):
        client.get("/api/ping")
    assert client.get("/api/ping", REMOTE_ADDR="192.0.2.7").status_code == 200


@pytest.mark.parametrize(
    ("address", "household"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("no address", "no address"),
    ],
)
def test_the_addresses_of_one_household_are_counted_together(address, household):
    assert household_of(address) == household


def test_invented_methods_are_counted_as_one(client: Client, db, three_per_hour):
    statuses = [client.generic(f"M{number}", "/api/ping").status_code for number in range(5)]
    assert statuses == [405, 405, 405, 429, 429]
    assert client.get("/api/ping").status_code == 200


def sign_in(client: Client, password: str) -> int:
    form = {"email": "alice@example.com", "password": password}
    return client.post("/api/auth/login", form, content_type="application/json").status_code


def test_a_flood_of_calls_pushes_no_failed_sign_in_out(client: Client, alice, settings, tmp_path):
    """With the cache of a site without Redis."""
    settings.CACHES = {
        "default": {
            "BACKEND": "fittrackee_site.caching.FileCache",
            "LOCATION": tmp_path / "cache.sqlite3",
        }
    }
    settings.SIGN_IN_FAILURE_LIMIT = "2/300s/key"
    assert [sign_in(client, "a wrong guess") for _ in range(3)] == [401, 401, 429]
    for number in range(400):
        client.get("/api/ping", REMOTE_ADDR=f"198.51.100.{number % 250}")
        client.generic(f"M{number}", "/api/ping", REMOTE_ADDR=f"203.0.113.{number % 250}")
    assert sign_in(client, "password!") == 429
