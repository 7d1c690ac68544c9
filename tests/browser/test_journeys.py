"""What people do here, from beginning to end, in a real browser."""

import re
from pathlib import Path

import pytest
import requests
from django.core import mail
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from oauth_apps.models import AccessToken
from tests.factories import make_recording_bytes, make_user
from workouts.models import Workout

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "activities" / "gpx"


@pytest.fixture
def mails(settings) -> list[mail.EmailMessage]:
    settings.EMAIL_IS_CONFIGURED = True
    return mail.outbox


def sign_in_as(page: Page, email: str, password: str) -> None:
    page.goto("/login")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Log in").click()


def link_in(message: mail.EmailMessage) -> str:
    """Path and query of the link that a mail carries."""
    found = re.search(r"https?://[^/\s]+(/\S+\?token=\S+)", str(message.body))
    assert found
    return found[1]


def test_from_registration_to_deletion(page: Page, live_server, mails, tmp_path, complaints):
    register_and_confirm(page, mails)
    workout = upload(page, tmp_path)
    see_records_and_statistics(page, workout)
    let_an_application_in_and_out(page, live_server.url)
    take_everything_away(page, tmp_path)
    delete_the_account(page)
    # Neither map tiles nor the app's own address answer here.
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def register_and_confirm(page: Page, mails: list[mail.EmailMessage]) -> None:
    page.goto("/register")
    page.locator("#username").fill("ana")
    page.locator("#email").fill("ana@example.org")
    page.locator("#password").fill("a long enough one")
    page.get_by_role("button", name="Register").click()
    page.wait_for_url("**/login**")
    assert [message.to for message in mails] == [["ana@example.org"]]
    page.goto(link_in(mails[0]))
    expect(page.get_by_role("link", name="Dashboard").first).to_be_visible()


def upload(page: Page, folder: Path) -> Workout:
    file = folder / "outing.gpx"
    file.write_bytes(make_recording_bytes(name="First outing", segments=2))
    page.goto("/workouts/add")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Sport", exact=True).select_option(label="Running")
    page.get_by_role("button", name="Add workout").click()
    expect(page.get_by_role("heading", name="First outing")).to_be_visible(timeout=15_000)
    return Workout.objects.get()


def see_records_and_statistics(page: Page, workout: Workout) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Records")).to_be_visible()
    expect(page.get_by_text("Farthest").first).to_be_visible()
    page.goto("/statistics?unit=year")
    expect(page.get_by_text("Running").first).to_be_visible()


def let_an_application_in_and_out(page: Page, site: str) -> None:
    page.goto("/profile/apps/new")
    page.get_by_label("Name", exact=True).fill("Watch sync")
    page.get_by_label("Website").fill("https://sync.example.org")
    page.get_by_label("Redirect addresses").fill("http://127.0.0.1:9/back")
    page.get_by_label(re.compile("See your workouts")).check()
    page.get_by_role("button", name="Register the app").click()
    page.get_by_label("Password").fill("a long enough one")
    page.get_by_role("button", name="Continue").click()
    shown = page.locator(".settings__content").inner_text()
    client_id, secret = (re.search(rf"\b\w{{{length}}}\b", shown)[0] for length in (24, 48))
    went_to: list[str] = []
    page.on("request", lambda request: went_to.append(request.url))
    page.goto(
        f"/oauth/authorize?response_type=code&client_id={client_id}&scope=workouts:read"
        "&state=abc&redirect_uri=http://127.0.0.1:9/back"
    )
    page.get_by_role("button", name="Give access").click()
    page.wait_for_timeout(500)
    back = [url for url in went_to if url.startswith("http://127.0.0.1:9/back")]
    assert len(back) == 1
    assert "state=abc" in back[0]
    code = re.search(r"[?&]code=(\w+)", back[0])
    assert code
    answer = requests.post(
        f"{site}/api/oauth/token",
        {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "client_secret": secret,
            "code": code[1],
            "redirect_uri": "http://127.0.0.1:9/back",
        },
    )
    assert answer.json()["scope"] == "workouts:read"
    page.goto("/profile/apps/access")
    expect(page.get_by_text("Watch sync").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Take access back")).click()
    expect(page.get_by_role("button", name=re.compile("Take access back"))).to_have_count(0)
    assert not AccessToken.objects.filter(application__name="Watch sync").exists()


def take_everything_away(page: Page, folder: Path) -> None:
    page.goto("/profile/data")
    page.get_by_role("button", name="Make an export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the export").click()
    download.value.save_as(folder / "export.zip")
    assert (folder / "export.zip").read_bytes().startswith(b"PK")


def delete_the_account(page: Page) -> None:
    page.goto("/profile/edit/account/delete")
    page.locator("input[type=password]").fill("a long enough one")
    page.get_by_role("button", name="Delete my account").click()
    page.wait_for_url(re.compile(r"/(login|about|\?|$)"))
    assert not User.objects.exists()
    assert not Workout.objects.exists()


def test_a_real_recording_is_added_edited_fetched_and_deleted(
    page: Page, live_server, sign_in, alice, tmp_path
):
    recordings = sorted(RECORDINGS.glob("*.gpx"))
    if not recordings:
        pytest.skip("the shared recordings are not here")
    file = next(path for path in recordings if 50_000 < path.stat().st_size < 1_000_000)
    sign_in(alice)
    page.goto("/workouts/add")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Sport", exact=True).select_option(label="Hiking")
    page.get_by_role("button", name="Add workout").click()
    expect(page.locator(".map .leaflet-control-zoom")).to_be_visible(timeout=15_000)
    expect(page.locator(".lane").first).to_be_visible()

    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Title").fill("Renamed by hand")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", name="Renamed by hand")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "again.gpx")
    assert (tmp_path / "again.gpx").read_bytes() == file.read_bytes()

    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name=re.compile("Delete")).last.click()
    page.wait_for_url(re.compile("/workouts$|/$"))
    assert not Workout.objects.exists()


