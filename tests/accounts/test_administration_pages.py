"""What administrators see and do on pages of our own."""

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from instance.models import AppConfiguration
from tests.factories import make_user, make_workout
from workouts.models import Sport


@pytest.fixture
def admin_client(admin) -> Client:
    client = Client()
    client.force_login(admin)
    return client


PAGES = [
    "",
    "/application",
    "/sports",
    "/users",
    "/users/bob",
    "/users/bob/delete",
    "/applications",
]


@pytest.mark.parametrize("page", PAGES)
def test_administrators_see_every_page(admin_client, bob, page):
    assert admin_client.get(f"/admin{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_for_others_there_is_no_administration(alice_client, bob, client, page):
    assert alice_client.get(f"/admin{page}").status_code == 404
    assert client.get(f"/admin{page}")["Location"].startswith("/login")


ACTIONS = ["activate", "deactivate", "promote", "demote", "reset-password", "email", "delete"]


@pytest.mark.parametrize("action", ACTIONS)
def test_others_can_do_nothing_to_an_account(alice_client, bob, action):
    assert alice_client.post(f"/admin/users/bob/{action}").status_code == 404
    assert User.objects.filter(username="bob", is_active=True, is_admin=False).exists()


def test_the_configuration_is_shown_in_megabytes_and_stored_in_bytes(admin_client):
    form = {
        "admin_contact": "help@example.org",
        "max_users": 5,
        "max_file_size": "1.5",
        "max_archive_size": "20",
        "archive_file_limit": 7,
    }
    admin_client.post("/admin/application", form)
    found = AppConfiguration.current()
    assert (found.max_file_size, found.max_archive_size) == (1_572_864, 20_971_520)
    assert (found.max_users, found.archive_file_limit) == (5, 7)
    assert b'value="1.5"' in admin_client.get("/admin/application").content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_file_size", "0"),
        ("max_file_size", "30"),
        ("archive_file_limit", "0"),
        ("max_users", "-1"),
    ],
)
def test_limits_that_make_no_sense_are_refused(admin_client, field, value):
    form = {"max_users": 0, "max_file_size": 10, "max_archive_size": 20, "archive_file_limit": 7}
    answer = admin_client.post("/admin/application", form | {field: value})
    assert answer.status_code == 422
    assert not AppConfiguration.objects.exists()


def test_a_sport_is_switched_off_and_on(admin_client):
    admin_client.post("/admin/sports/3", {"active": "false"})
    assert not Sport.objects.get(pk=3).is_active
    admin_client.post("/admin/sports/3", {"active": "true"})
    assert Sport.objects.get(pk=3).is_active


def names(answer) -> list[str]:
    return [person.username for person in answer.context["page_obj"]]


def test_users_are_searched_filtered_and_sorted(admin_client, alice, bob):
    make_user("carol", is_active=False)
    make_workout(bob)
    assert names(admin_client.get("/admin/users?q=ALI")) == ["alice"]
    assert names(admin_client.get("/admin/users?state=inactive")) == ["carol"]
    assert names(admin_client.get("/admin/users?state=admin")) == ["admin"]
    assert names(admin_client.get("/admin/users?order_by=workouts_count"))[0] == "bob"
    assert names(admin_client.get("/admin/users?order_by=nonsense&order=asc"))[0] == "admin"


def test_the_list_costs_the_same_for_one_and_for_three(admin_client, django_assert_num_queries):
    admin_client.get("/admin/users")
    with django_assert_num_queries(5):
        admin_client.get("/admin/users")
    for _ in range(3):
        make_user()
    with django_assert_num_queries(5):
        admin_client.get("/admin/users")


def test_an_account_is_activated_promoted_demoted_and_shut_out(admin_client):
    person = make_user("carol", is_active=False)
    for action, state in [
        ("activate", (True, False)),
        ("promote", (True, True)),
        ("demote", (True, False)),
        ("deactivate", (False, False)),
    ]:
        admin_client.post(f"/admin/users/carol/{action}")
        person.refresh_from_db()
        assert (person.is_active, person.is_admin) == state


def test_the_last_administrator_keeps_the_rights(admin_client, admin):
    admin_client.post("/admin/users/admin/demote")
    admin_client.post("/admin/users/admin/deactivate")
    admin.refresh_from_db()
    assert (admin.is_active, admin.is_admin) == (True, True)


def test_a_new_address_is_mailed_for_confirmation(admin_client, bob, settings):
    settings.EMAIL_IS_CONFIGURED = True
    admin_client.post("/admin/users/bob/email", {"new_email": "new@example.org"})
    bob.refresh_from_db()
    assert (bob.email, bob.email_to_confirm) == ("bob@example.com", "new@example.org")


@pytest.mark.parametrize("email", ["bob@example.com", "alice@example.com", "no address", ""])
def test_an_address_that_cannot_be_taken_is_said_beside_the_field(admin_client, alice, bob, email):
    answer = admin_client.post("/admin/users/bob/email", {"new_email": email})
    assert b"field--invalid" in answer.content
    assert mail.outbox == []


def test_an_account_is_deleted_after_being_asked(admin_client, bob):
    assert b"Delete bob?" in admin_client.get("/admin/users/bob/delete").content
    admin_client.post("/admin/users/bob/delete")
    assert not User.objects.filter(username="bob").exists()


def test_nobody_deletes_oneself_here(admin_client, admin):
    assert admin_client.post("/admin/users/admin/delete").status_code == 404


def test_who_is_shut_out_gets_no_link_back_in(admin_client, bob, client, settings):
    settings.EMAIL_IS_CONFIGURED = True
    admin_client.post("/admin/users/bob/deactivate")
    client.post("/account-confirmation/resend", {"email": bob.email})
    assert mail.outbox == []


def test_who_is_let_in_again_is_shut_out_no_more(admin_client, bob):
    admin_client.post("/admin/users/bob/deactivate")
    admin_client.post("/admin/users/bob/activate")
    bob.refresh_from_db()
    assert (bob.is_active, bob.is_shut_out) == (True, False)
