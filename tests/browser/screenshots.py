"""`make screenshots`: pictures of every page at 360 and 1280 px, light and dark.

They go to screenshots/; the one in the README is made anew as well. ARGS="workout consent" takes
some pages only. It runs the whole site, on a database and in a folder of its own, with the demo.
"""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "screenshots"
WIDTHS = {360: 780, 1280: 900}
SCHEMES = ("light", "dark")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prepare_environment(folder: str) -> str:
    """Point the settings at `folder`; the address that the site will have."""
    port = free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "fittrackee_site.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright keeps an event loop
        "DATA_DIR": folder,
        "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "DEBUG": "false",
    }
    return os.environ["SITE_URL"]


@contextmanager
def running_site(url: str) -> Iterator[None]:
    """The site with the demo account, until the end of the block."""
    site = subprocess.Popen([sys.executable, "manage.py", "serve", "--demo"], cwd=ROOT)
    try:
        wait_for(f"{url}/login")
        yield
    finally:
        site.terminate()
        site.wait()


def wait_for(url: str, seconds: int = 180) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit(f"The site did not answer at {url}.")


def take_all(url: str, wanted: set[str]) -> None:
    """Take the pictures of the pages named, or of all."""
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from accounts.models import User
    from tests.browser.conftest import ARGUMENTS, CHROMIUM
    from tests.browser.pages import all_pages
    from tests.factories import make_user

    demo = User.objects.get(username="demo")
    people = {
        "nobody": None,
        "somebody": demo,
        "administrator": make_user("root", is_admin=True),
        "newcomer": make_user("newcomer"),
    }
    pages = [page for page in all_pages(demo) if not wanted or page.name in wanted]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for scheme in SCHEMES:
            for who, person in people.items():
                context = browser.new_context(color_scheme=scheme, base_url=url)
                if person is not None:
                    context.add_cookies([session_cookie(person, url)])
                take(context.new_page(), scheme, [page for page in pages if page.who == who])
                context.close()


def session_cookie(person, url: str) -> dict[str, str]:
    """What signs `person` in without the form."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def take(window, scheme: str, pages) -> None:
    """Take `pages` in one colour scheme, at both widths."""
    for width, height in WIDTHS.items():
        window.set_viewport_size({"width": width, "height": height})
        for page in pages:
            window.goto(page.path, wait_until="networkidle")
            path = FOLDER / f"{page.name}-{width}-{scheme}.png"
            window.screenshot(path=path, full_page=True)
            print(path.relative_to(ROOT), flush=True)
            if (page.name, width, scheme) == ("workout", 1280, "light"):
                window.screenshot(path=ROOT / "docs" / "images" / "workout.png")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = prepare_environment(folder)
        with running_site(url):
            take_all(url, set(sys.argv[1:]))


if __name__ == "__main__":
    main()
