"""The dashboard: figures of now, the calendar, records, latest workouts, lifetime figures."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_user, make_workout
from workouts.models import Record
from workouts.services.records import refresh_records

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def days(context) -> dict[date, list[str]]:
    """The titles of the calendar's days that have workouts."""
    return {
        day.date: [outing.workout.title for outing in day.outings]
        for week in context["calendar"].weeks
        for day in week
        if day.outings
    }


def test_strangers_go_to_the_sign_in_page(client):
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/login")


def test_a_new_account_is_offered_the_next_step(alice_client):
    page = alice_client.get("/").content.decode()
    assert "Your first workout goes here" in page


# --- This week and this month


def test_this_week_is_compared_with_the_same_days_of_the_last(alice):
    alice.week_starts_monday = True
    alice.save()
    make_workout(alice, start=at(2026, 11, 16, 8), distance_km=12)
    make_workout(alice, start=at(2026, 11, 11, 8), distance_km=5)  # the Wednesday before
    make_workout(alice, start=at(2026, 11, 13, 8), distance_km=40)
    week = signed_in(alice).get("/").context["week"]
    assert week.now.distance_km == 12
    assert week.before.distance_km == 45
    assert week.ahead_km == 7


def test_a_longer_month_is_compared_up_to_the_end_of_a_shorter_one(alice):
    make_workout(alice, start=at(2026, 2, 28, 8), distance_km=5)
    make_workout(alice, start=at(2026, 3, 1, 8), distance_km=4)
    with time_machine.travel(at(2026, 3, 31, 12), tick=False):
        month = signed_in(alice).get("/").context["month"]
    assert (month.now.distance_km, month.before_so_far.distance_km) == (4, 5)


@pytest.mark.parametrize(("monday_first", "week_km"), [(True, 0), (False, 9)])
def test_weeks_begin_as_the_reader_chose(alice, monday_first, week_km):
    alice.week_starts_monday = monday_first
    alice.save()
    make_workout(alice, start=at(2026, 11, 15, 8), distance_km=9)  # a Sunday
    assert signed_in(alice).get("/").context["week"].now.distance_km == week_km


def test_the_month_is_cut_into_weeks_that_stay_within_it(alice):
    alice.week_starts_monday = True
    alice.save()
    make_workout(alice, start=at(2026, 11, 1, 8), distance_km=9)
    make_workout(alice, start=at(2026, 11, 30, 8), distance_km=3)
    chart = signed_in(alice).get("/").context["chart"]
    assert [bar.column.label for bar in chart.bars] == ["1", "2–8", "9–15", "16–22", "23–29", "30"]
    assert [len(bar.parts) for bar in chart.bars] == [1, 0, 0, 0, 0, 1]


def test_the_new_year_of_paris_begins_an_hour_before_that_of_greenwich():
    paris = make_user("paris", timezone="Europe/Paris")
    make_workout(paris, start=at(2026, 12, 31, 23, 30), distance_km=8)
    with time_machine.travel(at(2027, 1, 2, 12), tick=False):
        context = signed_in(paris).get("/").context
    assert context["month"].now.distance_km == 8
    assert list(days(context)) == [date(2027, 1, 1)]


def test_the_chart_shows_the_chosen_figure(alice, alice_client):
    make_workout(alice, start=at(2026, 11, 2, 8), moving=timedelta(minutes=90))
    chart = alice_client.get("/", {"figure": "duration"}).context["chart"]
    assert [bar.short_total for bar in chart.bars if bar.parts] == ["1:30"]


# --- The calendar


def test_workouts_stand_on_their_local_day_earliest_first():
    paris = make_user("paris", timezone="Europe/Paris")
    make_workout(paris, title="late", start=at(2026, 11, 10, 22, 59))
    make_workout(paris, title="after midnight", start=at(2026, 11, 10, 23, 0))
    make_workout(paris, title="early", start=at(2026, 11, 10, 5))
    assert days(signed_in(paris).get("/").context) == {
        date(2026, 11, 10): ["early", "late"],
        date(2026, 11, 11): ["after midnight"],
    }


def test_the_calendar_shows_whole_weeks_of_another_month(alice, alice_client):
    make_workout(alice, title="before", start=at(2026, 1, 31))
    make_workout(alice, title="first", start=at(2026, 2, 1))
    make_workout(alice, title="last", start=at(2026, 2, 28, 23))
    make_workout(alice, title="after", start=at(2026, 3, 1))
    context = alice_client.get("/", {"month": "2026-02"}).context
    assert days(context) == {date(2026, 2, 1): ["first"], date(2026, 2, 28): ["last"]}
    assert context["calendar"].previous == date(2026, 1, 31)
    assert context["calendar"].next == date(2026, 3, 1)


def test_both_hours_of_the_clock_change_belong_to_the_same_day():
    paris = make_user("paris", timezone="Europe/Paris")
    make_workout(paris, title="first half past two", start=at(2026, 10, 25, 0, 30))
    make_workout(paris, title="second half past two", start=at(2026, 10, 25, 1, 30))
    context = signed_in(paris).get("/", {"month": "2026-10"}).context
    assert days(context)[date(2026, 10, 25)] == ["first half past two", "second half past two"]


