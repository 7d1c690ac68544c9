"""The settings: profile, picture, preferences, account, deletion."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import User
from instance.models import AppConfiguration
from oauth_apps.models import AccessToken
from oauth_apps.services import count_third_party_access
from oauth_apps.services.tokens import issue_personal_token
from tests.factories import make_tokens

PAGES = [
    "/profile",
    "/profile/edit",
    "/profile/edit/picture",
    "/profile/edit/account",
    "/profile/edit/account/delete",
    "/profile/preferences",
    "/profile/security",
    "/profile/security/sessions",
]
PREFERENCES = {
    "language": "fr",
    "timezone": "America/New_York",
    "date_format": "Y-m-d",
    "theme": "dark",
    "week_starts_monday": "True",
    "imperial_units": "True",
    "display_ascent": "False",
    "skip_duplicates": "True",
}


def picture(width: int = 20, height: int = 12, kind: str = "PNG", exif: bytes = b"") -> bytes:
    data = BytesIO()
    Image.new("RGB", (width, height), "red").save(data, kind, exif=exif)
    return data.getvalue()


def send_picture(client: Client, data: bytes, name: str = "me.png"):
    return client.post("/profile/edit/picture", {"picture": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize("page", PAGES)
def test_settings_are_for_their_owner(client, alice_client, page):
    assert client.get(page)["Location"].startswith("/login?")
    assert alice_client.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_settings_pages_need_few_queries(alice_client, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        alice_client.get(page)


def test_profile_is_saved(alice_client, alice):
    alice_client.post(
        "/profile/edit", {"first_name": "Alice", "birth_date": "1985-07-14", "bio": "Hills."}
    )
    alice.refresh_from_db()
    assert (alice.first_name, alice.birth_date, alice.bio) == (
        "Alice",
        date(1985, 7, 14),
        "Hills.",
    )


def test_too_long_text_is_refused_beside_its_field(alice_client, alice):
    response = alice_client.post("/profile/edit", {"bio": "x" * 201})
    assert 'aria-invalid="true"' in response.content.decode()


def test_preferences_are_saved_and_used_at_once(alice_client, alice):
    response = alice_client.post("/profile/preferences", PREFERENCES, follow=True)
    alice.refresh_from_db()
    assert (alice.language, alice.timezone, alice.date_format, alice.theme) == (
        "fr",
        "America/New_York",
        "Y-m-d",
        "dark",
    )
    assert (alice.week_starts_monday, alice.imperial_units, alice.display_ascent) == (
        True,
        True,
        False,
    )
    assert alice.skip_duplicates is True
    assert '<html lang="fr" data-theme="dark">' in response.content.decode()


def test_unknown_time_zone_is_refused(alice_client, alice):
    response = alice_client.post("/profile/preferences", PREFERENCES | {"timezone": "Moon/Crater"})
    alice.refresh_from_db()
    assert "not a known time zone" in response.content.decode()
    assert (alice.timezone, alice.language) == ("UTC", "en")


def test_language_menu_lasts_for_who_is_signed_in(alice_client, alice):
    alice_client.post("/i18n/setlang/", {"language": "de", "next": "/profile"})
    alice.refresh_from_db()
    assert alice.language == "de"


def test_language_menu_sets_a_cookie_for_visitors(client, db):
    client.post("/i18n/setlang/", {"language": "fr", "next": "/login"})
    assert '<html lang="fr"' in client.get("/login").content.decode()


def test_picture_is_encoded_again_without_its_metadata(alice_client, alice):
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    send_picture(alice_client, picture(1600, 1200, "JPEG", exif.tobytes()), "me.jpg")
    alice.refresh_from_db()
    with Image.open(alice.picture) as stored:
        assert (stored.size, stored.format, dict(stored.getexif())) == ((800, 600), "JPEG", {})
    assert alice.picture.name.startswith(f"pictures/{alice.pk}/")


def test_new_picture_replaces_the_file_of_the_old_one(alice_client, alice):
    send_picture(alice_client, picture())
    alice.refresh_from_db()
    first = alice.picture.name
    send_picture(alice_client, picture(33, 7))
    alice.refresh_from_db()
    assert not default_storage.exists(first)
    assert default_storage.exists(alice.picture.name)


@pytest.mark.parametrize("data", [b"", b"<svg onload='alert(1)'/>", picture()[:40]])
def test_what_is_no_picture_is_refused(alice_client, alice, data):
    response = send_picture(alice_client, data)
    alice.refresh_from_db()
    assert response.status_code == 422
    assert not alice.picture


def test_picture_with_too_many_pixels_is_refused(alice_client, alice):
    response = send_picture(alice_client, picture(9000, 5000))
    assert "million pixels" in response.content.decode()


def test_picture_larger_than_the_instance_accepts_is_refused(alice_client, alice):
    AppConfiguration.objects.create(pk=1, max_file_size=10)
    assert "larger than 10" in send_picture(alice_client, picture()).content.decode()


def test_picture_is_removed(alice_client, alice):
    send_picture(alice_client, picture())
    alice.refresh_from_db()
    name = alice.picture.name
    alice_client.post("/profile/edit/picture/remove")
    alice.refresh_from_db()
    assert not alice.picture
    assert not default_storage.exists(name)


def test_password_changes_by_who_knows_the_current_one(alice_client, alice, mail_is_on):
    other = Client()
    other.force_login(alice)
    alice_client.post(
        "/profile/edit/account",
        {"email": alice.email, "new_password": "another-pass", "password": "password!"},
    )
    alice.refresh_from_db()
    assert alice.check_password("another-pass")
    assert alice_client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302
    assert [message.subject for message in mail.outbox] == ["FitTrackee - Password changed"]


@pytest.mark.parametrize(("answer", "remaining"), [({}, 1), ({"revoke_apps": "on"}, 0)])
def test_applications_keep_their_access_unless_one_asks(alice_client, alice, answer, remaining):
    make_tokens(alice, "profile:read")
    assert "1 application" in alice_client.get("/profile/edit/account").content.decode()
    alice_client.post(
        "/profile/edit/account",
        {"email": alice.email, "new_password": "another-pass", "password": "password!", **answer},
    )
    assert count_third_party_access(alice) == remaining


@pytest.mark.parametrize(("answer", "remaining"), [({}, 1), ({"revoke_tokens": "on"}, 0)])
def test_so_do_tokens_of_one_s_own(alice_client, alice, answer, remaining):
    end = timezone.now() + timedelta(days=30)
    issue_personal_token(alice, name="Backup", scopes=["workouts:read"], expires=end)
    assert "1 token" in alice_client.get("/profile/edit/account").content.decode()
    alice_client.post(
        "/profile/edit/account",
        {"email": alice.email, "new_password": "another-pass", "password": "password!", **answer},
    )
    assert AccessToken.objects.personal(alice).count() == remaining


def test_a_new_password_leaves_this_browser_known(alice_client, alice):
    change = {"email": alice.email, "new_password": "another-pass", "password": "password!"}
    alice_client.post("/profile/edit/account", change)
    alice_client.post("/logout")
    for _ in range(6):
        Client().post("/login", {"email": alice.email, "password": "wrong"})
    answer = alice_client.post("/login", {"email": alice.email, "password": "another-pass"})
    assert answer["Location"] == "/"


def test_wrong_current_password_changes_nothing(alice_client, alice):
    response = alice_client.post(
        "/profile/edit/account", {"email": "new@example.com", "password": "wrong"}
    )
    alice.refresh_from_db()
    assert "not your current password" in response.content.decode()
    assert alice.email == "alice@example.com"


def test_new_address_waits_for_the_link_mailed_to_it(alice_client, alice, mailed_token):
    alice_client.post(
        "/profile/edit/account", {"email": "new@example.com", "password": "password!"}
    )
    alice.refresh_from_db()
    assert (alice.email, alice.email_to_confirm) == ("alice@example.com", "new@example.com")
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["new@example.com"], "FitTrackee - Confirm email change"),
        (["alice@example.com"], "FitTrackee - Email changed"),
    ]
    assert "new@example.com" in mail.outbox[1].body
    token = mailed_token("new@example.com")
    response = alice_client.post("/email-update", {"token": token})
    alice.refresh_from_db()
    assert response["Location"] == "/profile/edit/account"
    assert (alice.email, alice.email_to_confirm) == ("new@example.com", "")
    assert alice_client.post("/email-update", {"token": token}).status_code == 400


def test_waiting_address_can_be_forgotten(alice_client, alice, mailed_token):
    alice_client.post(
        "/profile/edit/account", {"email": "new@example.com", "password": "password!"}
    )
    token = mailed_token("new@example.com")
    alice_client.post("/profile/edit/account/cancel-email")
    assert alice_client.post("/email-update", {"token": token}).status_code == 400


def test_address_taken_meanwhile_is_refused(alice_client, alice, bob, mailed_token):
    alice_client.post(
        "/profile/edit/account", {"email": "new@example.com", "password": "password!"}
    )
    User.objects.filter(pk=bob.pk).update(email="New@example.com")
    token = mailed_token("new@example.com")
    assert alice_client.post("/email-update", {"token": token}).status_code == 400


def test_address_of_somebody_else_is_refused(alice_client, alice, bob):
    response = alice_client.post(
        "/profile/edit/account", {"email": "BOB@example.com", "password": "password!"}
    )
    assert "already has an account" in response.content.decode()


def test_without_a_mail_server_the_address_changes_at_once(alice_client, alice):
    alice_client.post(
        "/profile/edit/account", {"email": "new@example.com", "password": "password!"}
    )
    alice.refresh_from_db()
    assert (alice.email, alice.email_to_confirm) == ("new@example.com", "")


def test_account_is_deleted_with_its_picture_and_signed_out(alice_client, alice):
    send_picture(alice_client, picture())
    alice.refresh_from_db()
    name = alice.picture.name
    response = alice_client.post("/profile/edit/account/delete", {"password": "password!"})
    assert response["Location"] == "/login"
    assert not User.objects.exists()
    assert not default_storage.exists(name)
    assert alice_client.get("/profile").status_code == 302


def test_account_survives_a_wrong_password(alice_client, alice):
    alice_client.post("/profile/edit/account/delete", {"password": "wrong"})
    assert User.objects.exists()


def test_last_administrator_cannot_leave(client, admin):
    client.force_login(admin)
    client.post("/profile/edit/account/delete", {"password": "password!"})
    assert User.objects.exists()
