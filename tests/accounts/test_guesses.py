"""How often passwords and codes may be guessed, and who gets in all the same."""

import itertools
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa import app_settings
from django.core import mail
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import known_browsers
from accounts.adapters import AccountAdapter
from accounts.models import User
from tests.factories import first_party, make_user

from .codes import app_code, recovery_codes, set_up_app

TOO_MANY = "Too many failed login attempts"
ALICE = "alice@example.com"
RIGHT, WRONG = "password!", "wrong"


def by_page(password: str = WRONG, email: str = ALICE, **more: str) -> HttpResponse:
    options = {name: more.pop(name) for name in ("HTTP_HOST", "REMOTE_ADDR") if name in more}
    return Client().post("/login", {"email": email, "password": password, **more}, **options)


def by_api(password: str = WRONG, email: str = ALICE, **more: str) -> HttpResponse:
    options = {name: more.pop(name) for name in ("HTTP_HOST", "REMOTE_ADDR") if name in more}
    body = {"email": email, "password": password, **more}
    return Client().post("/api/auth/login", body, content_type="application/json", **options)


def was_refused(answer: HttpResponse) -> bool:
    """Whether the guess was refused for there having been too many."""
    return answer.status_code == 429 or TOO_MANY in answer.content.decode()


def is_in(answer: HttpResponse) -> bool:
    return "auth_token" in answer.content.decode() or answer.headers.get("Location") == "/"


def guess_until_refused(guess: Callable[..., HttpResponse] = by_api, **more: str) -> int:
    """How many wrong guesses were looked at."""
    return next(number for number in range(30) if was_refused(guess(**more)))


@pytest.fixture
def with_app(alice) -> User:
    set_up_app(alice)
    return alice


@pytest.fixture
def anybody(settings) -> None:
    """All names of hosts and ports are ours, so that only the limit can refuse."""
    settings.ALLOWED_HOSTS = ["*"]


WAYS_TO_WRITE_IT = [
    "alice@example.com",
    " alice@example.com",
    "alice@example.com\t",
    "ALICE@Example.COM",
    "Alice@example.com ",
    "ａｌｉｃｅ@example.com",
    "alice@example.com\u2003",
    "alice@example\uff0ecom",
    "alice\uff20example.com",
]


@pytest.mark.parametrize("guess", [by_page, by_api])
def test_hosts_ports_and_other_spellings_are_one_account(alice, anybody, guess):
    hosts = [f"localhost:{port}" for port in range(8000, 8009)]
    answers = [
        guess(email=email, HTTP_HOST=host)
        for email, host in zip(WAYS_TO_WRITE_IT, hosts, strict=True)
    ]
    looked_at = [answer for answer in answers if not was_refused(answer)]
    # Django's own form field refuses some spellings before anybody looks at them.
    assert len([answer for answer in looked_at if "specified" in answer.content.decode()]) <= 5
    assert was_refused(guess())


@pytest.mark.parametrize("email", WAYS_TO_WRITE_IT)
def test_what_finds_an_account_is_counted_as_it(alice, email):
    assert User.objects.with_email(email).get() == alice
    guess_until_refused()
    assert was_refused(by_api(RIGHT, email))


def test_a_dot_at_the_end_makes_another_address(alice):
    assert not User.objects.with_email("alice@example.com.").exists()


def test_pages_and_api_and_reauthentication_count_together(alice):
    browser = Client()
    browser.force_login(alice)
    by_page()
    by_page()
    by_api()
    change = {"email": ALICE, "password": WRONG}
    browser.patch("/api/auth/profile/edit/account", change, "application/json")
    browser.post("/login/again", {"password": WRONG})
    assert was_refused(by_api(RIGHT))
    assert was_refused(by_page(RIGHT))
    assert was_refused(browser.post("/login/again", {"password": RIGHT}))
    program = {"headers": first_party(alice), "content_type": "application/json"}
    right = {"email": ALICE, "password": RIGHT}
    assert Client().patch("/api/auth/profile/edit/account", right, **program).status_code == 429


