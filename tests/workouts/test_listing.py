"""The list of workouts: filters, order, totals, address."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_workout
from workouts.services.records import refresh_records


def titles(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/workouts{query}")
    assert answer.status_code == 200
    return [workout.title for workout in answer.context["page_obj"]]


def test_a_stranger_is_sent_to_sign_in(client, db):
    answer = client.get("/workouts?distance_from=5")
    assert answer.status_code == 302
    assert answer.url == "/login?next=/workouts%3Fdistance_from%3D5"


def test_newest_is_first_and_others_workouts_are_not_there(alice_client, alice, bob):
    make_workout(alice, title="old", start=datetime(2026, 1, 1, tzinfo=UTC))
    make_workout(alice, title="new", start=datetime(2026, 2, 1, tzinfo=UTC))
    make_workout(bob, title="not hers")
    assert titles(alice_client) == ["new", "old"]


@pytest.fixture
def outings(alice):
    make_workout(
        alice,
        title="Short run",
        sport=5,
        start=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
        distance_km=5.0,
        moving=timedelta(minutes=30),
        ave_speed_kmh=10.0,
        max_speed_kmh=15.0,
    )
    make_workout(
        alice,
        title="Long ride",
        sport=1,
        start=datetime(2026, 3, 5, 8, tzinfo=UTC),
        distance_km=80.0,
        moving=timedelta(hours=3),
        ave_speed_kmh=26.0,
        max_speed_kmh=55.0,
        notes="With Ada, in the rain",
    )


@pytest.mark.usefixtures("outings")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=RUN", ["Short run"]),
        ("?q=rain+ada", ["Long ride"]),
        ("?sport_id=5", ["Short run"]),
        ("?from=2026-03-02", ["Long ride"]),
        ("?to=2026-03-01", ["Short run"]),
        ("?distance_from=5&distance_to=6", ["Short run"]),
        ("?duration_from=0:31", ["Long ride"]),
        ("?duration_to=0:30", ["Short run"]),
        ("?ave_speed_from=26", ["Long ride"]),
        ("?max_speed_to=20", ["Short run"]),
        ("?distance_from=100", []),
        ("?order_by=distance", ["Long ride", "Short run"]),
        ("?order_by=distance&order=asc", ["Short run", "Long ride"]),
        ("?page=99", ["Long ride", "Short run"]),
    ],
)
def test_the_address_chooses(alice_client, query, found):
    assert titles(alice_client, query) == found


@pytest.mark.usefixtures("outings")
def test_days_are_those_of_the_readers_zone(alice_client, alice):
    alice.timezone = "Europe/Paris"
    alice.save()
    assert titles(alice_client, "?from=2026-03-02&to=2026-03-02") == ["Short run"]


@pytest.mark.usefixtures("outings")
def test_distances_are_typed_in_the_readers_units(alice_client, alice):
    alice.imperial_units = True
    alice.save()
    assert titles(alice_client, "?distance_to=4") == ["Short run"]
    assert titles(alice_client, "?distance_from=3.2") == ["Long ride"]


@pytest.mark.usefixtures("outings")
@pytest.mark.parametrize(
    "query", ["?distance_from=far", "?from=2026-13-01", "?duration_from=20", "?sport_id=abc"]
)
def test_a_value_that_makes_no_sense_is_an_error_beside_its_field(alice_client, query):
    answer = alice_client.get(f"/workouts{query}")
    assert answer.status_code == 422
    assert list(answer.context["filter"].form.errors) == [query[1:].split("=")[0]]
    assert 'aria-invalid="true"' in answer.text


def test_totals_are_those_of_all_matches_not_of_the_page(alice_client, alice):
    for _ in range(12):
        make_workout(alice, distance_km=10.0, ascent_m=100.0)
    totals = alice_client.get("/workouts?per_page=10").context["totals"]
    assert (totals.count, totals.distance_km, totals.mean_ascent_m) == (12, 120.0, 100.0)


def test_the_number_of_queries_does_not_grow(alice_client, alice, django_assert_num_queries):
    make_workout(alice, sport=1)
    alice_client.get("/workouts")  # The first page of a session also writes it down.
    with CaptureQueriesContext(connection) as with_one:
        alice_client.get("/workouts")
    for sport in (1, 5):
        refresh_records(alice, make_workout(alice, sport=sport).sport)
    with django_assert_num_queries(len(with_one)):
        alice_client.get("/workouts")


def test_htmx_gets_the_results_alone(alice_client, alice):
    make_workout(alice, title="Tempo")
    answer = alice_client.get("/workouts", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "Tempo" in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_a_chip_takes_one_filter_away_and_keeps_the_others(alice_client, alice):
    make_workout(alice, sport=5)
    chips = alice_client.get("/workouts?q=a&sport_id=5&page=2").context["chips"]
    assert {chip.text: chip.address for chip in chips} == {"“a”": "?sport_id=5", "Running": "?q=a"}


def test_an_empty_list_offers_the_first_step(alice_client):
    assert "Your first workout goes here" in alice_client.get("/workouts").text


def test_no_match_offers_to_clear_the_filters(alice_client, alice):
    make_workout(alice)
    assert "No workout matches" in alice_client.get("/workouts?q=nothing").text


def test_records_of_climb_are_hidden_from_those_who_do_not_want_them(alice_client, alice):
    workout = make_workout(alice, ascent_m=500.0)
    refresh_records(alice, workout.sport)
    assert "Highest ascent" in alice_client.get("/workouts").text
    alice.display_ascent = False
    alice.save()
    assert "Highest ascent" not in alice_client.get("/workouts").text
