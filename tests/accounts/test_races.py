"""Two and more processes do something to accounts at the same instant."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from instance.models import AppConfiguration
from tests.factories import make_user
from tests.oauth_apps.test_races import ROOT, database_for_processes

ROUNDS = 6
PAIRS = [
    ("demote", "demote"),
    ("demote", "deactivate"),
    ("deactivate", "delete"),
    ("delete", "delete"),
    ("update_user", "demote"),
]


class Processes:
    """Some processes with one database, which is a copy of the test's on SQLite."""

    def __init__(self, number: int, environment: dict[str, str]) -> None:
        self.all = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.accounts.racer"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(number)
        ]
        for process in self.all:
            assert process.stdout.readline() == "ready\n"

    def at_once(self, *orders: dict[str, Any]) -> list[Any]:
        """What came of each order, all given for the same instant."""
        moment = time.time() + 0.02
        for process, order in zip(self.all, orders, strict=False):
            process.stdin.write(json.dumps(order | {"at": moment}) + "\n")
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process in self.all[: len(orders)]]

    def do(self, action: str, **arguments: Any) -> Any:
        return self.at_once(order(action, **arguments))[0]

    def end(self) -> None:
        for process in self.all:
            process.stdin.close()
            process.wait(timeout=20)
            process.stdout.close()


def order(action: str, **arguments: Any) -> dict[str, Any]:
    return {"do": action, **arguments}


@pytest.fixture
def start(transactional_db, tmp_path) -> Iterator:
    """Starts the processes once the test has put into the database what it needs."""
    started: list[Processes] = []

    def start(number: int = 2, **more: str) -> Processes:
        environment = os.environ | {
            "DATABASE_URL": database_for_processes(tmp_path),
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": settings.SECRET_KEY,
            "EMAIL_URL": "console:",
            **more,
        }
        started.append(Processes(number, environment))
        return started[0]

    yield start
    for processes in started:
        processes.end()


def test_two_administrators_who_end_each_other_leave_one(start):
    rounds = [(f"one{number}", f"other{number}", *pair) for number, pair in enumerate(PAIRS * 3)]
    for one, other, *_ in rounds:
        make_user(one)
        make_user(other)
    make_user("left", is_admin=True)
    processes, left = start(), "left"
    for one, other, first, second in rounds:
        processes.do("promote", username=one)
        processes.do("promote", username=other)
        processes.do("demote", username=left)
        processes.at_once(order(first, username=one), order(second, username=other))
        (left,) = processes.do("admins")


def test_an_account_that_becomes_administrator_while_it_is_deleted_is_not_the_last(start):
    names = [f"user{number}" for number in range(ROUNDS)]
    make_user("boss", is_admin=True)
    for name in names:
        make_user(name)
    processes = start(3)
    for name in names:
        processes.at_once(
            order("delete", username=name),
            order("promote", username=name),
            order("demote", username="boss"),
        )
        assert processes.do("admins")
        processes.do("promote", username="boss")


def test_no_more_accounts_are_made_than_there_are_places(start):
    AppConfiguration.objects.create(pk=1, max_users=ROUNDS + 3)
    processes = start(4)
    for number in range(ROUNDS):
        processes.at_once(
            *(
                order(
                    "register",
                    username=f"user{number}_{place}",
                    email=f"user{number}.{place}@example.com",
                    password="a-good-password",
                )
                for place in range(4)
            )
        )
    assert len(processes.do("users")) == ROUNDS + 3


def registration(username: str, email: str, password: str = "a-good-password") -> dict[str, Any]:
    return order("register", username=username, email=email, password=password)


def test_of_two_who_register_one_name_at_once_one_is_told_that_it_is_taken(start):
    processes = start()
    for number in range(ROUNDS):
        name = f"user{number}"
        results = processes.at_once(
            registration(name, f"{name}@example.com"), registration(name, f"{name}@example.org")
        )
        assert sorted(results) == ["ValidationError", name]


@pytest.mark.parametrize("email_url", ["console:", ""])
def test_a_double_click_on_register_makes_one_account(start, email_url):
    processes = start(4, EMAIL_URL=email_url)
    for number in range(ROUNDS):
        name = f"user{number}"
        results = processes.at_once(*[registration(name, f"{name}@example.com")] * 4)
        assert name in results
        assert set(results) == ({name} if email_url else {name, "ValidationError"})
    assert len(processes.do("users")) == ROUNDS


def test_a_link_mailed_for_one_registration_never_activates_another(start):
    processes = start()
    for number in range(ROUNDS):
        email = f"ana{number}@example.com"
        processes.at_once(registration(f"old{number}", email, "the-strangers-password"))
        token = processes.do("token", email=email)
        confirmed, _ = processes.at_once(
            order("confirm", token=token),
            registration(f"new{number}", email, "my-own-password"),
        )
        # Either the link was first, and the registration found an account; or it was too late.
        stranger = processes.do("sign_in", email=email, password="the-strangers-password")
        mine = processes.do("sign_in", email=email, password="my-own-password")
        expected = (200, 401) if confirmed == f"old{number}" else (401, 401)
        assert (stranger, mine) == expected


def test_an_upload_into_an_account_that_is_deleted_is_refused_or_goes_with_it(start):
    names = [f"user{number}" for number in range(ROUNDS)]
    for name in names:
        make_user(name)
    processes = start(3)
    for name in names:
        deleted, *uploads = processes.at_once(
            order("delete", username=name),
            order("upload", username=name),
            order("upload", username=name),
        )
        assert deleted is None
        assert set(uploads) <= {"Vector", "PermissionDenied", "DoesNotExist"}
    assert processes.do("users") == []
