"""What the API says of itself."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from fittrackee_site.api.document import write_document
from fittrackee_site.api.views import openapi_document


@pytest.fixture
def operations() -> dict[str, dict]:
    """Every operation by method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, item in openapi_document()["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def test_the_description_is_valid_and_complete(db):
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_it_is_served_as_json_and_yaml(client: Client, db):
    assert client.get("/api/schema").json()["openapi"] == "3.1.0"
    yaml = client.get("/api/schema", headers={"accept": "application/vnd.oai.openapi"})
    assert yaml.content.startswith(b"openapi: 3.1.0")
    assert json.loads(client.get("/api/schema", headers={"accept": "*/*"}).content)["paths"]


def test_every_operation_has_a_name_and_a_summary(operations):
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))
    assert [name for name, operation in operations.items() if not operation.get("summary")] == []


@pytest.mark.parametrize(
    ("name", "scopes"),
    [
        ("GET /api/workouts", ["workouts:read"]),
        ("POST /api/workouts", ["workouts:write"]),
        ("DELETE /api/workouts/{short_id}", ["workouts:write"]),
        ("GET /api/records", ["workouts:read"]),
        ("PATCH /api/sports/{number}", ["workouts:write"]),
    ],
)
def test_operations_tell_their_scopes(operations, name, scopes):
    operation = operations[name]
    assert operation["security"] == [{"oauth2": scopes}, {"token": []}]
    assert f"Scope: `{scopes[0]}`." in operation["description"]


def test_public_operations_need_no_token(operations):
    assert operations["GET /api/ping"]["security"] == [{}]
    assert set(operations["GET /api/ping"]["responses"]) == {"200", "429"}


def test_the_configuration_is_public_and_its_change_needs_a_scope(operations):
    assert "Scope" not in operations["GET /api/config"]["description"]
    assert "Scope: `application:write`." in operations["PATCH /api/config"]["description"]


def test_no_route_is_forgotten(operations):
    described = {name.partition(" ")[2].replace("{", "<").replace("}", ">") for name in operations}
    undescribed = {"/api/schema", "/api/docs", "/api/docs/redirect", "/api/<path>"}
    assert set(api_paths()) - described - undescribed == set()


def api_paths() -> list[str]:
    """All routes below /api, their converters left out."""
    api = next(p for p in get_resolver().url_patterns if str(p.pattern) == "api/")
    return [f"/api/{route}" for route in routes(api)]


def routes(resolver) -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        text = re.sub(r"<\w+:", "<", str(pattern.pattern))
        below = routes(pattern) if hasattr(pattern, "url_patterns") else [""]
        found += [text + rest for rest in below]
    return found


def test_the_written_documentation_is_up_to_date(settings):
    written = (settings.BASE_DIR / "docs" / "api.md").read_text()
    assert written == write_document(openapi_document()), "run: manage.py document_api"
