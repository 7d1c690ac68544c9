"""Who registers learns nothing about an address, and gets nothing that others registered."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks import default_task_backend

from accounts.models import HeldName, User
from accounts.services import administration
from accounts.services.registration import NewAccount, create_account
from instance.models import AppConfiguration
from tests.factories import make_user, make_workout

ANA = "ana@example.com"
ALICE = "alice@example.com"
NEW = "unknown@example.com"


def register(name: str, email: str, password: str = "a-good-password") -> int:
    """Over the API, which answers the same as the page in fewer words."""
    body = {"username": name, "email": email, "password": password}
    return Client().post("/api/auth/register", body, content_type="application/json").status_code


def follow(token: str) -> int:
    body = {"token": token}
    answer = Client().post("/api/auth/account/confirm", body, content_type="application/json")
    return answer.status_code


def sign_in(email: str, password: str) -> int:
    body = {"email": email, "password": password}
    return Client().post("/api/auth/login", body, content_type="application/json").status_code


# --- The latest registration of an address counts, where mail decides whose it is


@pytest.mark.parametrize("name", ["ana", "stranger", "STRANGER"])
def test_a_stranger_who_registered_my_address_before_me_has_nothing_of_it(mailed_token, name):
    register("stranger", ANA, "the-strangers-password")
    assert register(name, "Ana@example.com", "my-own-password") == 200
    assert follow(mailed_token("Ana@example.com")) == 200
    account = User.objects.get()
    assert (account.username, account.email) == (name, "Ana@example.com")
    assert sign_in(ANA, "the-strangers-password") == 401
    assert sign_in(ANA, "my-own-password") == 200


def test_links_mailed_for_what_was_registered_before_are_worthless(mailed_token):
    register("stranger", ANA)
    old = mailed_token(ANA)
    register("stranger", ANA)
    assert follow(old) == 400
    assert not User.objects.get().is_active
    assert follow(mailed_token(ANA)) == 200


def test_who_registers_on_the_page_replaces_as_well(client, mailed_token):
    register("stranger", ANA)
    form = {"username": "ana", "email": ANA, "password": "my-own-password"}
    assert client.post("/register", form)["Location"] == "/login"
    assert User.objects.get().username == "ana"


def test_nothing_but_what_was_registered_last_is_left(mail_is_on):
    register("stranger", ANA)
    User.objects.update(bio="mine!", email_to_confirm="stranger@example.com")
    administration.change_email(User.objects.get(), "stranger@example.org")
    register("ana", ANA)
    account = User.objects.get()
    assert (account.bio, account.email_to_confirm) == (None, "")


def test_the_name_of_a_replaced_registration_is_free_again(mail_is_on):
    register("stranger", ANA)
    register("ana", ANA)
    assert register("stranger", "stranger@example.com") == 200


def test_the_name_of_another_registration_is_taken(mail_is_on):
    register("ana", "other@example.com")
    register("stranger", ANA)
    assert register("ana", ANA) == 400
    assert set(User.objects.values_list("username", flat=True)) == {"ana", "stranger"}


def test_an_account_that_was_shut_out_is_neither_replaced_nor_revived(mail_is_on):
    register("ana", ANA, "the-old-password")
    administration.deactivate(User.objects.get())
    mail.outbox.clear()
    assert register("other", ANA) == 200
    account = User.objects.get()
    assert (account.username, account.is_active) == ("ana", False)
    assert account.check_password("the-old-password")
    assert "account-confirmation" not in mail.outbox[0].body


def test_an_account_with_something_in_it_is_not_replaced(mail_is_on):
    register("ana", ANA)
    make_workout(User.objects.get())
    register("other", ANA)
    assert User.objects.get().username == "ana"


def test_an_account_that_an_administrator_made_is_not_replaced(mail_is_on):
    create_account(NewAccount("ana", ANA, "a-good-password"), is_admin=False, is_active=False)
    register("other", ANA)
    assert User.objects.get().username == "ana"


# --- Without mail an administrator decides, who finds what was registered first


def test_without_a_mail_server_the_first_registration_stays(db):
    register("ana", ANA, "the-first-password")
    assert register("other", ANA, "the-second-password") == 200
    account = User.objects.get()
    assert account.username == "ana"
    assert account.check_password("the-first-password")


# --- The mailbox decides between a registration and a change of address, too


def ask_for(user: User, email: str) -> None:
    administration.change_email(user, email)


def test_a_registration_does_not_keep_the_owner_of_a_mailbox_from_taking_it(alice, mailed_token):
    register("stranger", ANA)
    ask_for(alice, ANA)
    body = {"token": mailed_token(ANA)}
    answer = Client().post("/api/auth/email/update", body, content_type="application/json")
    assert answer.status_code == 200
    assert list(User.objects.values_list("username", "email")) == [("alice", ANA)]


def test_a_confirmed_account_keeps_its_address_from_a_pending_change(alice, mailed_token):
    register("ana", ANA)
    confirmation = mailed_token(ANA)
    ask_for(alice, ANA)
    change = mailed_token(ANA)
    assert follow(confirmation) == 200
    answer = Client().post(
        "/api/auth/email/update", {"token": change}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert set(User.objects.values_list("email", flat=True)) == {ALICE, ANA}


# --- Same answer


PROBES = {
    "once": [("probe", "target")],
    "twice": [("probe", "target"), ("probe", "target")],
    "twice in other letters": [("probe", "target"), ("PROBE", "target")],
    "the name with another address": [("probe", "target"), ("probe", "other@example.com")],
    "another name, then the first elsewhere": [
        ("probe", "target"),
        ("second", "target"),
        ("probe", "other@example.com"),
    ],
    "another name, then that elsewhere": [
        ("probe", "target"),
        ("second", "target"),
        ("second", "other@example.com"),
    ],
    "a name that is taken": [("bob", "target"), ("bob", "target")],
    "wrong values": [("a", "target")],
}


def answers(probe: list[tuple[str, str]], target: str) -> list[int]:
    return [register(name, target if email == "target" else email) for name, email in probe]


@pytest.fixture(params=["with mail", "without mail"])
def either_way(request, settings, alice, bob) -> None:
    settings.EMAIL_IS_CONFIGURED = request.param == "with mail"


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_no_sequence_of_registrations_tells_whether_an_address_has_an_account(either_way, probe):
    known = answers(probe, ALICE)
    User.objects.exclude(username__in=["alice", "bob"]).delete()
    HeldName.objects.all().delete()
    assert answers(probe, NEW) == known


def test_nor_does_the_number_of_places_that_are_left(either_way):
    AppConfiguration.objects.create(pk=1, max_users=3)
    register("probe", ALICE)
    configuration = Client().get("/api/config").json()["data"]
    assert configuration["is_registration_enabled"] is False


def test_accounts_that_wait_count_towards_the_most_accounts(either_way):
    AppConfiguration.objects.create(pk=1, max_users=3)
    assert register("ana", ANA) == 200
    assert register("other", "other@example.com") == 403


# --- Same work


@dataclass
class Work:
    """What a request cost: passwords hashed, queries by their first word, jobs by their name."""

    hashes: int = 0
    queries: int = 0
    jobs: list[str] = field(default_factory=list)


@pytest.fixture
def measure(settings, monkeypatch, mail_is_on) -> Iterator[Callable[..., Work]]:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    hashes = []
    encode = MD5PasswordHasher.encode

    def count(hasher, password, salt):
        hashes.append(salt)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)

    def measured(address: str, **body: str) -> Work:
        hashes.clear()
        default_task_backend.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post(address, body, content_type="application/json")
        assert answer.status_code == 200
        jobs = [result.task.name for result in default_task_backend.results]
        return Work(len(hashes), len(queries), jobs)

    return measured


def test_registering_costs_the_same_for_every_address(measure, alice):
    password = {"password": "a-good-password"}
    register("waiting", ANA)
    new = measure("/api/auth/register", username="one", email=NEW, **password)
    known = measure("/api/auth/register", username="two", email=ALICE, **password)
    waiting = measure("/api/auth/register", username="three", email=ANA, **password)
    assert new == known == waiting
    assert (new.hashes, new.jobs) == (1, ["send_mail"])


@pytest.mark.parametrize(
    ("address", "job"),
    [
        ("/api/auth/password/reset-request", "mail_password_reset"),
        ("/api/auth/account/resend-confirmation", "renew_confirmation"),
    ],
)
def test_asking_for_a_mail_costs_the_same_for_every_address(measure, alice, address, job):
    register("waiting", ANA)
    costs = [measure(address, email=email) for email in (NEW, ALICE, ANA)]
    assert costs == [Work(jobs=[job])] * 3


# --- The owner of an address that is known learns of it


def test_the_owner_is_told_in_their_language_and_can_choose_a_new_password(mail_is_on):
    make_user("alice", language="de")
    register("probe", "Alice@Example.com")
    (message,) = mail.outbox
    assert message.to == [ALICE]
    assert message.subject == "FitTrackee - Du hast schon ein Konto"
    assert "https://log.example.org/password-reset/request" in message.body
    assert "Hallo alice" in message.body


@pytest.mark.parametrize("email", [ALICE, ANA])
def test_nobodys_mailbox_is_filled_by_registrations(alice, mail_is_on, email):
    for number in range(7):
        assert register(f"probe{number}", email) == 200
    assert len(mail.outbox) == 5


def test_who_gets_no_mail_any_more_has_no_older_link_that_works(mailed_token):
    for _ in range(5):
        register("stranger", ANA)
    last = mailed_token(ANA)
    register("ana", ANA)
    assert follow(last) == 400
    cache.clear()


# --- Nor does a sign-in tell it, with the password that was just registered


def page_says(email: str, password: str) -> str:
    page = Client().post("/login", {"email": email, "password": password}).content.decode()
    found = re.search(r"data-form-errors.*?</div>", page, re.DOTALL)
    assert found
    return found[0]


def test_signing_in_does_not_tell_a_registration_from_a_known_address(either_way):
    register("one", ALICE, "the-probes-password")
    register("two", NEW, "the-probes-password")
    known, new = ([page_says(email, "the-probes-password")] for email in (ALICE, NEW))
    assert known == new
    assert sign_in(ALICE, "the-probes-password") == sign_in(NEW, "the-probes-password") == 401


def test_nor_does_the_number_of_tries(either_way):
    for name, email in {"one": ALICE, "two": NEW}.items():
        register(name, email, "the-probes-password")
    tries = {
        email: [sign_in(email, "the-probes-password") for _ in range(6)] for email in (ALICE, NEW)
    }
    assert tries[ALICE] == tries[NEW] == [401] * 5 + [429]


def test_only_owners_are_warned_of_guesses(mail_is_on):
    register("ana", ANA)
    mail.outbox.clear()
    for _ in range(6):
        sign_in(ANA, "wrong")
    assert mail.outbox == []