def test_right_passwords_count_for_nothing(alice):
    for _ in range(8):
        assert is_in(by_api(RIGHT))
    assert guess_until_refused() == 5


def test_other_addresses_and_other_accounts_are_not_kept_out(alice, bob):
    guess_until_refused()
    assert was_refused(by_api(RIGHT))
    assert is_in(by_api(RIGHT, REMOTE_ADDR="192.0.2.7"))
    assert is_in(by_api(RIGHT, "bob@example.com"))


def test_one_network_of_ipv6_is_one_address(alice):
    for last in range(5):
        by_api(REMOTE_ADDR=f"2001:db8::{last + 1}")
    assert was_refused(by_api(RIGHT, REMOTE_ADDR="2001:db8::ffff"))
    assert is_in(by_api(RIGHT, REMOTE_ADDR="2001:db8:0:1::1"))


def test_one_address_fails_twenty_times_a_minute_whatever_the_accounts(alice, db):
    for number in range(20):
        assert by_api(email=f"nobody{number}@example.com").status_code == 401
    assert by_api(RIGHT).status_code == 429


# --- An account that is guessed at from everywhere


@pytest.fixture
def besieged(alice, settings) -> User:
    """Guessed at from so many addresses that a password alone opens it to no stranger."""
    settings.SIGN_IN_FAILURE_LIMIT = "20/m/ip,5/300s/key,8/h/user"
    for number in range(8):
        by_api(REMOTE_ADDR=f"198.51.100.{number}")
    return alice


def test_guesses_from_everywhere_are_limited_together(besieged):
    assert was_refused(by_api(RIGHT, REMOTE_ADDR="192.0.2.7"))
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert is_in(by_api(RIGHT, REMOTE_ADDR="192.0.2.7"))


def test_a_setting_without_the_whole_account_limits_it_all_the_same(alice, settings):
    settings.SIGN_IN_FAILURE_LIMIT = "20/m/ip,5/300s/key"
    for number in range(100):
        by_api(REMOTE_ADDR=f"198.51.100.{number}")
    assert was_refused(by_api(RIGHT, REMOTE_ADDR="192.0.2.7"))


def test_a_refused_stranger_at_one_address_does_not_fill_the_account_s_count(alice, settings):
    settings.SIGN_IN_FAILURE_LIMIT = "5/300s/key,8/h/user"
    for _ in range(12):
        by_api()
    assert is_in(by_api(RIGHT, REMOTE_ADDR="192.0.2.7"))


# --- Who gets in all the same


def known_browser(password: str = RIGHT) -> Client:
    """A browser that has signed in with the account before, and out again."""
    client = Client()
    client.post("/login", {"email": ALICE, "password": password})
    client.post("/logout")
    return client


def enter(client: Client, password: str = RIGHT, **more: str) -> HttpResponse:
    return client.post("/login", {"email": ALICE, "password": password, **more})


