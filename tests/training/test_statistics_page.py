"""The statistics page: windows, figures, sports, the table beside the chart, the file."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests.factories import make_user, make_workout

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


def overview(client: Client, **query):
    answer = client.get("/statistics", query)
    assert answer.status_code == 200
    return answer.context["page"]


def names(shown) -> list[str]:
    return [column.name for column in shown.columns]


def test_the_last_twelve_months_are_shown_at_first(alice, alice_client):
    make_workout(alice, start=at(2026, 11, 1))
    shown = overview(alice_client)
    assert names(shown)[0] == "December 2025"
    assert names(shown)[-1] == "November 2026"
    assert len(names(shown)) == 12


@pytest.mark.parametrize(
    ("unit", "count", "first", "last"),
    [
        ("week", 10, "Week of 20 Sep 2026", "Week of 22 Nov 2026"),
        ("year", 10, "2017", "2026"),
    ],
)
def test_weeks_and_years_have_their_own_windows(alice, alice_client, unit, count, first, last):
    make_workout(alice, start=at(2026, 11, 1))
    shown = names(overview(alice_client, unit=unit))
    assert (len(shown), shown[0], shown[-1]) == (count, first, last)


def test_periods_follow_the_clock_of_the_reader():
    paris = make_user("paris", timezone="Europe/Paris")
    client = Client()
    client.force_login(paris)
    make_workout(paris, start=at(2025, 12, 31, 23, 30), distance_km=7)
    years = {column.name: column.totals for column in overview(client, unit="year").columns}
    assert years["2025"] == {}
    assert years["2026"][1].distance_km == 7


def test_earlier_and_later_windows_meet_without_gap(alice, alice_client):
    make_workout(alice, start=at(2026, 11, 1))
    now = overview(alice_client)
    earlier = overview_of(alice_client, now.earlier)
    assert names(earlier)[-1] == "November 2025"
    assert names(overview_of(alice_client, earlier.later)) == names(now)
    assert now.later == ""


def overview_of(client: Client, query: str):
    return client.get(f"/statistics?{query}").context["page"]


def test_the_window_before_is_compared(alice, alice_client):
    make_workout(alice, start=at(2026, 11, 1), distance_km=30)
    make_workout(alice, start=at(2025, 11, 30), distance_km=20)
    make_workout(alice, start=at(2024, 11, 30), distance_km=10)
    shown = overview(alice_client)
    assert shown.about.totals.distance_km == 30
    assert shown.about.before.distance_km == 20


def test_only_chosen_sports_count(alice, alice_client):
    make_workout(alice, 1, start=at(2026, 11, 1), distance_km=30)
    make_workout(alice, 5, start=at(2026, 11, 2), distance_km=10)
    shown = overview(alice_client, sport=[5])
    assert [sport.pk for sport in shown.about.sports] == [5]
    assert shown.about.totals.distance_km == 10
    assert [sport.pk for sport in shown.about.used_sports] == [1, 5]


@pytest.mark.parametrize(
    "query",
    [
        {"unit": "decade"},
        {"figure": "heart"},
        {"until": "yesterday"},
        {"until": "0001-01-01"},
        {"until": "9999-12-31"},
        {"sport": "x"},
        {"sport": "99999999999999999999"},
    ],
)
@pytest.mark.parametrize("path", ["/statistics", "/statistics.csv"])
def test_what_makes_no_sense_counts_as_not_given(alice, alice_client, path, query):
    make_workout(alice, start=at(2026, 11, 1))
    assert alice_client.get(path, query).status_code == 200


@pytest.mark.parametrize(
    "figure", ["distance", "duration", "workouts", "speed", "ascent", "descent"]
)
def test_every_figure_has_a_chart_and_a_table(alice, alice_client, figure):
    make_workout(alice, 1, start=at(2026, 11, 1), ascent_m=100, descent_m=90)
    page = alice_client.get("/statistics", {"figure": figure}).content.decode()
    assert "bars__plot" in page
    assert "November 2026" in page


def test_bars_are_as_high_as_their_share_of_the_axis(alice, alice_client):
    make_workout(alice, 1, start=at(2026, 10, 1), distance_km=100)
    make_workout(alice, 1, start=at(2026, 11, 1), distance_km=30)
    make_workout(alice, 5, start=at(2026, 11, 2), distance_km=20)
    chart = overview(alice_client).chart
    assert chart.ticks[-1].label == "100"
    assert [part.height for part in chart.bars[-1].parts] == ["30.00%", "20.00%"]
    assert [part.y for part in chart.bars[-1].parts] == ["70.00%", "50.00%"]


def test_speeds_are_points_on_lines_not_piles(alice, alice_client):
    make_workout(alice, 1, start=at(2026, 11, 1), ave_speed_kmh=40)
    make_workout(alice, 5, start=at(2026, 11, 2), ave_speed_kmh=10)
    chart = overview(alice_client, figure="speed").chart
    assert [part.y for part in chart.bars[-1].parts] == ["0.00%", "75.00%"]
    assert [line.sport.pk for line in chart.lines] == [1, 5]


def test_imperial_readers_see_miles(alice, alice_client):
    alice.imperial_units = True
    alice.save()
    make_workout(alice, 1, start=at(2026, 11, 1), distance_km=160.9344)
    shown = overview(alice_client)
    assert shown.chart.unit == "mi"
    assert shown.chart.bars[-1].total == "100.0\u202fmi"


def test_the_copied_table_has_numbers_without_units(alice, alice_client):
    make_workout(alice, 1, start=at(2026, 11, 1), distance_km=1234.5)
    lines = overview(alice_client).text.split("\n")
    assert lines[0].split("\t") == ["Distance (km)", "Together", "Cycling (Sport)"]
    assert lines[1].split("\t") == ["November 2026", "1234.500", "1234.500"]


def test_the_file_has_a_line_for_each_period_and_sport(alice, alice_client):
    make_workout(
        alice,
        5,
        start=at(2026, 11, 1),
        distance_km=10.5,
        moving=timedelta(minutes=50),
        ascent_m=12.34,
    )
    answer = alice_client.get("/statistics.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="statistics-month-2026-11-23.csv"'
    heading, *lines = csv.reader(answer.content.decode().splitlines())
    assert heading[:5] == ["First day", "Last day", "Sport", "Workouts", "Distance (km)"]
    (line,) = lines
    assert line[:5] == ["2026-11-01", "2026-11-30", "Running", "1", "10.5"]
    assert line[5:] == ["0:50:00", "1:00:00", "10.0", "12.34", "0.0"]


def test_a_part_of_the_page_answers_to_htmx(alice, alice_client):
    make_workout(alice, start=at(2026, 11, 1))
    answer = alice_client.get("/statistics", headers={"hx-request": "true"})
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_a_new_account_is_offered_the_next_step(alice_client):
    page = alice_client.get("/statistics").content.decode()
    assert "Nothing to add up yet" in page


def test_strangers_sign_in_first(client):
    answer = client.get("/statistics")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login")


def test_others_workouts_do_not_count(alice, bob, alice_client):
    make_workout(bob, start=at(2026, 11, 1))
    make_workout(alice, start=at(2026, 11, 1), distance_km=3)
    assert overview(alice_client).about.totals.distance_km == 3


@pytest.mark.parametrize("number", [1, 6])
def test_queries_do_not_grow_with_workouts(alice, django_assert_max_num_queries, number):
    client = Client()
    client.force_login(alice)
    for place in range(number):
        make_workout(alice, 1 + place, start=at(2026, 11, 1 + place))
    with django_assert_max_num_queries(13):
        client.get("/statistics")
