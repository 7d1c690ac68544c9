"""The device grant (RFC 8628): codes, polling, and the page for the person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from oauth_apps.models import DeviceGrant
from tests.factories import make_application, make_user

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def uploader(alice):
    return make_application(
        alice, name="Uploader", client_type="public", allows_devices=True, redirect_uris=""
    )


@pytest.fixture
def codes(api, uploader):
    answer = api.post(
        "/api/oauth/device",
        {"client_id": uploader.client_id, "scope": "workouts:write workouts:read nonsense"},
    )
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture
def browser(bob):
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(bob)
    return client


def poll(ask_token, app, codes, **fields):
    DeviceGrant.objects.update(last_polled_at=None)
    return ask_token(app, grant_type=GRANT, device_code=codes["device_code"], **fields)


def decide(browser, codes, decision="give", scopes=("workouts:write", "workouts:read")):
    form = {"user_code": codes["user_code"], "decision": decision, "scopes": scopes}
    return browser.post("/oauth/device", form)


def test_a_device_is_told_what_to_show(codes):
    assert len(codes["user_code"]) == 9
    assert codes["verification_uri"] == "http://127.0.0.1:8000/oauth/device"
    assert codes["verification_uri_complete"].endswith(
        f"?user_code={codes['user_code'].replace('-', '')}"
    )
    assert (codes["expires_in"], codes["interval"]) == (900, 5)


def test_a_device_that_asks_for_unknown_scopes_only_is_refused(api, uploader):
    form = {"client_id": uploader.client_id, "scope": "nonsense"}
    answer = api.post("/api/oauth/device", form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert not DeviceGrant.objects.exists()


def test_neither_code_is_stored(codes):
    stored = str(list(DeviceGrant.objects.values()))
    assert codes["device_code"] not in stored
    assert codes["user_code"].replace("-", "") not in stored


def test_a_device_waits_until_somebody_lets_it_in(uploader, codes, ask_token, browser):
    assert poll(ask_token, uploader, codes).json() == {"error": "authorization_pending"}
    page = browser.post("/oauth/device", {"user_code": codes["user_code"].lower()})
    for words in ("Uploader", "Made by alice", "bob", 'value="workouts:write" checked'):
        assert words in " ".join(page.content.decode().split())
    assert decide(browser, codes).status_code == 302
    body = poll(ask_token, uploader, codes).json()
    assert body["scope"] == "workouts:write workouts:read"
    assert body["refresh_token"]
    assert poll(ask_token, uploader, codes).json()["error"] == "invalid_grant"


def test_only_the_ticked_scopes_are_given(uploader, codes, ask_token, browser):
    decide(browser, codes, scopes=["workouts:read"])
    body = poll(ask_token, uploader, codes, scope="workouts:write users:write").json()
    assert body["scope"] == "workouts:read"


def test_a_device_that_asked_for_nothing_gets_nothing(api, uploader, ask_token, browser):
    codes = api.post("/api/oauth/device", {"client_id": uploader.client_id}).json()
    decide(browser, codes, scopes=[])
    body = poll(ask_token, uploader, codes, scope="workouts:write").json()
    assert "scope" not in body


def test_a_refused_device_is_told(uploader, codes, ask_token, browser):
    decide(browser, codes, "refuse")
    assert poll(ask_token, uploader, codes).json() == {"error": "access_denied"}


def test_a_code_runs_out(uploader, codes, ask_token, browser):
    DeviceGrant.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert poll(ask_token, uploader, codes).json() == {"error": "expired_token"}
    assert decide(browser, codes).status_code == 422


def test_a_hasty_device_is_slowed_down(uploader, codes, ask_token):
    form = {"grant_type": GRANT, "device_code": codes["device_code"]}
    assert ask_token(uploader, **form).json() == {"error": "authorization_pending"}
    assert ask_token(uploader, **form).json() == {"error": "slow_down"}
    assert DeviceGrant.objects.get().interval == 10


def test_a_code_is_decided_once(uploader, codes, ask_token, browser):
    decide(browser, codes, "refuse")
    assert decide(browser, codes, "give").status_code == 422
    assert poll(ask_token, uploader, codes).json() == {"error": "access_denied"}


def test_wrong_codes_are_limited(codes, browser):
    for _ in range(10):
        assert browser.post("/oauth/device", {"user_code": "WRNGCDXX"}).status_code == 422
    answer = decide(browser, codes)
    assert answer.status_code == 429
    assert DeviceGrant.objects.get().status == DeviceGrant.AUTHORIZATION_PENDING


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_wrong_codes_gets_no_further_than_the_limit(transactional_db):
    alice = make_user("alice")

    def guess(_: int) -> int:
        client = Client()
        client.force_login(alice)
        try:
            return client.post("/oauth/device", {"user_code": "WRNGCDXX"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(16)))
    assert sorted(statuses) == [422] * 10 + [429] * 6


def test_right_codes_count_for_nothing(codes, browser):
    for _ in range(12):
        assert browser.post("/oauth/device", {"user_code": codes["user_code"]}).status_code == 200


@pytest.mark.parametrize("code", ["", "\x00", "x" * 10_000, "é", "--------", "12345678"])
def test_strange_codes_are_wrong_codes(codes, browser, code):
    assert browser.post("/oauth/device", {"user_code": code}).status_code == 422


def test_the_device_code_of_another_application_is_unknown(bob, codes, ask_token):
    other = make_application(bob, allows_devices=True)
    assert poll(ask_token, other, codes).json()["error"] == "invalid_grant"


def test_an_application_must_be_registered_for_devices(api, app):
    form = {"client_id": app.client_id, "client_secret": app.secret}
    answer = api.post("/api/oauth/device", form)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    assert api.post("/api/oauth/device", {"client_id": "x"}).json() == {"error": "invalid_client"}


def test_a_private_or_suspended_application_lets_no_device_in(codes, uploader, browser):
    type(uploader).objects.update(is_private=True)
    assert decide(browser, codes).status_code == 422
    type(uploader).objects.update(is_private=False, suspended_at=timezone.now())
    assert decide(browser, codes).status_code == 422


def test_the_person_signs_in_first_and_the_code_is_kept(client, db):
    answer = client.get("/oauth/device?user_code=BCDFGHJK")
    assert answer["Location"] == "/login?next=/oauth/device%3Fuser_code%3DBCDFGHJK"


def test_another_site_cannot_let_a_device_in(bob, codes):
    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")
    client.force_login(bob)
    assert decide(client, codes).status_code == 403
