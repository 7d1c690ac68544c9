"""Every page is in the reader's language: its words, its numbers and its dates."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override, trans_real

from accounts.emails import Mail, write_mail
from accounts.models import User
from accounts.origins import Origin
from fittrackee_site.catalogues import catalogue_path, read_catalogue
from workouts import formatting, weather_words
from workouts.services.records import refresh_records

from .factories import make_user, make_workout, upload_gpx

VISITORS_PAGES = [
    *("/login", "/register", "/password-reset/request", "/password-reset/sent"),
    *("/account-confirmation/resend", "/account-confirmation/email-sent", "/about", "/privacy"),
    *("/offline", "/nowhere"),
]
PAGES = [
    *("/", "/workouts", "/workouts/add", "/workouts/add/by-hand", "/statistics", "/statistics.csv"),
    *("/profile", "/profile/edit", "/profile/edit/picture", "/profile/edit/account"),
    *("/profile/edit/account/delete", "/profile/preferences", "/profile/sports", "/profile/data"),
    *("/profile/security", "/profile/security/sessions", "/profile/security/codes"),
    *("/profile/apps", "/profile/apps/new", "/profile/apps/access", "/profile/apps/tokens"),
    *("/oauth/device", "/admin", "/admin/application", "/admin/sports", "/admin/users"),
    *("/admin/users/marie", "/admin/applications", "/users/marie", "/about", "/logout"),
]
# No word of French or German, nor of any name on the pages.
ENGLISH = re.compile(
    r"\b(the|and|of|with|your|you|this|from|which|what|are|has|it|its|to|by|for|not|"
    r"save|delete|remove|workouts?|settings|search|show|add|edit|cancel|speed|time|week|month)\b",
    re.IGNORECASE,
)
SHOWN_ATTRIBUTES = ("title", "aria-label", "alt", "placeholder", "data-hint", "data-reading")
DECIMAL_POINT = re.compile(r"\d\.\d+\s?(km|mi|m/s|°C|km/h)")


class ShownTexts(HTMLParser):
    """The texts and attributes of a page that people read, and its language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language = ""
        self.hidden = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "html":
            self.language = named["lang"]
        if tag in ("script", "style", "code", "kbd"):
            self.hidden = tag
        # What is in a language of its own says so, like the names in the language menu.
        elif named.get("lang"):
            self.hidden = "" if tag == "html" else tag
        self.texts += [named[name] for name in SHOWN_ATTRIBUTES if named.get(name)]

    def handle_endtag(self, tag):
        self.hidden = "" if tag == self.hidden else self.hidden

    def handle_data(self, data):
        if data.strip() and not self.hidden:
            self.texts.append(" ".join(data.split()))


@pytest.fixture(scope="module", autouse=True)
def compiled_catalogues():
    call_command("compile_translations")
    trans_real._translations.clear()
    trans_real._default = None


@pytest.fixture(params=["fr", "de"])
def language(request):
    return request.param


@pytest.fixture
def reader(db, language) -> User:
    """An administrator with a recording, a workout by hand and records."""
    user = make_user("marie", language=language, is_admin=True, display_ascent=True)
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)
    make_workout(user, 3, title="Sommet 1", start=start, distance_km=1.5, ascent_m=1234.0)
    make_workout(user, 1, title="Sommet 2", start=start - timedelta(days=1), distance_km=1234.5)
    for workout in user.workouts.all():
        refresh_records(user, workout.sport)
    return user


@pytest.fixture
def pages(reader) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def shown(client, address):
    answer = client.get(address, follow=True)
    assert answer.status_code in (200, 404)
    return ShownTexts(answer.content.decode())


def is_left_over(text, untranslated):
    return text in untranslated or ENGLISH.search(text)


@pytest.fixture
def untranslated(language):
    """The English texts that the language writes differently."""
    catalogue = read_catalogue(catalogue_path(language), language)
    messages = [one for one in catalogue if one.id and not one.pluralizable]
    ours = {one.string for one in messages} | {one.id for one in messages if one.context}
    return {one.id for one in messages} - ours


@pytest.mark.parametrize("address", PAGES)
def test_no_english_is_left_on_a_page(pages, language, untranslated, address):
    page = shown(pages, address)
    assert [text for text in page.texts if is_left_over(text, untranslated)] == []
    assert page.language == language or address.endswith(".csv")


@pytest.mark.parametrize("address", VISITORS_PAGES)
def test_visitors_read_the_language_their_browser_asks_for(db, language, untranslated, address):
    client = Client(headers={"accept-language": f"{language},en;q=0.5"})
    page = shown(client, address)
    assert [text for text in page.texts if is_left_over(text, untranslated)] == []
    assert page.language == language


