"""What every page must pass, in both colour schemes: axe-core, narrow screens, a clean console."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests.browser.pages import PageOf, all_pages, fill_calendar
from tests.browser.screenshots import session_cookie
from tests.factories import make_user

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def people(live_server) -> dict[str, User | None]:
    owner = make_user("ana")
    fill_calendar(owner)
    return {
        "nobody": None,
        "somebody": owner,
        "administrator": make_user("root", is_admin=True),
        "newcomer": make_user("newcomer"),
    }


def found_by_axe(page: Page) -> list[str]:
    """What axe-core complains about on the open page."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in found["violations"]
    ]


def is_too_wide(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(chromium: Browser, live_server, people, scheme):
    wrong: dict[str, list[str]] = {}
    pages = all_pages(people["somebody"])
    for who, person in people.items():
        context = chromium.new_context(base_url=live_server.url, color_scheme=scheme)
        context.add_cookies(cookies(person, live_server.url))
        page = context.new_page()
        for one in (one for one in pages if one.who == who):
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(one.path)
            complaints = found_by_axe(page)
            page.set_viewport_size({"width": 360, "height": 780})
            complaints += ["wider than the screen"] * is_too_wide(page)
            if complaints:
                wrong[one.name] = complaints
        context.close()
    assert wrong == {}


@pytest.mark.parametrize(
    ("width", "language"), [(360, "en"), (360, "de"), (360, "fr"), (768, "en")]
)
def test_no_page_scrolls_sideways_or_complains(chromium, live_server, people, width, language):
    wrong: dict[str, list[str]] = {}
    pages = all_pages(people["somebody"])
    User.objects.update(language=language)
    for who, person in people.items():
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 780}, locale=language
        )
        context.add_cookies(cookies(person, live_server.url))
        for one in (one for one in pages if one.who == who):
            page = context.new_page()
            complaints = listen(page, one)
            if complaints or is_too_wide(page):
                wrong[one.name] = complaints or ["wider than the screen"]
            page.close()
        context.close()
    assert wrong == {}


def listen(page: Page, one: PageOf) -> list[str]:
    """Open a page; what its scripts, the console and the content security policy say."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.goto(one.path, wait_until="networkidle")
    return [text for text in said if "Failed to load resource" not in text]


def cookies(person: User | None, url: str) -> list[dict[str, str]]:
    return [session_cookie(person, url)] if person else []


def test_own_scripts_stay_small():
    root = Path(__file__).resolve().parent.parent.parent
    scripts = [
        path
        for app in ("accounts", "fittrackee_site", "oauth_apps", "workouts")
        for path in (root / app / "static").rglob("*.js")
    ]
    assert sum(os.path.getsize(path) for path in scripts) < 60_000