def test_a_chosen_day_lists_its_workouts(alice, alice_client):
    make_workout(alice, title="Over the pass", start=at(2026, 11, 10))
    context = alice_client.get("/", {"day": "2026-11-10"}).context
    assert [one.workout.title for one in context["calendar"].chosen.outings] == ["Over the pass"]


def test_every_mention_of_a_workout_leads_to_it(alice, alice_client):
    workout = make_workout(alice, start=at(2026, 11, 10))
    refresh_records(alice, workout.sport)
    page = alice_client.get("/", {"day": "2026-11-10"}).content.decode()
    in_calendar_beside_it_on_its_card_and_in_records = 1 + 1 + 1 + 4
    found = page.count(f'href="/workouts/{workout.short_id}"')
    assert found == in_calendar_beside_it_on_its_card_and_in_records


def test_many_workouts_of_a_day_are_counted(alice, alice_client):
    for hour in range(7):
        make_workout(alice, start=at(2026, 11, 10, hour))
    (day,) = [
        day
        for week in alice_client.get("/").context["calendar"].weeks
        for day in week
        if day.outings
    ]
    assert (len(day.marks), day.more) == (3, 4)


def test_records_are_marked(alice, alice_client):
    best = make_workout(alice, start=at(2026, 11, 10), distance_km=50)
    make_workout(alice, start=at(2026, 11, 11), distance_km=10, duration=timedelta(minutes=10))
    refresh_records(alice, best.sport)
    marked = {
        day.date: day.has_record
        for week in alice_client.get("/").context["calendar"].weeks
        for day in week
        if day.outings
    }
    assert marked[date(2026, 11, 10)]


def test_the_ascent_record_hides_with_the_ascent(alice):
    best = make_workout(alice, start=at(2026, 11, 10), ascent_m=900)
    refresh_records(alice, best.sport)
    shown = [record.kind for _name, record in records_of(alice)]
    assert Record.Kind.HIGHEST_ASCENT in shown
    alice.display_ascent = False
    alice.save()
    assert Record.Kind.HIGHEST_ASCENT not in [record.kind for _name, record in records_of(alice)]


def records_of(user):
    (group,) = signed_in(user).get("/").context["records"]
    return group.records


@pytest.mark.parametrize(
    "query",
    [
        {"month": "x"},
        {"month": "2026-13"},
        {"month": "0001-01"},
        {"month": "9999-12"},
        {"day": "9999-12-31"},
        {"day": "2026-11-99"},
        {"figure": "heart"},
    ],
)
def test_what_makes_no_sense_counts_as_not_given(alice, alice_client, query):
    make_workout(alice, start=at(2026, 11, 10))
    assert alice_client.get("/", query).status_code == 200


@pytest.mark.parametrize(("target", "part"), [("calendar", "day__link"), ("month", "now__chart")])
def test_parts_answer_to_htmx(alice, alice_client, target, part):
    make_workout(alice, start=at(2026, 11, 10))
    answer = alice_client.get("/", headers={"hx-request": "true", "hx-target": target})
    page = answer.content.decode()
    assert part in page
    assert "<html" not in page
    assert "HX-Target" in answer["Vary"]


# --- The rest of the page


def test_the_newest_six_workouts_have_cards(alice, alice_client):
    for number in range(8):
        make_workout(alice, title=f"Outing {number}", start=at(2026, 11, 1 + number))
    titles = [workout.title for workout in alice_client.get("/").context["latest"]]
    assert titles == [f"Outing {number}" for number in (7, 6, 5, 4, 3, 2)]


def test_lifetime_figures_count_everything(alice, alice_client):
    make_workout(alice, 1, start=at(2016, 1, 1), distance_km=1, duration=timedelta(hours=3))
    make_workout(alice, 5, start=at(2026, 1, 1), distance_km=2, duration=timedelta(hours=1))
    context = alice_client.get("/").context
    assert (context["lifetime"].count, context["lifetime"].distance_km) == (2, 3)
    assert context["lifetime"].duration == timedelta(hours=4)
    assert len(context["sports"]) == 2


def test_others_workouts_are_not_there(alice, bob, alice_client):
    make_workout(alice, title="mine", start=at(2026, 11, 10))
    make_workout(bob, title="theirs", start=at(2026, 11, 10))
    page = alice_client.get("/", {"day": "2026-11-10"}).content.decode()
    assert "mine" in page
    assert "theirs" not in page


def count_queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    return len(queries)


def test_queries_do_not_grow_with_workouts(alice, alice_client):
    best = make_workout(alice, 1, start=at(2026, 11, 1))
    refresh_records(alice, best.sport)
    alice_client.get("/")
    one = count_queries(alice_client)
    for number in range(12):
        workout = make_workout(alice, 1 + number % 5, start=at(2026, 11, 2 + number))
        refresh_records(alice, workout.sport)
    assert count_queries(alice_client) == one
    assert one <= 24
