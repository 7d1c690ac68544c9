"""Finding and adding workouts in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_workout
from tests.workouts.test_adding import GPX


@pytest.fixture
def signed_in(live_server, alice, sign_in, page: Page) -> Page:
    sign_in(alice)
    return page


@pytest.fixture
def runs(alice) -> None:
    for number in range(30):
        make_workout(alice, sport=5, title=f"Tempo {number}")
    make_workout(alice, sport=1, title="Sunday ride")


def recording(folder: Path, name: str, day: int) -> Path:
    path = folder / name
    path.write_bytes(GPX.replace(b"2026-03-01", b"2026-03-%02d" % day))
    return path


@pytest.mark.usefixtures("runs")
def test_typing_finds_and_back_returns(signed_in: Page, complaints):
    page = signed_in
    page.goto("/workouts")
    page.keyboard.press("/")
    page.keyboard.type("sunday")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.url.endswith("/workouts?q=sunday")
    expect(page.locator("#id_q")).to_be_focused()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(25)
    expect(page.locator("#id_q")).to_have_value("")
    assert complaints == []


@pytest.mark.usefixtures("runs")
def test_pages_turn_without_losing_history(signed_in: Page):
    page = signed_in
    page.goto("/workouts?sport_id=5")
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    assert page.url.endswith("?sport_id=5&page=2")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(25)


def test_several_recordings_are_sent_with_a_result_each(
    signed_in: Page, alice, tmp_path, complaints
):
    bad = tmp_path / "bad.gpx"
    bad.write_text("no recording")
    page = signed_in
    page.goto("/workouts/add")
    files = [recording(tmp_path, "one.gpx", 1), recording(tmp_path, "two.gpx", 2), bad]
    page.set_input_files("input[type=file]", files)
    page.select_option("select[name=sport]", "5")
    page.get_by_role("button", name="Add workout").click()
    expect(page.locator("#uploads-summary")).to_have_text("3 of 3 done")
    expect(page.locator(".upload--done")).to_have_count(2)
    expect(page.locator(".upload--failed")).to_contain_text("bad.gpx")
    assert alice.workouts.count() == 2
    assert complaints == []


def test_a_single_recording_leads_to_its_page(signed_in: Page, alice, tmp_path):
    page = signed_in
    page.goto("/workouts/add")
    page.set_input_files("input[type=file]", recording(tmp_path, "one.gpx", 1))
    page.select_option("select[name=sport]", "5")
    page.get_by_role("button", name="Add workout").click()
    page.wait_for_url("**/workouts/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("River")


def test_a_workout_told_by_hand(signed_in: Page):
    page = signed_in
    page.goto("/workouts/add/by-hand")
    page.select_option("select[name=sport]", "1")
    page.get_by_label("Title").fill("To the sea")
    page.get_by_label("Hours").fill("1")
    page.get_by_label("Distance").fill("10")
    page.get_by_role("button", name="Add workout").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("To the sea")
    expect(page.locator("main")).to_contain_text("10.0")


def test_forms_work_without_scripts(chromium, live_server, alice, sign_in, context, tmp_path):
    sign_in(alice)
    plain = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto("/workouts/add")
    files = [recording(tmp_path, "one.gpx", 1), recording(tmp_path, "two.gpx", 2)]
    page.set_input_files("input[type=file]", files)
    page.select_option("select[name=sport]", "5")
    page.get_by_role("button", name="Add workout").click()
    expect(page.locator(".upload--done")).to_have_count(2)
    page.goto("/workouts")
    page.fill("#id_q", "river")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    plain.close()


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("address", ["/workouts", "/workouts/add", "/workouts/add/by-hand"])
def test_nothing_scrolls_sideways_on_a_phone(signed_in: Page, address):
    signed_in.set_viewport_size({"width": 360, "height": 740})
    signed_in.goto(address)
    assert signed_in.evaluate("document.documentElement.scrollWidth") == 360
