"""Django's admin opens, lists and searches everything, in a constant number of queries."""

import pytest
from django.contrib import admin
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import HeldName, User
from oauth_apps.services import issue_first_party_token

from .factories import make_user, make_workout


@pytest.fixture
def admin_client(admin) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def registered() -> list[str]:
    return sorted(
        f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry
    )


@pytest.mark.parametrize("name", registered())
def test_every_list_opens_and_can_be_searched(admin_client, name):
    make_workout(make_user())
    url = reverse(f"admin:{name}_changelist")
    assert admin_client.get(url).status_code == 200
    assert admin_client.get(url, {"q": "alice"}).status_code in (200, 302)


@pytest.mark.parametrize("name", registered())
def test_a_list_of_three_costs_what_a_list_of_one_does(
    admin_client, name, django_assert_max_num_queries
):
    for _ in range(3):
        make_workout(make_user())
    with django_assert_max_num_queries(14):
        admin_client.get(reverse(f"admin:{name}_changelist"))


def test_others_find_no_admin(alice_client):
    assert alice_client.get(reverse("admin:index")).status_code == 302


def test_deleting_in_the_admin_takes_the_records_along(admin_client, alice):
    workout = make_workout(alice)
    url = reverse("admin:workouts_workout_delete", args=[workout.pk])
    admin_client.post(url, {"post": "yes"})
    assert not alice.workouts.exists()
    assert not alice.records.exists()


def test_a_password_set_in_the_admin_ends_sign_ins_over_the_api(admin_client, alice):
    token = issue_first_party_token(alice)
    url = reverse("admin:auth_user_password_change", args=[alice.pk])
    form = {"password1": "quite another one", "password2": "quite another one"}
    admin_client.post(url, form | {"usable_password": "true"})
    alice.refresh_from_db()
    assert alice.check_password("quite another one")
    answer = Client().get("/api/auth/profile", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_a_password_taken_away_in_the_admin_ends_sign_ins_over_the_api(admin_client, alice):
    token = issue_first_party_token(alice)
    url = reverse("admin:auth_user_password_change", args=[alice.pk])
    admin_client.post(url, {"usable_password": "false", "unset-password": "1"})
    alice.refresh_from_db()
    assert not alice.has_usable_password()
    answer = Client().get("/api/auth/profile", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_whose_password_was_set_in_the_admin_is_told_by_mail(
    admin_client, alice, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_IS_CONFIGURED = True
    url = reverse("admin:auth_user_password_change", args=[alice.pk])
    form = {"password1": "quite another one", "password2": "quite another one"}
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(url, form | {"usable_password": "true"})
    (message,) = mail.outbox
    assert (message.to, message.subject) == (
        ["alice@example.com"],
        "FitTrackee - Password changed",
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_ones_own_password_changes_on_our_page_not_in_the_admin(admin_client, admin, method):
    form = {
        "old_password": "password!",
        "new_password1": "quite another one",
        "new_password2": "quite another one",
    }
    answer = getattr(admin_client, method)(reverse("admin:password_change"), form)
    assert answer["Location"] == reverse("accounts:account")
    admin.refresh_from_db()
    assert admin.check_password("password!")


def test_an_address_does_not_change_in_the_admin(admin_client, alice):
    url = reverse("admin:accounts_user_change", args=[alice.pk])
    form = {"username": "alicia", "email": "stranger@example.com", "timezone": "UTC"}
    form |= {"language": "en", "theme": "system", "date_format": ""}
    assert admin_client.post(url, form).status_code == 302
    alice.refresh_from_db()
    assert (alice.username, alice.email) == ("alicia", "alice@example.com")


def test_an_account_added_in_the_admin_is_like_one_of_the_command(admin_client, settings):
    password = {"password1": "quite another one", "password2": "quite another one"}
    form = {"username": "carol", "email": "carol@example.com"} | password
    answer = admin_client.post(reverse("admin:accounts_user_add"), form)
    carol = User.objects.get(username="carol")
    assert answer["Location"] == reverse("admin:accounts_user_change", args=[carol.pk])
    assert (carol.is_active, carol.is_admin, carol.timezone) == (False, False, "Europe/Paris")


@pytest.mark.parametrize("change", [{"email": "ALICE@example.com"}, {"username": "Alice"}])
def test_an_account_that_is_there_is_not_added_again(admin_client, alice, change):
    form = {"username": "carol", "email": "carol@example.com"} | change
    form |= {"password1": "quite another one", "password2": "quite another one"}
    assert admin_client.post(reverse("admin:accounts_user_add"), form).status_code == 200
    assert User.objects.count() == 2


def test_rights_do_not_change_in_the_admin(admin_client, admin):
    url = reverse("admin:accounts_user_change", args=[admin.pk])
    admin_client.post(url, {"username": "admin", "email": "admin@example.com", "is_admin": ""})
    admin.refresh_from_db()
    assert (admin.is_active, admin.is_admin) == (True, True)


def test_accounts_are_added_in_the_admin(admin_client):
    url = reverse("admin:accounts_user_add")
    assert admin_client.get(url).status_code == 200
    password = {"password1": "quite another one", "password2": "quite another one"}
    admin_client.post(url, {"username": "carol", "email": "carol@example.com"} | password)
    assert User.objects.get(username="carol").check_password("quite another one")


@pytest.mark.parametrize("name", registered())
@pytest.mark.parametrize("key", ["9" * 30, "-1", "a", "_00"])
def test_a_key_that_nothing_has_opens_no_error(admin_client, name, key):
    for page in ("change", "history", "delete"):
        url = reverse(f"admin:{name}_{page}", args=[key])
        assert admin_client.get(url).status_code in (302, 403, 404)


def test_a_change_in_the_admin_writes_nothing_else(admin_client, alice):
    url = reverse("admin:accounts_user_change", args=[alice.pk])
    form = admin_client.get(url).context["adminform"].form
    values = {name: form.initial.get(name) for name in form.fields if name != "password"}
    body = {name: value for name, value in values.items() if value not in (None, False)}
    with CaptureQueriesContext(connection) as queries:
        answer = admin_client.post(url, body | {"bio": "Runs."})
    assert answer.status_code == 302
    (update,) = [one["sql"] for one in queries if one["sql"].startswith('UPDATE "accounts_user"')]
    assert '"bio" = ' in update
    assert not [name for name in ("password", "is_admin", "is_active") if name in update]


def test_a_held_name_can_be_freed(admin_client, alice):
    held = HeldName.objects.create(owner=alice, username="wanted")
    page = admin_client.get(reverse("admin:accounts_heldname_changelist")).content.decode()
    assert "wanted" in page
    admin_client.post(reverse("admin:accounts_heldname_delete", args=[held.pk]), {"post": "yes"})
    assert not HeldName.objects.exists()
