"""What a stranger learns of an application that is private to another: nothing, not its name."""

import pytest
from django.test import Client

from oauth_apps.models import AccessToken, DeviceGrant
from tests.factories import first_party, make_application, make_tokens

NAME = "Lung clinic diary"


@pytest.fixture
def private(alice):
    return make_application(
        alice, name=NAME, description=NAME, is_private=True, allows_devices=True
    )


@pytest.fixture
def bob_client(bob):
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(bob)
    return client


def answers_nothing(answer) -> bool:
    return answer.status_code == 404 and NAME not in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/profile/apps/{pk}"),
        ("get", "/profile/apps/{pk}/edit"),
        ("post", "/profile/apps/{pk}/edit"),
        ("post", "/profile/apps/{pk}/secret"),
        ("get", "/profile/apps/{pk}/revoke"),
        ("post", "/profile/apps/{pk}/revoke"),
        ("get", "/profile/apps/{pk}/delete"),
        ("post", "/profile/apps/{pk}/delete"),
        ("post", "/profile/apps/secrets/{secret}/end"),
        ("post", "/profile/apps/access/{pk}/revoke"),
        ("get", "/admin/applications"),
        ("post", "/admin/applications/{pk}"),
    ],
)
def test_pages_of_the_application_do_not_exist(bob_client, private, method, path):
    secret = private.secrets.get().pk
    answer = getattr(bob_client, method)(path.format(pk=private.pk, secret=secret))
    assert answers_nothing(answer)
    page = bob_client.get("/profile/apps/access").content.decode()  # it would show a message
    assert NAME not in page


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/oauth/apps/{client_id}"),
        ("get", "/api/oauth/apps/{pk}/by_id"),
        ("delete", "/api/oauth/apps/{pk}"),
        ("post", "/api/oauth/apps/{pk}/revoke"),
    ],
)
def test_the_api_does_not_know_it(api, bob, private, method, path):
    path = path.format(pk=private.pk, client_id=private.client_id)
    assert answers_nothing(getattr(api, method)(path, headers=first_party(bob)))


@pytest.mark.parametrize("path", ["/oauth/authorize", "/profile/apps/authorize"])
@pytest.mark.parametrize("fields", [{}, {"scope": "nonsense"}, {"response_type": "token"}])
def test_its_consent_page_is_that_of_an_unknown_application(bob_client, private, path, fields):
    asked = {"response_type": "code", "scope": "workouts:read"} | fields
    answer = bob_client.get(path, asked | {"client_id": private.client_id})
    unknown = bob_client.get(path, asked | {"client_id": "x" * 24})
    assert answer.status_code == unknown.status_code == 400
    assert NAME not in answer.content.decode()
    assert "is not registered here" in answer.content.decode()


def test_its_device_code_is_unknown(api, bob_client, private):
    form = {"client_id": private.client_id, "client_secret": private.secret}
    codes = api.post("/api/oauth/device", form).json()
    answer = bob_client.post("/oauth/device", {"user_code": codes["user_code"]})
    assert answer.status_code == 422
    assert NAME not in answer.content.decode()
    assert DeviceGrant.objects.get().user is None


def test_nobody_takes_back_what_was_not_given_even_of_an_application_for_everybody(
    alice, bob, bob_client
):
    app = make_application(alice, name=NAME)
    make_tokens(alice, "workouts:read", app)
    assert answers_nothing(bob_client.post(f"/profile/apps/access/{app.pk}/revoke"))
    assert AccessToken.objects.count() == 1
