"""Whatever ends in the middle of a flow ends the flow: at no later step is anything given."""

import pytest
from django.test import Client
from django.utils import timezone

from oauth_apps.models import AccessToken, Application, Grant
from oauth_apps.services.applications import delete_application
from tests.factories import first_party, make_application, make_tokens

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
GIVE = {"decision": "give", "scopes": ["workouts:read"]}


@pytest.fixture
def steps(alice, bob, api, get_code, ask_token):
    """Every step that bob and alice's application can take, as a function without arguments."""
    app = make_application(alice, allows_devices=True)
    browser = Client(HTTP_HOST="localhost:8000")
    browser.force_login(bob)
    headers = first_party(bob)
    call = {"client_id": app.client_id, "client_secret": app.secret}
    asked = {"client_id": app.client_id, "response_type": "code", "scope": "workouts:read"}
    code = get_code(bob, app, scope="workouts:read")
    pair = make_tokens(bob, "workouts:read", app)
    bearer = {"Authorization": f"Bearer {pair.access_token}"}

    def start():
        return api.post("/api/oauth/device", call | {"scope": "workouts:read"})

    def poll(codes):
        return ask_token(app, grant_type=DEVICE, device_code=codes["device_code"])

    waiting, let_in = start().json(), start().json()
    browser.post("/oauth/device", GIVE | {"user_code": let_in["user_code"]})
    return {
        "app": app,
        "consent": lambda: browser.get("/oauth/authorize", asked),
        "compatible": lambda: browser.get("/profile/apps/authorize", asked),
        "give": lambda: browser.post("/oauth/authorize", GIVE, query_params=asked),
        "authorize": lambda: api.post(
            "/api/oauth/authorize", asked | {"confirm": "true"}, headers=headers
        ),
        "redeem": lambda: ask_token(app, grant_type="authorization_code", code=code),
        "call": lambda: api.get("/api/workouts", headers=bearer),
        "refresh": lambda: ask_token(
            app, grant_type="refresh_token", refresh_token=pair.refresh_token
        ),
        "introspect": lambda: api.post(
            "/api/oauth/introspect", call | {"token": pair.access_token}
        ),
        "start": start,
        "enter": lambda: browser.post("/oauth/device", {"user_code": waiting["user_code"]}),
        "let in": lambda: browser.post("/oauth/device", GIVE | {"user_code": waiting["user_code"]}),
        "poll": lambda: poll(let_in),
    }


def suspend(app, user):
    Application.objects.filter(pk=app.pk).update(suspended_at=timezone.now())


def delete(app, user):
    delete_application(Application.objects.get(pk=app.pk))


def block(app, user):
    type(user).objects.filter(pk=user.pk).update(is_active=False)


def delete_user(app, user):
    user.delete()


def make_private(app, user):
    Application.objects.filter(pk=app.pk).update(is_private=True)


def forbid_devices(app, user):
    Application.objects.filter(pk=app.pk).update(allows_devices=False)


BY_THE_PROGRAM = {"redeem", "call", "refresh", "introspect", "start", "poll"}
BY_THE_PERSON = {"consent", "compatible", "give", "authorize", "enter", "let in"}
ALL = BY_THE_PROGRAM | BY_THE_PERSON


@pytest.mark.parametrize(
    ("end", "ended"),
    [
        (suspend, ALL),
        (delete, ALL),
        (block, ALL - {"start"}),  # which nobody has a part in yet
        (delete_user, ALL - {"start"}),
        (make_private, BY_THE_PERSON),
        (forbid_devices, {"start", "enter", "let in", "poll"}),
    ],
)
def test_nothing_is_given_after_the_end(steps, bob, end, ended):
    app = steps.pop("app")
    end(app, bob)
    for name in sorted(ended):
        grants, tokens = Grant.objects.count(), AccessToken.objects.count()
        answer = steps[name]()
        assert is_refusal(answer), (name, answer.status_code, answer.content[:200])
        assert (Grant.objects.count(), AccessToken.objects.count()) == (grants, tokens), name


def is_refusal(answer) -> bool:
    if answer.status_code == 302:
        return answer["Location"].startswith("/login")
    return answer.status_code >= 400 or answer.content == b'{"active":false}'


@pytest.mark.parametrize("step", sorted(ALL))
def test_every_step_succeeds_as_long_as_nothing_ends(steps, step):
    assert not is_refusal(steps[step]())


@pytest.mark.parametrize("step", ["redeem", "poll", "refresh"])
def test_scopes_that_the_application_lost_meanwhile_are_not_given(steps, step):
    steps["app"].allowed_scopes = "profile:read"
    steps["app"].save()
    body = steps[step]().json()
    assert body["access_token"]
    assert "scope" not in body
