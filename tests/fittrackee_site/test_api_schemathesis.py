"""The running server against its own description: no 500, no status that it does not tell of.

SCHEMATHESIS_EXAMPLES=100 looks harder than the everyday run does.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from oauth_apps.services import issue_first_party_token
from tests.factories import make_workout, upload_gpx

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "3"))


def no_internal_error(ctx, response, case) -> None:
    """Another server may fail (502); ours must not."""
    assert response.status_code != 500, response.text


CHECKS = [
    no_internal_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def server(live_server, settings) -> str:
    """The address of a server without rate limits."""
    settings.RATE_LIMITS = {"calls": (), "uploads": (), "tiles": ()}
    settings.SITE_URL = live_server.url
    return live_server.url


def sign_in() -> dict[str, str]:
    """The headers of an administrator with some workouts; made anew after they were deleted."""
    admin = User.objects.filter(username="admin", is_admin=True, is_active=True).first()
    if admin is None:
        User.objects.filter(username="admin").delete()
        admin = User.objects.create_superuser("admin", "admin@example.com", "password!")
        make_workout(admin)
        upload_gpx(admin, points=5)
    return {"Authorization": f"Bearer {issue_first_party_token(admin)}"}


def try_out(operation, server: str) -> None:
    """Call one operation with all kinds of values that its description allows."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case) -> None:
        response = case.call(base_url=server, headers=sign_in())
        case.validate_response(response, checks=CHECKS)

    call()


def test_the_server_keeps_its_word(server):
    schema = schemathesis.openapi.from_url(f"{server}/api/schema")
    failures = []
    for operation in schema.get_all_operations():
        try:
            try_out(operation.ok(), server)
        except FailureGroup as failure:
            failures.append(f"{operation.ok().label}: {failure}")
    assert not failures, "\n\n".join(failures)
