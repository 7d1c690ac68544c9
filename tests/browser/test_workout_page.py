"""The page of a workout in a real browser."""

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.factories import upload_gpx
from tests.stub_server import Stub, stub_server
from workouts.models import Workout

pytestmark = pytest.mark.browser


@pytest.fixture
def tiles(settings) -> Iterator[Stub]:
    with stub_server() as stub:
        buffer = io.BytesIO()
        Image.new("RGB", (256, 256), "#dde5d8").save(buffer, "PNG")
        stub.kind, stub.body = "image/png", buffer.getvalue()
        settings.TILE_SERVER_URL = stub.address + "/{z}/{x}/{y}.png"
        yield stub


@pytest.fixture
def workout(tiles, live_server, alice, sign_in) -> Workout:
    sign_in(alice)
    return upload_gpx(alice, points=400, segments=2, with_sensors=True)


def opened(page: Page, workout: Workout, query: str = "") -> Page:
    page.goto(workout.get_absolute_url() + query)
    expect(page.locator(".map .leaflet-control-zoom")).to_be_visible()
    return page


def over(page: Page, share: float) -> tuple[float, float]:
    """A point of the first chart, `share` of its width from the left."""
    page.locator(".lane__plot").first.scroll_into_view_if_needed()
    box = page.locator(".lane__plot").first.bounding_box()
    assert box
    return box["x"] + box["width"] * share, box["y"] + box["height"] / 2


def test_the_pointer_reads_every_chart_and_moves_on_the_map(page, workout):
    opened(page, workout)
    page.mouse.move(*over(page, 0.25))
    expect(page.locator(".lane .pointer[visibility=visible]")).to_have_count(3)
    first = page.locator(".lane--elevation [data-value]").inner_text()
    place = page.locator(".map-pointer").get_attribute("d")
    assert re.fullmatch(r"\d+\.\d\d km · \d+:\d\d.*", page.locator("[data-place]").inner_text())
    page.mouse.move(*over(page, 0.75))
    assert page.locator(".lane--elevation [data-value]").inner_text() != first
    assert page.locator(".map-pointer").get_attribute("d") != place
    page.mouse.move(5, 5)
    expect(page.locator(".map-pointer")).to_have_count(0)


def test_pointing_at_the_track_reads_the_charts(page, workout):
    opened(page, workout)
    box = page.locator(".map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 - 2, box["y"] + box["height"] / 2)
    expect(page.locator(".charts--pointing")).to_have_count(1)


def test_the_arrow_keys_move_the_pointer(page, workout):
    opened(page, workout)
    slider = page.get_by_role("slider")
    slider.focus()
    before = slider.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    after = slider.get_attribute("aria-valuetext")
    assert before != after
    assert re.search(r"km · \d+:\d\d, Elevation \d+ m, Speed [\d.]+ km/h, Heart rate", after)
    page.keyboard.press("Escape")
    expect(page.locator(".charts--pointing")).to_have_count(0)


def test_a_stretch_is_brushed_and_shown_again_as_a_whole(page, workout):
    opened(page, workout)
    page.mouse.move(*over(page, 0.25))
    page.mouse.down()
    page.mouse.move(*over(page, 0.5), steps=5)
    page.mouse.up()
    show_all = page.get_by_role("link", name="Show all")
    expect(show_all).to_be_visible()
    assert "from=" in page.url
    show_all.click()
    expect(show_all).to_have_count(0)
    assert "from=" not in page.url


def test_the_axis_changes_without_a_reload(page, workout):
    opened(page, workout)
    page.evaluate("window.stillHere = true")
    page.get_by_role("link", name="Time", exact=True).click()
    expect(page.locator(".charts [aria-current=true]")).to_have_text("Time")
    assert page.evaluate("window.stillHere")
    page.reload()
    expect(page.locator(".charts [aria-current=true]")).to_have_text("Time")


def test_the_zoom_buttons_work_by_keyboard(page, workout):
    opened(page, workout)
    page.get_by_role("button", name="Zoom in").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Show all")).to_be_visible()


def test_the_map_fills_the_screen_and_comes_back(page, workout):
    opened(page, workout)
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement?.id === 'map'")
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("!document.fullscreenElement")


def test_start_and_finish_differ_by_shape_and_letter(page, workout):
    opened(page, workout)
    expect(page.locator(".map-mark--start")).to_have_text("S")
    expect(page.locator(".map-mark--end")).to_have_text("F")


def test_without_tiles_the_track_is_drawn_on_plain_ground(page, workout, settings):
    settings.TILE_SERVER_URL = "http://127.0.0.1:9/{z}/{x}/{y}.png"
    opened(page, workout)
    expect(page.locator(".map--bare")).to_have_count(1)
    expect(page.locator(".map__north")).to_be_visible()
    assert page.locator(".leaflet-overlay-pane path").count() >= 2


def test_nothing_is_wrong_in_the_console(page, workout, complaints):
    opened(page, workout)
    page.mouse.move(*over(page, 0.5))
    page.get_by_role("link", name="Time", exact=True).click()
    page.get_by_role("button", name="Show the whole track").click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{workout.get_absolute_url()}/segment/1")
    page.wait_for_load_state("networkidle")
    assert complaints == []


def test_a_phone_never_scrolls_sideways(page, workout):
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, workout)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_no_labels_overlap(page, workout):
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        opened(page, workout, "?over=time")
        for places in (
            ".charts__ticks text, .charts__unit text",
            ".lane--elevation .lane__axis text",
        ):
            boxes = [
                text.bounding_box() for text in page.locator(places).all() if text.is_visible()
            ]
            assert len(boxes) > 1
            for index, one in enumerate(boxes):
                for other in boxes[index + 1 :]:
                    assert not overlap(one, other)


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"] * 0.7
        and other["y"] < one["y"] + one["height"] * 0.7
    )


def test_twenty_thousand_points_are_drawn_within_300_ms(page, tiles, live_server, alice, sign_in):
    sign_in(alice)
    workout = upload_gpx(alice, points=20_000, seconds_between=1, with_sensors=True)
    opened(page, workout)
    page.reload()
    expect(page.locator(".map-mark--end")).to_be_visible()
    work, after_load = page.evaluate(
        """() => {
          const [drawn] = performance.getEntriesByName("map-drawn");
          const [visit] = performance.getEntriesByType("navigation");
          const end = drawn.startTime + drawn.duration;
          return [drawn.duration, end - visit.loadEventEnd];
        }"""
    )
    assert work < 300
    assert after_load < 300
