import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_recording_bytes, make_workout, upload_gpx
from tracks.limits import Limits
from workouts.models import Sport, Workout
from workouts.services.sport_preferences import SportPreferenceChange, change_preference

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "activities" / "gpx"
VECTOR = Path(__file__).resolve().parents[1] / "files" / "vector.gpx"


def page(client: Client, workout: Workout, query: str = "") -> str:
    response = client.get(workout.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    """What somebody reads, without tags and with single spaces."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u202f", " ").split())


def addresses(workout: Workout) -> list[str]:
    known = [workout.short_id]
    return [
        reverse("workouts:detail", args=known),
        reverse("workouts:charts", args=known),
        reverse("workouts:download", args=known),
        reverse("workouts:segment", args=[*known, 1]),
        reverse("workouts:segment_charts", args=[*known, 1]),
    ]


# --- Who may see it


def test_the_owner_sees_every_page_of_a_workout(alice, alice_client):
    for address in addresses(upload_gpx(alice)):
        assert alice_client.get(address).status_code == 200


def test_for_others_the_workout_does_not_exist(alice, bob, admin):
    workout = upload_gpx(alice)
    for person in (bob, admin):
        client = Client()
        client.force_login(person)
        assert {client.get(address).status_code for address in addresses(workout)} == {404}


def test_a_stranger_is_asked_to_sign_in(alice):
    for address in addresses(upload_gpx(alice)):
        assert Client().get(address).url.startswith("/login")


@pytest.mark.parametrize("number", [0, 2, 99])
def test_a_segment_that_is_not_there_is_not_found(alice, alice_client, number):
    workout = upload_gpx(alice)
    for name in ("segment", "segment_charts"):
        address = f"{workout.get_absolute_url()}/segment/{number}"
        address += "/charts" if name == "segment_charts" else ""
        assert alice_client.get(address).status_code == 404


# --- Figures


def test_a_ride_begins_with_distance_time_and_speed(alice, alice_client):
    text = words(page(alice_client, upload_gpx(alice, sport=1)))
    assert "Distance 1.8 km Moving time 10 min Speed 10.8 km/h" in text


def test_a_run_begins_with_its_pace(alice, alice_client):
    text = words(page(alice_client, upload_gpx(alice, sport=5)))
    assert "Distance 1.8 km Moving time 10 min Pace 5:33 /km" in text


def test_a_hike_begins_with_its_climb(alice, alice_client):
    text = words(page(alice_client, upload_gpx(alice, sport=3)))
    assert "Moving time 10 min Climb +" in text


def test_somebody_who_reads_miles_reads_nothing_metric(alice, alice_client):
    alice.imperial_units = True
    alice.save()
    text = words(page(alice_client, upload_gpx(alice)))
    assert "Distance 1.1 mi" in text
    assert "mph" in text
    assert not re.search(r"\d (km|m|km/h)\b", text)


def test_figures_and_charts_agree_on_what_standing_still_is(alice, alice_client):
    change_preference(
        alice, Sport.objects.get(pk=1), SportPreferenceChange(stopped_speed_threshold_kmh=20)
    )
    html = page(alice_client, upload_gpx(alice))
    assert "Speed 0.0 km/h" in words(html)
    assert html.count('<path class="lane__line"') == 1
    assert "10.8" not in words(html)


def test_a_closer_look_counts_what_stands_still_as_the_figures_do(alice, alice_client):
    change_preference(
        alice, Sport.objects.get(pk=1), SportPreferenceChange(stopped_speed_threshold_kmh=5)
    )
    # Ten minutes at 10.8 km/h, and ten at 3.6 that count as way but not as time.
    fast = make_recording_bytes()
    later = datetime(2026, 5, 1, 8, 10, tzinfo=UTC)
    slow = make_recording_bytes(metres_between=10, start=later, latitude=47.01617)
    data = fast.replace(b"</trkseg>\n</trk></gpx>\n", slow[slow.index(b"<trkpt") :])
    workout = upload_gpx(alice, data=data)
    assert workout.ave_speed_kmh == pytest.approx(14.4, abs=0.05)
    closer = words(page(alice_client, workout, "?over=time&from=1&to=1199"))
    assert "Show all" in closer
    assert closer.count("average 14.4") == 1


def test_the_time_is_that_of_the_reader(alice, alice_client):
    alice.timezone = "Asia/Tokyo"
    alice.save()
    assert "1 May 2026, 17:00" in words(page(alice_client, upload_gpx(alice)))


def test_records_are_told_in_words(alice, alice_client):
    slow = upload_gpx(alice, seconds_between=20, points=30)
    upload_gpx(alice, points=61)
    assert "Longest time so far" not in words(page(alice_client, slow))
    best = upload_gpx(alice, points=200)
    assert "Longest distance so far" in words(page(alice_client, best))


def test_whoever_hides_ascents_sees_no_record_of_them(alice, alice_client):
    workout = upload_gpx(alice)
    assert "Most climb so far" in words(page(alice_client, workout))
    alice.display_ascent = False
    alice.save()
    assert "Most climb so far" not in words(page(alice_client, workout))


def test_previous_and_next_lead_to_the_neighbours(alice, alice_client):
    first, middle, last = (make_workout(alice, title=name) for name in ("a", "b", "c"))
    html = " ".join(page(alice_client, middle).split())
    assert f'rel="prev" href="{first.get_absolute_url()}"' in html
    assert f'rel="next" href="{last.get_absolute_url()}"' in html
    assert 'rel="prev"' not in page(alice_client, first)


def test_notes_keep_their_lines_and_are_never_markup(alice, alice_client):
    html = page(alice_client, make_workout(alice, notes="one\n<script>alert(1)</script>"))
    assert "one\n&lt;script&gt;" in html


def test_weather_is_shown_when_both_ends_are_known(alice, alice_client):
    weather = {
        "summary": "Clear",
        "icon": "clear-night",
        "temperature": 14.2,
        "humidity": 0.61,
        "wind": 2.4,
        "windBearing": 310,
    }
    text = words(
        page(alice_client, make_workout(alice, weather_start=weather, weather_end=weather))
    )
    assert "14.2 °C Clear Humidity 61 % 2.4 m/s NW" in text
    assert "Weather" not in words(page(alice_client, make_workout(alice, weather_start=weather)))


# --- Without a recording


def test_a_workout_by_hand_has_figures_and_neither_map_nor_charts(alice, alice_client):
    html = page(alice_client, make_workout(alice, duration=timedelta(hours=30)))
    assert "Distance 10.0 km Moving time 30 h 00" in words(html)
    assert "data-map" not in html
    assert "data-charts" not in html
    assert "map.js" not in html


def test_a_workout_by_hand_has_nothing_to_download_or_to_draw(alice, alice_client):
    workout = make_workout(alice)
    for name in ("download", "charts"):
        address = reverse(f"workouts:{name}", args=[workout.short_id])
        assert alice_client.get(address).status_code == 404


# --- The recording


def test_the_download_is_the_file_byte_for_byte(alice, alice_client):
    data = make_recording_bytes()
    workout = upload_gpx(alice, data=data)
    response = alice_client.get(reverse("workouts:download", args=[workout.short_id]))
    assert b"".join(response.streaming_content) == data
    assert f'filename="{workout.short_id}.gpx"' in response["Content-Disposition"]


def test_a_file_that_got_lost_is_not_found(alice, alice_client):
    workout = upload_gpx(alice)
    Path(workout.recording.file.path).unlink()
    address = reverse("workouts:download", args=[workout.short_id])
    assert alice_client.get(address).status_code == 404


def test_the_charts_are_there_without_scripts(alice, alice_client):
    html = page(alice_client, upload_gpx(alice, with_sensors=True))
    assert html.count('<path class="lane__line"') == 3
    assert '<path class="map__line" d="M' in html


def test_the_axis_is_chosen_without_scripts(alice, alice_client):
    workout = upload_gpx(alice)
    by_distance, by_time = page(alice_client, workout), page(alice_client, workout, "?over=time")
    assert re.search(r'over=distance[^>]*aria-current="true"', by_distance)
    assert re.search(r'over=time[^>]*aria-current="true"', by_time)
    assert ">min</text>" in by_time


def test_a_closer_look_needs_no_scripts_either(alice, alice_client):
    html = page(alice_client, upload_gpx(alice), "?over=time&from=60&to=180")
    assert "0.36 km · 2:00" in words(html)
    assert "Show all" in words(html)


@pytest.mark.parametrize(
    "query", ["?from=x&to=1", "?from=nan&to=inf", "?from=9&to=1", "?over=week", "?segments=x"]
)
def test_a_senseless_question_gets_the_whole_workout(alice, alice_client, query):
    assert "Show all" not in words(page(alice_client, upload_gpx(alice), query))


def test_the_charts_alone_are_a_part_of_the_page(alice, alice_client):
    workout = upload_gpx(alice)
    part = alice_client.get(f"{workout.get_absolute_url()}/charts?over=time").content.decode()
    assert part.strip().startswith('<section class="section charts"')
    assert part.strip() in page(alice_client, workout, "?over=time")


def test_a_segment_is_measured_on_its_own(alice, alice_client):
    workout = upload_gpx(alice, points=31, segments=2)
    html = alice_client.get(f"{workout.get_absolute_url()}/segment/2").content.decode()
    assert "Segment 2 of 2" in words(html)
    assert "Distance 0.90 km Moving time 5 min" in words(html)
    assert len(json.loads(script(html, "route"))["lines"]) == 1


def test_segments_are_listed_when_there_are_several(alice, alice_client):
    assert "Segments" not in words(page(alice_client, upload_gpx(alice)))
    several = page(alice_client, upload_gpx(alice, points=5, segments=3))
    assert "Segment 3" in words(several)


def test_the_most_segments_come_page_by_page(alice, alice_client):
    workout = upload_gpx(alice, points=1, segments=Limits().segments)
    html = page(alice_client, workout)
    assert "1 to 50" in words(html)
    assert "Segment 51" not in words(html)
    assert "Segment 51" in words(page(alice_client, workout, "?segments=2"))
    assert len(html) < 150_000


def test_the_last_segments_are_one_link_away_and_the_charts_stay(alice, alice_client):
    workout = upload_gpx(alice, points=1, segments=Limits().segments)
    html = page(alice_client, workout, "?over=time")
    (last,) = re.findall(r'href="([^"]*segments=20[^"]*)"', html)
    assert last == "?over=time&amp;segments=20#segments"
    assert "Segment 1000" in words(page(alice_client, workout, "?segments=20"))


def test_the_page_costs_the_same_whatever_its_segments(alice, alice_client):
    alice_client.get(reverse("home"))  # the first visit of a session costs more
    costs = []
    for segments in (2, Limits().segments):
        workout = upload_gpx(alice, points=1, segments=segments)
        with CaptureQueriesContext(connection) as queries:
            page(alice_client, workout)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_german_numbers_never_get_into_the_drawing(alice, alice_client):
    alice.language = "de"
    alice.save()
    html = page(alice_client, upload_gpx(alice))
    places = re.findall(r'\b(?:x|y|x1|x2|y1|y2|cx|cy|d)="([^"]*)"', html)
    assert places
    assert not any("," in place for place in places)


@pytest.mark.parametrize(
    "recording",
    [
        {"points": 1},
        {"metres_between": 0},
        {"seconds_between": 0},
        {"seconds_between": 200_000},
        {"segments": 3, "points": 1},
        {"latitude": 89.9},
    ],
)
def test_odd_recordings_have_a_page(alice, alice_client, recording):
    workout = upload_gpx(alice, sport=5, **recording)
    page(alice_client, workout)
    page(alice_client, workout, "?over=time")


def test_a_clock_that_goes_back_or_jumps_has_a_page(alice, alice_client):
    data = make_recording_bytes(points=40)
    for changed in (b"2026-05-01T07:00:00Z", b"1999-01-01T00:00:00Z", b"2099-01-01T00:00:00Z"):
        odd = data.replace(b"2026-05-01T08:03:00Z", changed)
        for query in ("", "?over=time"):
            page(alice_client, upload_gpx(alice, data=odd), query)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="real recordings are not here")
def test_real_recordings_have_a_page(alice, alice_client):
    small = [path for path in RECORDINGS.glob("*.gpx") if path.stat().st_size < 1_000_000]
    for path in sorted(small):
        workout = upload_gpx(alice, data=path.read_bytes(), file_name=path.name)
        for query in ("", "?over=time", "?over=time&from=10&to=60"):
            page(alice_client, workout, query)


# --- Cost


def script(html: str, name: str) -> str:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', html, re.S)
    assert found
    return found[1]


def test_twenty_thousand_points_are_at_most_150_kb(alice, alice_client):
    workout = upload_gpx(alice, points=20_000, seconds_between=1, with_sensors=True)
    for query in ("", "?over=time"):
        assert len(page(alice_client, workout, query).encode()) < 150_000


def test_the_page_costs_the_same_with_one_and_with_many(alice, alice_client):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    workout = upload_gpx(alice, start=start)
    alice_client.get(workout.get_absolute_url())
    with CaptureQueriesContext(connection) as alone:
        page(alice_client, workout)
    for day in range(1, 4):
        upload_gpx(alice, start=start - timedelta(days=day), segments=3, points=20)
    with CaptureQueriesContext(connection) as among_others:
        page(alice_client, workout)
    assert len(alone) == len(among_others) <= 14


def test_our_scripts_stay_small():
    sizes = [Path(finders.find(f"workouts/{name}.js")).stat().st_size for name in ("map", "chart")]
    assert sum(sizes) < 22_000


def test_nothing_on_the_page_breaks_the_content_security_policy(alice, alice_client):
    html = page(alice_client, upload_gpx(alice, segments=2, points=9))
    assert ' style="' not in html
    assert not re.search(r"\son[a-z]+=", html)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)
