"""Addresses that nothing can have, on every database."""

import pytest

from tests.factories import first_party


@pytest.mark.parametrize(
    "path", ["/api/users/%00", "/api/users/a%00b/picture", "/api/oauth/apps/a%00b", "/users/a%00b"]
)
def test_a_path_with_a_null_byte_is_not_found(client, admin, path):
    client.force_login(admin)
    response = client.get(path, headers=first_party(admin) if "api" in path else {})
    assert response.status_code == 404
    assert ("application/json" in response["Content-Type"]) is path.startswith("/api")


def test_accounts_are_searched_without_null_bytes(client, admin):
    response = client.get("/api/users?q=%00adm", headers=first_party(admin))
    assert response.json()["pagination"]["total"] == 1
