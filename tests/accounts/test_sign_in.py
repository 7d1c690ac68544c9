"""Signing in and out on the pages."""

import pytest
from django.test import Client

from tests.factories import make_user

LINUX_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def sign_in(client: Client, email: str, password: str = "password!", path: str = "/login"):
    return client.post(path, {"email": email, "password": password})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_login_form_has_the_two_inputs_programs_look_for(client, db):
    page = client.get("/login").content.decode()
    assert 'id="email"' in page
    assert 'id="password"' in page
    assert page.count('type="submit"') == 1


def test_address_and_password_sign_in_whatever_the_case_of_the_address(client, alice):
    response = sign_in(client, "Alice@EXAMPLE.com")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_address_stored_in_capitals_signs_in(client, db):
    make_user("carl", email="Carl@Example.com")
    sign_in(client, "carl@example.com")
    assert is_signed_in(client)


@pytest.mark.parametrize("credentials", [("alice@example.com", "wrong"), ("no@example.com", "x")])
def test_wrong_credentials_leave_the_visitor_outside(client, alice, credentials):
    response = sign_in(client, *credentials)
    assert response.status_code == 422
    assert not is_signed_in(client)


def test_inactive_account_is_told_why_it_stays_outside(client, db):
    make_user("ines", is_active=False)
    response = sign_in(client, "ines@example.com")
    assert "not active yet" in response.content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize("wrong", [{"password": ""}, {"email": ""}, {"email": "a" * 300}])
def test_a_field_that_is_wrong_beside_a_code_is_named(client, alice, wrong):
    form = {"email": "alice@example.com", "password": "password!", "code": "123456"}
    response = client.post("/login", form | wrong)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()


@pytest.mark.parametrize("name", ["from", "next"])
def test_visitor_returns_to_the_page_they_came_for(client, alice, name):
    path = f"/login?{name}=/profile/apps/authorize%3Fclient_id%3Dx%26state%3Dy"
    response = sign_in(client, "alice@example.com", path=path)
    assert response["Location"] == "/profile/apps/authorize?client_id=x&state=y"


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_foreign_addresses_are_no_way_back(client, alice, address):
    response = client.post(
        "/login", {"email": "alice@example.com", "password": "password!", "next": address}
    )
    assert response["Location"] == "/"


def test_sixth_failure_within_minutes_is_refused_even_with_the_right_password(client, alice):
    for _ in range(5):
        sign_in(client, "alice@example.com", "wrong")
    response = sign_in(client, "alice@example.com")
    assert "Too many failed login attempts" in response.content.decode()
    assert not is_signed_in(client)


def test_signing_out_takes_a_post(alice_client):
    assert alice_client.get("/logout").status_code == 200
    assert is_signed_in(alice_client)
    assert alice_client.post("/logout")["Location"] == "/login"
    assert not is_signed_in(alice_client)


def test_who_is_signed_in_needs_no_login_page(alice_client):
    assert alice_client.get("/login")["Location"] == "/"
    assert alice_client.get("/register")["Location"] == "/"


def test_django_admin_uses_the_same_way_in(client, db):
    response = client.get("/django-admin/login/?next=/django-admin/")
    assert response["Location"] == "/login?next=%2Fdjango-admin%2F"
