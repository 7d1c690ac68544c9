"""Passkeys and security keys, by a key of software that can lie."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.factories import confirm

from .codes import set_up_app
from .soft_key import SoftKey

ADD = "/profile/security/passkeys/add"
PASSWORD = "password!"


def add(client: Client, key: SoftKey, passwordless: bool = True) -> HttpResponse:
    """Add a key on the page, to the account that the browser is signed in with."""
    options = client.get(ADD).context["js_data"]["creation_options"]["publicKey"]
    body = {"name": "Key", "credential": json.dumps(key.register(options["challenge"]))}
    return client.post(ADD, body | ({"passwordless": "on"} if passwordless else {}))


def handle(user: User) -> str:
    return user_pk_to_url_str(user)


def challenge_for_anybody(client: Client) -> str:
    answer = client.get("/login/passkey", headers={"Accept": "application/json"})
    return answer.json()["request_options"]["publicKey"]["challenge"]


def enter(client: Client, credential: dict[str, Any]) -> bool:
    """Whether the key alone signs in."""
    client.post("/login/passkey", {"credential": json.dumps(credential)})
    return client.get("/profile").status_code == 200


def sign_in(client: Client, key: SoftKey, user: User) -> bool:
    return enter(client, key.sign(challenge_for_anybody(client), handle(user)))


def begin_second_step(client: Client, user: User) -> dict[str, Any]:
    """Type the password; the options for a key as the second step."""
    client.post("/login", {"email": user.email, "password": PASSWORD})
    page = client.get("/login/second-factor")
    return page.context["js_data"]["request_options"]["publicKey"]


def second_step(client: Client, credential: dict[str, Any]) -> bool:
    client.post("/login/second-factor", {"credential": json.dumps(credential)})
    return client.get("/profile").status_code == 200


@pytest.fixture
def owner_client(alice, alice_client) -> Client:
    confirm(alice_client)
    return alice_client


@pytest.fixture
def key(owner_client) -> SoftKey:
    key = SoftKey()
    assert add(owner_client, key).status_code == 302
    return key


def test_a_key_signs_in_alone_and_as_the_second_step(client, alice, key):
    assert sign_in(client, key, alice)
    other = Client()
    options = begin_second_step(other, alice)
    assert second_step(other, key.sign(options["challenge"]))


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://sister.testserver"},
        {"origin": "http://testserver:8001"},
        {"rp_id": "evil.example"},
    ],
    ids=str,
)
def test_an_answer_to_another_site_is_none(client, alice, key, owner_client, lie):
    liar = replace(key, **lie)
    assert not sign_in(client, liar, alice)
    options = begin_second_step(client, alice)
    assert not second_step(client, liar.sign(options["challenge"]))
    assert add(owner_client, SoftKey(**lie)).status_code == 422
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_key_that_did_not_recognise_its_person_is_no_passkey(client, alice, key, owner_client):
    key.verifies = False
    assert not sign_in(client, key, alice)
    assert add(owner_client, SoftKey(verifies=False), passwordless=True).status_code == 422


def test_the_question_of_a_second_step_asks_for_no_passkey(client, alice, key, bob):
    """Who has a stolen key, but not its PIN, and an account of their own to begin with."""
    set_up_app(bob)
    options = begin_second_step(client, bob)
    answer = replace(key, verifies=False).sign(options["challenge"], handle(alice))
    assert not enter(client, answer)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):  # the step is forgotten
        client.get("/login/second-factor")
        assert not enter(client, answer)


def test_a_question_is_answered_once(client, alice, key):
    challenge = challenge_for_anybody(client)
    assert enter(client, key.sign(challenge, handle(alice)))
    client.post("/logout")
    assert not enter(client, key.sign(challenge, handle(alice)))
    assert not enter(Client(), key.sign(challenge, handle(alice)))


def test_a_key_of_somebody_else_opens_nothing(client, alice, key, bob):
    assert not sign_in(client, key, bob)
    unknown = SoftKey(credential_id=key.credential_id)  # the right name, another key
    assert not sign_in(client, unknown, alice)
    assert not sign_in(client, SoftKey(), alice)
    set_up_app(bob)
    options = begin_second_step(client, bob)
    assert not second_step(client, key.sign(options["challenge"]))


@pytest.mark.parametrize(
    "handle", ["", "nobody", "999999", "é", "\x00"], ids=["none", "text", "unknown", "é", "null"]
)
def test_answers_for_nobody_are_refused_without_an_error(client, alice, key, handle):
    assert not enter(client, key.sign(challenge_for_anybody(client), handle))


NONSENSE = ["", "{}", "[]", "[1]", "1", '"x"', "null", '{"response": 1}', '{"id": "é"}']


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_refused_without_an_error(client, alice, owner_client, nonsense):
    challenge_for_anybody(client)
    assert client.post("/login/passkey", {"credential": nonsense})["Location"] == "/login"
    owner_client.get(ADD)
    assert owner_client.post(ADD, {"credential": nonsense}).status_code == 422


def test_an_answer_with_parts_missing_is_nonsense(client, alice, key):
    whole = key.sign(challenge_for_anybody(client), handle(alice))
    for name in ("rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle"):
        response = {key: part for key, part in whole["response"].items() if key != name}
        part = {key: part for key, part in whole.items() if key != name} | {"response": response}
        client.post("/login/passkey", {"credential": json.dumps(part)})
        assert client.get("/profile").status_code == 302, name


def test_a_copy_that_lags_behind_is_refused(client, alice, key):
    copy = replace(key)
    assert sign_in(client, key, alice)
    assert sign_in(Client(), key, alice)
    assert not sign_in(Client(), copy, alice)
    options = begin_second_step(other := Client(), alice)
    assert not second_step(other, copy.sign(options["challenge"]))
    assert sign_in(Client(), key, alice)


def test_a_key_shared_between_devices_counts_nothing(client, alice, owner_client):
    key = SoftKey(count=0)
    add(owner_client, key)
    assert sign_in(client, key, alice)
    assert sign_in(Client(), key, alice)


def test_a_removed_key_opens_nothing_and_leaves_its_person_signed_in(client, alice, key):
    options = begin_second_step(waiting := Client(), alice)
    assert sign_in(client, key, alice)
    confirm(client)
    pk = Authenticator.objects.get(type="webauthn").pk
    client.post(f"/profile/security/passkeys/{pk}/remove")
    assert client.get("/profile").status_code == 200
    assert not sign_in(Client(), key, alice)
    assert not second_step(waiting, key.sign(options["challenge"]))


def test_a_key_of_another_cannot_be_removed_or_renamed(bob, key):
    client = Client()
    client.force_login(bob)
    confirm(client)
    pk = Authenticator.objects.get(type="webauthn").pk
    assert client.post(f"/profile/security/passkeys/{pk}/remove").status_code == 404
    assert client.post(f"/profile/security/passkeys/{pk}", {"name": "x"}).status_code == 404


def test_an_inactive_account_is_not_opened_by_a_key(client, alice, key):
    alice.is_active = False
    alice.save()
    assert not sign_in(client, key, alice)


def test_a_key_proves_who_one_is_before_an_export(client, alice, key):
    client.force_login(alice)
    again = client.post("/profile/data/export")["Location"].replace("/again", "/again/passkey")
    options = client.get(again).context["js_data"]["request_options"]["publicKey"]
    client.post(again, {"credential": json.dumps(key.sign(options["challenge"]))})
    assert alice.transfers.count() == 1