def test_a_browser_that_signed_in_before_is_let_through(alice, settings):
    browser = known_browser()
    cookie = browser.cookies[known_browsers.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    guess_until_refused()
    assert was_refused(by_page(RIGHT))
    assert is_in(enter(browser))


def test_behind_https_the_cookie_stays_there(alice, settings):
    settings.SESSION_COOKIE_SECURE = True
    assert known_browser().cookies[known_browsers.COOKIE]["secure"]


def test_a_known_browser_has_a_limit_of_its_own(alice):
    browser = known_browser()
    for _ in range(5):
        enter(browser, WRONG)
    assert was_refused(enter(browser))
    assert is_in(by_page(RIGHT))


def test_a_known_browser_is_let_through_from_a_besieged_network(besieged, settings):
    settings.SIGN_IN_FAILURE_LIMIT = "20/m/ip,5/300s/key,9/h/user"
    browser = known_browser()
    for number in range(30):
        by_api(email=f"nobody{number}@example.com")
    assert is_in(enter(browser))


@pytest.mark.parametrize("forged", ["x", "x:y", "a:b.c:d", ":", "é:é"])
def test_a_forged_cookie_makes_nobody_known(alice, forged):
    guess_until_refused()
    browser = Client()
    browser.cookies[known_browsers.COOKIE] = forged
    assert was_refused(enter(browser))


def test_a_cookie_of_one_account_does_not_serve_for_another(alice, bob):
    browser = Client()
    browser.post("/login", {"email": "bob@example.com", "password": RIGHT})
    browser.post("/logout")
    guess_until_refused()
    assert was_refused(enter(browser))


def test_a_new_password_makes_browsers_strange_again(alice):
    browser = known_browser()
    alice.set_password("another-password")
    alice.save()
    guess_until_refused()
    assert was_refused(enter(browser, "another-password"))


def test_one_browser_is_known_to_a_family(alice, bob):
    browser = known_browser()
    browser.post("/login", {"email": "bob@example.com", "password": RIGHT})
    browser.post("/logout")
    guess_until_refused()
    assert is_in(enter(browser))


def test_password_and_second_factor_together_are_let_through(with_app):
    guess_until_refused()
    assert is_in(by_api(RIGHT, otp=app_code()))
    assert is_in(by_page(RIGHT, code=recovery_codes(with_app)[0]))


def test_the_page_asks_for_the_code_once_it_helps(with_app):
    assert 'name="code"' not in by_page().content.decode()
    guess_until_refused()
    answer = by_page()
    assert 'name="code"' in answer.content.decode()
    assert "Code of your second factor" in answer.content.decode()


def test_a_code_typed_for_nothing_is_no_hindrance(alice):
    assert is_in(by_page(RIGHT, code="123456"))


def test_a_wrong_code_typed_with_the_password_leads_to_the_second_step(with_app):
    assert by_page(RIGHT, code="000000")["Location"] == "/login/second-factor"


def plain(answer: HttpResponse) -> str:
    """The answer without the token that differs for everybody."""
    return re.sub(r'"\w{64}"', "", answer.content.decode())


@pytest.mark.parametrize("guess", [by_page, by_api])
@pytest.mark.parametrize("has_app", [True, False])
@pytest.mark.parametrize("code", ["", "000000"])
def test_while_limited_a_right_password_is_answered_like_a_wrong_one(alice, guess, has_app, code):
    if has_app:
        set_up_app(alice)
    guess_until_refused()
    typed = {"code" if guess is by_page else "otp": code} if code else {}
    right, wrong = guess(RIGHT, **typed), guess(WRONG, **typed)
    assert was_refused(right)
    assert (right.status_code, plain(right)) == (wrong.status_code, plain(wrong))


def test_while_limited_a_password_alone_is_not_even_looked_at(alice, monkeypatch):
    guess_until_refused()
    looked_at = []
    monkeypatch.setattr(User, "check_password", lambda user, text: looked_at.append(text))
    by_page(RIGHT)
    by_api(RIGHT)
    assert looked_at == []


def test_while_limited_a_wrong_password_uses_no_code_up(with_app):
    guess_until_refused()
    code = app_code()
    assert was_refused(by_api(WRONG, otp=code))
    assert is_in(by_api(RIGHT, otp=code))


def test_while_limited_code_guesses_are_limited_too(with_app):
    guess_until_refused()
    for number in range(5):
        by_api(RIGHT, otp=f"00000{number}")
    assert was_refused(by_api(RIGHT, otp=app_code()))


def test_strangers_cannot_use_up_the_code_guesses(with_app):
    guess_until_refused()
    for number in range(9):
        by_api(WRONG, otp=f"00000{number}")
    assert is_in(by_api(RIGHT, otp=app_code()))


# --- Codes


def second_step(client: Client, code: str) -> HttpResponse:
    return client.post("/login/second-factor", {"code": code})


def test_codes_of_one_account_are_limited_from_everywhere(with_app):
    for number in range(5):
        by_api(RIGHT, otp=f"00000{number}", REMOTE_ADDR=f"192.0.2.{number}")
    answer = by_api(RIGHT, otp=app_code(), REMOTE_ADDR="198.51.100.1")
    assert answer.status_code == 429
    client = Client()
    enter(client)
    assert TOO_MANY in second_step(client, app_code()).content.decode()


def test_wrong_codes_of_a_whole_day_are_limited(with_app):
    start = timezone.now()
    for minutes in range(0, 60, 6):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            for number in range(5):
                by_api(RIGHT, otp=f"00000{number}")
    with time_machine.travel(start + timedelta(hours=2)):
        assert by_api(RIGHT, otp=app_code()).status_code == 429
    with time_machine.travel(start + timedelta(hours=25)):
        assert is_in(by_api(RIGHT, otp=app_code()))


def test_a_known_browser_counts_its_own_codes(with_app):
    browser = Client()
    enter(browser)
    second_step(browser, app_code())
    browser.post("/logout")
    for number in range(6):
        by_api(RIGHT, otp=f"00000{number}")
    enter(browser)
    assert second_step(browser, app_code(step=1))["Location"] == "/"


# --- The owner is told


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


def test_the_owner_is_told_once_a_day(alice, mail_is_on):
    by_api(REMOTE_ADDR="192.0.2.1")
    by_api(REMOTE_ADDR="192.0.2.2")
    for _ in range(2):
        guess_until_refused()
    guess_until_refused(REMOTE_ADDR="192.0.2.3")
    assert subjects() == ["FitTrackee - Somebody is trying to sign in to your account"]
    assert "3 addresses" in mail.outbox[0].body
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        guess_until_refused()
    assert len(subjects()) == 2


def test_four_slips_are_nobody_s_business(alice, mail_is_on):
    for _ in range(4):
        by_api()
    assert mail.outbox == []


def test_an_address_without_an_account_makes_no_mail(mail_is_on):
    guess_until_refused(email="nobody@example.com")
    assert mail.outbox == []


def test_who_knows_the_password_and_guesses_codes_is_told_of(with_app, mail_is_on):
    for number in range(7):
        by_api(RIGHT, otp=f"00000{number}")
    assert subjects() == ["FitTrackee - Somebody knows your password"]


# --- At the same moment


def at_once(number: int, job: Callable[[], object]) -> list[object]:
    barrier = threading.Barrier(number)

    def work() -> object:
        barrier.wait()
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return [future.result(60) for future in [pool.submit(work) for _ in range(number)]]


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_guesses_gets_no_further_than_the_limit(transactional_db, monkeypatch):
    make_user("alice")
    looked_at = []
    monkeypatch.setattr(User, "check_password", lambda user, text: looked_at.append(text))
    statuses = [answer.status_code for answer in at_once(16, by_api)]
    assert sorted(statuses) == [401] * 5 + [429] * 11
    assert len(looked_at) == 5


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_codes_gets_no_further_than_the_limit(transactional_db):
    """Each from an address of its own: the passwords, all right, count nowhere together."""
    set_up_app(make_user("alice"))
    numbers = itertools.count(1)
    answers = at_once(
        16, lambda: by_api(RIGHT, otp="000000", REMOTE_ADDR=f"203.0.113.{next(numbers)}")
    )
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 11


@pytest.mark.django_db(transaction=True)
def test_of_two_sign_ins_with_one_code_at_the_same_moment_one_wins(transactional_db):
    alice = make_user("alice")
    set_up_app(alice)
    for code in (app_code(), recovery_codes(alice)[0]):
        answers = at_once(3, lambda code=code: by_api(RIGHT, otp=code))
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401]


def test_all_ways_to_guess_go_through_our_forms():
    """allauth's own forms would not be limited: its limit for failures is off."""
    assert all(
        import_string(path).__module__ == "accounts.second_factor_forms"
        for path in app_settings.FORMS.values()
    )
    assert AccountAdapter.pre_authenticate.__module__ == "accounts.adapters"
