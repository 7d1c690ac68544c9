"""Whatever goes wrong, a program reads JSON of one shape."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.exceptions import APIException, ValidationError

from contract.errors import ContractError, NotFoundError, handle_exception
from fittrackee_site.api.views import PingView
from tests.factories import first_party

NOT_FOUND = {"status": "not found", "message": "the requested URL was not found on the server"}


def test_an_unknown_path_is_json(client: Client, db):
    for method in (client.get, client.post, client.patch, client.delete):
        response = method("/api/no-such-endpoint")
        assert response.status_code == 404
        assert response.json() == NOT_FOUND


def test_a_trailing_slash_is_another_path(client: Client, db):
    assert client.get("/api/ping/").json() == NOT_FOUND


def test_an_unknown_verb_is_json(client: Client, db):
    response = client.post("/api/ping")
    assert response.status_code == 405
    assert response.json()["status"] == "error"


def test_an_accept_header_that_nothing_fits_gets_json(client: Client, db):
    assert client.get("/api/ping", headers={"accept": "image/png"}).json()["message"] == "pong!"


def test_a_bug_is_json_and_stays_visible(client: Client, db, monkeypatch):
    def fail(self, request):
        raise ZeroDivisionError

    monkeypatch.setattr(PingView, "get", fail)
    client.raise_request_exception = False
    response = client.get("/api/ping")
    assert response.status_code == 500
    assert response.json() == {
        "status": "error",
        "message": "error, please try again or contact the administrator",
    }


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (
            ContractError("no file part", kind="fail"),
            400,
            {"status": "fail", "message": "no file part"},
        ),
        (
            NotFoundError(data={"workouts": []}),
            404,
            {"status": "not found", "data": {"workouts": []}},
        ),
        (
            ValidationError({"title": ["Too long."]}),
            400,
            {
                "status": "error",
                "message": "invalid payload",
                "errors": {"title": ["Too long."]},
            },
        ),
        (APIException({"error": "invalid_token"}), 500, {"error": "invalid_token"}),
    ],
)
def test_the_shape_of_an_error(error, status, body):
    response = handle_exception(error, {"view": None})
    assert (response.status_code, response.data) == (status, body)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "workouts/no_gpx", '{"sport_id": "\\ud800"}'),
        ("post", "oauth/apps", '{"client_name": ["\\udfff"]}'),
        ("post", "auth/login", '{"email": "\\ud800@example.org", "password": "x"}'),
        ("patch", "users/alice", '{"\\ud800": true}'),
    ],
)
def test_half_a_surrogate_pair_is_refused(client, alice, method, path, body):
    answer = client.generic(
        method, f"/api/{path}", body, content_type="application/json", headers=first_party(alice)
    )
    assert answer.status_code in (400, 403)
    assert answer.json()["status"] == "error"


def test_half_a_surrogate_pair_beside_an_upload_is_refused(client, alice):
    parts = {"file": SimpleUploadedFile("a.gpx", b""), "data": '{"sport_id": "\\ud800"}'}
    answer = client.post("/api/workouts", parts, headers=first_party(alice))
    assert answer.json() == {"status": "error", "message": "invalid payload"}
