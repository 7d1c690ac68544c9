"""Every search takes a text of any length, on both databases: what is too long is cut."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from contract.searching import LONGEST_SEARCH, search_text

from .factories import first_party, make_application, make_user, make_workout

# SQLite refuses patterns of more than 50 000 bytes; a per cent sign is written as two.
ENDLESS = {
    "letters": "x" * 60_000,
    "accents": "é" * 30_000,
    "per cent": "%" * 26_000,
    "escapes": "_\\" * 20_000,
    "words": "a b " * 20_000,
    "null bytes": "a\0b" * 20_000,
}
endless = pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
LONG = "n" * LONGEST_SEARCH

ADMIN_LISTS = sorted(
    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    for model in admin.site._registry
)
PAGES = ["workouts:list", "administration:users", "oauth_apps:administration"]


@pytest.fixture
def admin_client(admin) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def test_a_search_ends_at_the_limit_and_knows_no_null_bytes():
    assert search_text("a\0b") == "ab"
    assert search_text(LONG + "more") == LONG


@endless
@pytest.mark.parametrize("name", [*PAGES, *ADMIN_LISTS])
def test_a_page_searches_for_the_beginning_of_an_endless_text(admin_client, name: str, text: str):
    assert admin_client.get(reverse(name), {"q": text}).status_code in (200, 302)


@endless
@pytest.mark.parametrize(
    "lookup",
    [
        "accounts_user_changelist:username__icontains",
        "accounts_user_changelist:email__startswith",
        "workouts_workout_changelist:title__icontains",
        "workouts_recording_changelist:file_name__iexact",
    ],
)
def test_so_does_any_question_in_an_address_of_the_admin(admin_client, lookup: str, text: str):
    name, _, parameter = lookup.partition(":")
    answer = admin_client.get(reverse(f"admin:{name}"), {parameter: text})
    assert answer.status_code in (200, 302, 400)


@endless
@pytest.mark.parametrize("address", ["/api/users", "/api/workouts", "/api/oauth/apps"])
def test_so_do_programs(admin, address: str, text: str):
    client = Client(headers=first_party(admin))
    assert client.get(address, {"q": text}).status_code == 200


def test_the_beginning_of_a_long_text_is_what_is_found(admin, admin_client):
    make_workout(admin, title=LONG)
    make_workout(admin, title="another")
    make_application(admin, name=LONG)
    make_application(admin, name="another")
    for name, count in zip(PAGES, (1, 0, 1), strict=True):
        found = admin_client.get(reverse(name), {"q": LONG + "more"}).context["page_obj"]
        assert len(found) == count


def test_a_box_takes_as_much_as_is_searched_for(admin, admin_client):
    make_workout(admin)
    for name in PAGES:
        words = admin_client.get(reverse(name)).content.decode()
        assert f'maxlength="{LONGEST_SEARCH}"' in words


def test_the_admin_shows_the_text_that_it_searched_for(admin_client):
    url = reverse("admin:accounts_user_changelist")
    words = admin_client.get(url, {"q": "z" * 60_000}).content.decode()
    assert "z" * LONGEST_SEARCH in words
    assert "z" * (LONGEST_SEARCH + 1) not in words


def test_the_way_back_to_another_list_of_the_admin_stays_whole(admin_client, alice):
    url = reverse("admin:accounts_user_change", args=[alice.pk])
    filters = "q=" + "a" * LONGEST_SEARCH + "&is_active__exact=1"
    words = admin_client.get(url, {"_changelist_filters": filters}).content.decode()
    assert "is_active__exact%3D1" in words


@endless
@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/api/auth/login", ["email", "password"]),
        ("/api/auth/register", ["username", "email", "password"]),
        ("/api/auth/password/reset-request", ["email"]),
        ("/api/auth/account/resend-confirmation", ["email"]),
    ],
)
def test_who_somebody_claims_to_be_may_be_endless_too(
    db, settings, address: str, fields: list[str], text: str
):
    settings.EMAIL_IS_CONFIGURED = True
    make_user("somebody")
    body = dict.fromkeys(fields, text)
    assert Client().post(address, body, content_type="application/json").status_code < 500
    mail = body | ({"email": f"{text}@example.com"} if "email" in body else {})
    assert Client().post(address, mail, content_type="application/json").status_code < 500


@endless
@pytest.mark.parametrize("name", ["login", "register", "password_reset", "resend_confirmation"])
def test_so_on_pages(db, settings, name: str, text: str):
    settings.EMAIL_IS_CONFIGURED = True
    form = dict.fromkeys(["login", "username", "email", "password", "password1"], text)
    assert Client().post(reverse(f"accounts:{name}"), form).status_code in (200, 302, 422)
