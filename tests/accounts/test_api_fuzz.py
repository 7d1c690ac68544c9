"""Whatever programs send to the endpoints about accounts, the answer is one of the contract's."""

import json

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oauth_apps.services import issue_first_party_token

KEYS = [
    *("username", "email", "password", "new_password", "token", "otp", "language", "timezone"),
    *("first_name", "last_name", "bio", "birth_date", "location", "display_ascent", "weekm"),
    *("imperial_units", "admin", "activate", "reset_password", "new_email", "max_users"),
    *("gpx_limit_import", "max_single_file_size", "max_zip_file_size", "admin_contact"),
    *("sport_id", "color", "is_active", "stopped_speed_threshold"),
]
ENDPOINTS = [
    ("post", "auth/register"),
    ("post", "auth/login"),
    ("post", "auth/profile/edit"),
    ("patch", "auth/profile/edit/account"),
    ("post", "auth/profile/edit/preferences"),
    ("post", "auth/profile/edit/sports"),
    ("post", "auth/password/reset-request"),
    ("post", "auth/password/update"),
    ("post", "auth/email/update"),
    ("post", "auth/account/confirm"),
    ("post", "auth/account/resend-confirmation"),
    ("patch", "users/alice"),
    ("patch", "config"),
]
# What is right otherwise, so that wrong values get past the keys that are needed.
RIGHT = {
    "auth/register": {"username": "carl", "email": "carl@example.com", "password": "password!"},
    "auth/login": {"email": "alice@example.com", "password": "password!"},
    "auth/profile/edit": dict.fromkeys(
        ["first_name", "last_name", "bio", "birth_date", "location"]
    ),
    "auth/profile/edit/account": {"email": "admin@example.com", "password": "password!"},
    "auth/profile/edit/preferences": {
        "display_ascent": True,
        "imperial_units": True,
        "language": "en",
        "timezone": "UTC",
        "weekm": True,
    },
    "auth/profile/edit/sports": {"sport_id": 1, "color": "#fff"},
}
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=40)
    | st.sampled_from(["alice@example.com", "password!", "fr", "UTC", "2021-02-30", "#fff", "1"])
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=2), max_leaves=3)
bodies = st.dictionaries(st.sampled_from(KEYS), values, max_size=4)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_no_body_breaks_an_endpoint(admin, alice, mail_is_on, method, path):
    client = Client(raise_request_exception=False)
    token = issue_first_party_token(admin)

    @given(bodies)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def try_out(body):
        answer = client.generic(
            method,
            f"/api/{path}",
            json.dumps(RIGHT.get(path, {}) | body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code in {200, 400, 401, 403, 404, 429}, answer.content
        assert isinstance(answer.json(), dict)

    try_out()
