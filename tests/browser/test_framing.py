"""Another site puts ours into frames, in a real browser: nothing of it is shown."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.browser.pages import PageOf, all_pages
from tests.browser.screenshots import session_cookie
from tests.factories import make_user
from tests.stub_server import stub_server

BLOCKED = "chrome-error://chromewebdata/"
MORE = [
    PageOf("documentation", "/api/docs", "nobody"),
    PageOf("browsable", "/api/config", "nobody"),
    PageOf("django-admin", "/django-admin/", "administrator"),
    PageOf("django-admin-users", "/django-admin/accounts/user/", "administrator"),
    PageOf("not-allowed", "/admin/users"),
]


def frames_of(paths: list[str]) -> bytes:
    frames = "".join(f'<iframe src="{path}"></iframe>' for path in paths)
    return f"<!doctype html><title>Win a watch</title>{frames}".encode()


def shown_in_frames(browser: Browser, address: str, cookie: list[dict]) -> list[str]:
    """The addresses of the frames of the page at `address` that a browser shows."""
    context = browser.new_context()
    context.add_cookies(cookie)
    page = context.new_page()
    page.goto(address)
    shown = [frame.url for frame in page.frames[1:] if frame.url != BLOCKED]
    context.close()
    return shown


def test_no_page_is_shown_in_a_frame_of_another_site(chromium: Browser, live_server):
    owner = make_user("ana")
    people = {
        "nobody": None,
        "somebody": owner,
        "administrator": make_user("root", is_admin=True),
        "newcomer": make_user("newcomer"),
    }
    pages = [*all_pages(owner), *MORE]
    with stub_server() as inner, stub_server() as trap:
        inner.kind = trap.kind = "text/html"
        for who, user in people.items():
            paths = [live_server.url + page.path for page in pages if page.who == who]
            trap.body = frames_of([*paths, inner.address + "/"])
            cookie = [session_cookie(user, live_server.url)] if user else []
            # Another port of the same host: the frames get the cookies of who is signed in.
            near = trap.address.replace("127.0.0.1", urlsplit(live_server.url).hostname)
            assert shown_in_frames(chromium, near, cookie) == [inner.address + "/"]