def test_no_english_is_left_on_the_pages_of_a_recording(pages, reader, untranslated):
    workout = upload_gpx(reader, segments=2, with_sensors=True, name="Sommet 3")
    at = workout.get_absolute_url()
    for address in (at, f"{at}/segment/1", f"{at}/edit", f"{at}/delete", "/workouts?q=zzz"):
        texts = shown(pages, address).texts
        assert [text for text in texts if is_left_over(text, untranslated)] == [], address
        assert [text for text in texts if DECIMAL_POINT.search(text)] == []


def test_errors_are_in_the_language_of_the_page(db, language, untranslated):
    client = Client(headers={"accept-language": language})
    answer = client.post("/register", {"username": "é", "email": "x", "password": "short"})
    texts = ShownTexts(answer.content.decode()).texts
    assert [text for text in texts if is_left_over(text, untranslated)] == []


@pytest.mark.parametrize("kind", Mail)
def test_no_english_is_left_in_a_mail(reader, language, untranslated, kind):
    details = {"name": "Sommet", "addresses": 3, "when": "2026-05-01T08:00:00+00:00"}
    message = write_mail(kind, reader, reader.email, Origin("Linux", "Firefox"), details)
    html, _ = message.alternatives[0]
    texts = [message.subject, *message.body.splitlines(), *ShownTexts(html).texts]
    texts = [re.sub(r"https?://\S+", "", text) for text in texts]
    assert [text for text in texts if is_left_over(text, untranslated)] == []
    assert ShownTexts(html).language == language


def test_the_accounts_language_wins_over_the_browsers(pages, language):
    pages.cookies["django_language"] = "en"
    assert shown(pages, "/").language == language


def test_the_menu_changes_the_language_of_visitor_and_account(client, reader, language):
    client.post("/i18n/setlang/", {"language": language, "next": "/login"})
    assert shown(client, "/login").language == language
    client.force_login(reader)
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert shown(client, "/").language == "en"


@pytest.mark.parametrize(
    ("asked", "given"), [("de-AT,de;q=0.9", "de"), ("fr-CH", "fr"), ("sv", "en"), ("", "en")]
)
def test_visitors_get_english_when_their_language_is_not_spoken(db, asked, given):
    assert shown(Client(headers={"accept-language": asked}), "/login").language == given


WRITTEN = {
    "fr": ["1,5", "1\u00a0234,5", "+1\u00a0234", "23 nov. 2026", "Lundi 23 novembre 2026"],
    "de": ["1,5", "1.234,5", "+1.234", "23. Nov. 2026", "Montag, 23. November 2026"],
}


def test_numbers_and_dates_are_written_as_in_the_language(pages, language):
    content = pages.get("/workouts").content.decode()
    assert [text for text in WRITTEN[language] if text not in content] == []


def test_weather_is_told_in_the_language(language):
    with override(language):
        told = (
            weather_words.sky("Light rain"),
            weather_words.compass(90.0),
            formatting.temperature(7.5),
        )
    expected = {"fr": ("Pluie faible", "E", "7,5 °C"), "de": ("Leichter Regen", "O", "7,5 °C")}
    assert told == expected[language]


def test_programs_read_numbers_with_a_point_in_any_language(pages):
    content = pages.get("/statistics.csv?until=2026-11-30").content.decode()
    assert "1234.5" in content


def test_the_api_speaks_english_to_every_browser(pages):
    answer = pages.post("/api/auth/login", {}, headers={"accept-language": "fr"})
    assert answer.headers["Content-Language"] == "en"
    assert pages.get("/api/docs").headers["Content-Language"] != "en"


# Numbers for the browser and for scripts; not the texts that scripts show.
NUMBER_ATTRIBUTE = re.compile(
    r"\b(?:x|y|[xy][12]|cx|cy|r|width|height|value|min|max|step|data-(?!reading|copy)[a-z-]+)"
    r'="[^"]*\d,\d[^"]*"'
)


def test_browsers_read_numbers_with_a_point_in_any_language(pages, reader):
    at = upload_gpx(reader, segments=2, with_sensors=True).get_absolute_url()
    drawn = ["/", "/statistics", "/workouts", "/profile/sports", "/admin/application"]
    for address in [*drawn, at, f"{at}/edit", f"{at}/segment/1"]:
        assert NUMBER_ATTRIBUTE.findall(pages.get(address).content.decode()) == [], address
