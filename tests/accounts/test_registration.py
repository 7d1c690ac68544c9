"""Registration, confirmation and their mails."""

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from instance.models import AppConfiguration
from tests.factories import make_user

NEWBIE = {"username": "newbie", "email": "newbie@example.com", "password": "newbie-pass-1"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def register(client: Client, **changes):
    return client.post("/register", NEWBIE | changes, headers={"User-Agent": FIREFOX})


def test_new_account_waits_for_its_confirmation(client, db):
    response = register(client)
    user = User.objects.get()
    assert response["Location"] == "/login"
    assert (user.username, user.email, user.is_active) == ("newbie", "newbie@example.com", False)
    assert user.check_password("newbie-pass-1")
    assert user.timezone == "Europe/Paris"


def test_browser_tells_the_time_zone_of_a_new_account(client, db):
    register(client, timezone="America/New_York")
    assert User.objects.get().timezone == "America/New_York"


def test_unknown_time_zone_is_no_reason_to_refuse_an_account(client, db):
    register(client, timezone="Moon/Crater")
    assert User.objects.get().timezone == "Europe/Paris"


def test_page_language_becomes_the_account_language(client, db):
    client.cookies["django_language"] = "de"
    register(client)
    assert User.objects.get().language == "de"


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "ab"},
        {"username": "with space"},
        {"email": "nonsense"},
        {"password": "1234567"},
    ],
)
def test_wrong_values_make_no_account(client, db, changes):
    response = register(client, **changes)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert not User.objects.exists()


def test_taken_username_is_refused_whatever_its_case(client, db):
    make_user("Newbie", email="other@example.com")
    assert "already taken" in register(client).content.decode()


def test_known_address_looks_like_success_and_changes_nothing(client, alice, mail_is_on):
    response = register(client, email="ALICE@example.com")
    assert response["Location"] == "/login"
    assert User.objects.count() == 1
    assert [message.subject for message in mail.outbox] == [
        "FitTrackee - You have an account already"
    ]


def test_full_site_shows_a_closed_form_and_makes_no_account(client, alice):
    AppConfiguration.objects.create(pk=1, max_users=1)
    assert "Registration is closed" in client.get("/register").content.decode()
    assert register(client).status_code == 422
    assert User.objects.count() == 1


def test_confirmation_mail_has_text_html_link_and_origin(client, mail_is_on):
    register(client)
    (message,) = mail.outbox
    html, kind = message.alternatives[0]
    assert message.subject == "FitTrackee - Confirm your account"
    assert message.to == ["newbie@example.com"]
    assert "https://log.example.org/account-confirmation?token=" in message.body
    assert "The request came from Firefox on Linux." in message.body
    assert kind == "text/html"
    assert '<html lang="en">' in html
    assert 'href="https://log.example.org/account-confirmation?token=' in html


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_mails_are_in_the_language_of_the_account(client, mail_is_on, language):
    client.cookies["django_language"] = language
    register(client)
    assert f'<html lang="{language}">' in mail.outbox[0].alternatives[0][0]


def test_mailed_link_activates_and_signs_in_once(client, mailed_token):
    register(client)
    token = mailed_token("newbie@example.com")
    assert client.get("/account-confirmation", {"token": token}).status_code == 200
    response = client.post("/account-confirmation", {"token": token})
    assert response["Location"] == "/"
    assert User.objects.get().is_active
    assert "_auth_user_id" in client.session
    assert Client().post("/account-confirmation", {"token": token}).status_code == 400


def test_opening_the_link_changes_nothing_before_it_is_posted(client, mailed_token):
    register(client)
    client.get("/account-confirmation", {"token": mailed_token("newbie@example.com")})
    assert not User.objects.get().is_active


def test_link_without_a_token_leads_home(client, db):
    assert client.get("/account-confirmation")["Location"] == "/"


def test_newer_link_makes_the_older_one_worthless(client, mailed_token):
    register(client)
    old = mailed_token("newbie@example.com")
    response = client.post("/account-confirmation/resend", {"email": "NEWBIE@example.com"})
    new = mailed_token("newbie@example.com")
    assert response["Location"] == "/account-confirmation/email-sent"
    assert Client().post("/account-confirmation", {"token": old}).status_code == 400
    assert Client().post("/account-confirmation", {"token": new}).status_code == 302


def test_resending_says_the_same_for_every_address_and_mails_only_the_inactive(
    client, alice, mail_is_on
):
    for address in ("alice@example.com", "nobody@example.com"):
        response = client.post("/account-confirmation/resend", {"email": address})
        assert response["Location"] == "/account-confirmation/email-sent"
    assert mail.outbox == []


def test_without_a_mail_server_nothing_is_sent_and_the_pages_say_so(client, db):
    register(client)
    page = client.get("/account-confirmation/resend").content.decode()
    assert "sends no mail" in page
    assert mail.outbox == []


def test_a_short_password_is_named_in_the_contracts_words(client, db):
    body = {"username": "nora", "email": "nora@example.org", "password": "short"}
    response = client.post("/api/auth/register", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["message"] == "password: 8 characters required\n"