@pytest.fixture
def nora(live_server) -> User:
    return make_user("nora", password="a long enough one")


def test_signing_in_and_out(page: Page, nora):
    page.goto("/")
    expect(page).to_have_url(re.compile("/login"))
    expect(page.locator("form input:not([type=hidden])")).to_have_count(2)
    sign_in_as(page, "nora@example.com", "a long enough one")
    for name in ("Dashboard", "Workouts", "Statistics"):
        expect(page.get_by_role("link", name=name).first).to_be_visible()
    page.get_by_text("nora").first.click()
    page.get_by_role("button", name="Log out").click()
    page.goto("/workouts")
    expect(page).to_have_url(re.compile("/login"))


def test_a_page_that_needs_signing_in_is_returned_to(page: Page, nora):
    page.goto("/statistics?unit=year")
    page.locator("#email").fill("nora@example.com")
    page.locator("#password").fill("a long enough one")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile(r"/statistics\?unit=year$"))


def test_wrong_credentials_say_so_and_keep_the_address(page: Page, nora):
    sign_in_as(page, "nora@example.com", "wrong wrong")
    expect(page.locator("#email")).to_have_value("nora@example.com")
    expect(page.locator(".field--invalid, .notice--error").first).to_be_visible()


def test_registration_refuses_a_taken_name_and_a_bad_address(page: Page, nora, mails):
    page.goto("/register")
    page.locator("#username").fill("NORA")
    page.locator("#email").fill("no address")
    page.locator("#password").fill("a long enough one")
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".field--invalid").first).to_be_visible()
    expect(page).to_have_url(re.compile("/register$"))
    assert User.objects.count() == 1
    assert mails == []


def test_a_workout_entered_by_hand_shows_what_was_typed(page: Page, live_server, sign_in, alice):
    sign_in(alice)
    page.goto("/workouts/add/by-hand")
    page.get_by_label("Sport", exact=True).select_option(label="Cycling (Sport)")
    page.get_by_label("Title").fill("Round the lake")
    page.locator("input[type=date]").fill("2026-05-01")
    page.locator("input[type=time]").fill("08:30")
    page.get_by_label("Hours").fill("1")
    page.get_by_label(re.compile("Distance")).fill("10")
    page.get_by_role("button", name="Add workout").click()
    expect(page.get_by_role("heading", name="Round the lake")).to_be_visible()
    workout = Workout.objects.get()
    assert (workout.distance_km, workout.ave_speed_kmh, workout.max_speed_kmh) == (10, 10, 10)


def test_nothing_needs_scripts_to_read_a_workout(chromium, live_server, alice, sign_in):
    context: BrowserContext = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False
    )
    from tests.browser.screenshots import session_cookie
    from tests.factories import upload_gpx

    context.add_cookies([session_cookie(alice, live_server.url)])
    workout = upload_gpx(alice, with_sensors=True)
    page = context.new_page()
    page.goto(workout.get_absolute_url())
    expect(page.locator(".lane svg").first).to_be_visible()
    page.get_by_role("link", name="Time").click()
    expect(page.locator(".lane svg").first).to_be_visible()
    context.close()
