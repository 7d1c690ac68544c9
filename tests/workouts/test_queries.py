"""What lists, calendar and statistics ask of the database, and how it finds the answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, QuerySet, Subquery, Sum

from accounts.models import User
from tests.factories import make_workout, upload_gpx
from workouts import access
from workouts.models import Neighbours, Sport, Workout, WorkoutQuerySet
from workouts.services.records import rank
from workouts.services.seeding import seed_workouts

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


# --- lists


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_two_queries_with_all_that_is_shown(alice, django_assert_num_queries, count):
    for _ in range(count):
        upload_gpx(alice, segments=2)
    make_workout(alice)
    # Workouts with owner, sport and recording; records.
    with django_assert_num_queries(2):
        for workout in access.owned(alice).for_list():
            assert workout.owner.username == "alice"
            assert workout.sport.label == "Cycling (Sport)"
            if workout.has_recording:
                assert workout.recording.file_name == "outing.gpx"
            for record in workout.records.all():
                assert record.value


def test_list_leaves_channels_in_the_database(alice):
    upload_gpx(alice)
    workout = Workout.objects.for_list().get()
    assert workout.recording.get_deferred_fields() == {"channels"}


def test_presence_of_a_recording_is_known_without_loading_it(alice, django_assert_num_queries):
    recorded, by_hand = upload_gpx(alice), make_workout(alice)
    with django_assert_num_queries(2) as queries:
        assert Workout.objects.get(pk=recorded.pk).has_recording
    assert "channels" not in queries.captured_queries[1]["sql"]
    assert not Workout.objects.get(pk=by_hand.pk).has_recording


def test_other_peoples_workouts_do_not_exist(alice, bob):
    make_workout(bob)
    assert not access.readable(access.Viewer(alice)).exists()
    assert not access.owned(alice).exists()


def test_period_includes_its_start_and_not_its_end(alice):
    first, second = make_workout(alice, start=START), make_workout(alice, start=START + DAY)
    workouts = Workout.objects.order_by("start")
    assert list(workouts.between(START, START + DAY)) == [first]
    assert list(workouts.between(None, START)) == []
    assert list(workouts.between(START, None)) == [first, second]


def test_totals_are_those_of_all_that_match(alice, django_assert_num_queries):
    make_workout(alice, distance_km=10, ave_speed_kmh=10, ascent_m=100.0, descent_m=90.0)
    make_workout(alice, distance_km=20, ave_speed_kmh=20, moving=timedelta(days=2))
    make_workout(alice, distance_km=99, sport=5)
    with django_assert_num_queries(1):
        totals = Workout.objects.filter(sport=1).newest_first().totals()
    assert (totals.count, totals.distance_km, totals.ave_speed_kmh) == (2, 30, 15)
    assert (totals.ascent_m, totals.descent_m) == (100, 90)
    assert totals.moving == timedelta(days=2, hours=1)
    assert totals.duration == timedelta(hours=2)
    assert totals.mean_distance_km == 15


def test_totals_of_nothing_are_zero(alice):
    totals = Workout.objects.totals()
    assert (totals.count, totals.distance_km, totals.moving) == (0, 0, timedelta())
    assert (totals.ave_speed_kmh, totals.mean_distance_km) == (0, 0)


# --- neighbours


def neighbours(workouts: WorkoutQuerySet, one: Workout) -> tuple[str | None, str | None]:
    found = workouts.neighbours_of([one])[one.pk]
    return found.previous, found.next


def test_neighbours_are_the_nearest_by_start(alice):
    newest, oldest, middle = (
        make_workout(alice, start=START + shift) for shift in (2 * DAY, 0 * DAY, DAY)
    )
    workouts = access.owned(alice)
    assert neighbours(workouts, oldest) == (None, middle.short_id)
    assert neighbours(workouts, middle) == (oldest.short_id, newest.short_id)
    assert neighbours(workouts, newest) == (middle.short_id, None)


def test_neighbours_at_the_same_start_go_by_id(alice):
    first, second, third = (make_workout(alice, start=START) for _ in range(3))
    workouts = access.owned(alice)
    assert neighbours(workouts, first) == (None, second.short_id)
    assert neighbours(workouts, second) == (first.short_id, third.short_id)
    assert neighbours(workouts, third) == (second.short_id, None)


def test_neighbours_respect_filters_and_owners(alice, bob):
    first = make_workout(alice, start=START, sport=5)
    make_workout(alice, start=START + DAY)
    make_workout(bob, start=START + 2 * DAY, sport=5)
    last = make_workout(alice, start=START + 3 * DAY, sport=5)
    runs = access.owned(alice).filter(sport=5)
    assert neighbours(runs, first) == (None, last.short_id)
    assert neighbours(runs, last) == (first.short_id, None)


@pytest.mark.parametrize("count", [1, 3])
def test_neighbours_of_a_list_cost_one_query(alice, django_assert_num_queries, count):
    page = [make_workout(alice) for _ in range(count)]
    with django_assert_num_queries(1):
        found = access.owned(alice).for_list().newest_first().neighbours_of(page)
    assert len(found) == count
    assert found[page[0].pk].previous is None


def test_nothing_has_no_neighbours(alice):
    assert Workout.objects.neighbours_of([]) == {}
    assert Neighbours() == Neighbours(None, None)


# --- how the database finds it


@pytest.fixture
def owner(alice, bob) -> User:
    """Alice with many workouts beside Bob's, on a database that knows how many."""
    for owner in (alice, bob):
        seed_workouts(owner, 600, until=START)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE workouts_workout")
    return alice


def plan(queryset: QuerySet) -> str:
    return str(queryset.explain())


def is_sorted(text: str) -> bool:
    """Whether the database had to sort, instead of walking along an index."""
    return "TEMP B-TREE FOR ORDER BY" in text or "Sort" in text


def test_list_walks_the_index_by_start(owner):
    text = plan(access.owned(owner).newest_first()[:5])
    assert "workout_by_owner_and_start" in text
    assert not is_sorted(text)


@pytest.mark.parametrize(
    ("column", "index"),
    [
        ("distance_km", "workout_by_distance"),
        ("moving", "workout_by_moving"),
        ("ave_speed_kmh", "workout_by_ave_speed"),
    ],
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_list_in_another_order_walks_the_index_of_it(owner, column, index, sign):
    workouts = access.owned(owner).order_by(f"{sign}{column}", f"{sign}id")
    text = plan(workouts[:5])
    assert index in text
    assert not is_sorted(text)


def test_list_of_one_sport_walks_the_index_of_it(owner):
    text = plan(access.owned(owner).filter(sport=2).order_by("-start")[:5])
    assert "workout_figures_by_sport" in text
    assert not is_sorted(text)


def test_calendar_reads_only_its_days(owner):
    text = plan(access.owned(owner).between(START - 30 * DAY, START).order_by("start"))
    assert "workout_by_owner_and_start" in text
    assert "start>? AND start<?" in text or "(start >= " in text
    assert not is_sorted(text)


def test_statistics_read_only_their_period(owner):
    workouts = access.owned(owner).between(START - 30 * DAY, START)
    text = plan(workouts.values("sport").annotate(count=Count("pk"), km=Sum("distance_km")))
    assert "workout_by_owner_and_start" in text or "workout_figures_by_sport" in text


def test_neighbours_step_along_the_index(owner):
    workouts = access.owned(owner)
    for side in (workouts._before_outer(), workouts._after_outer()):
        text = plan(Workout.objects.annotate(found=Subquery(side.values("uuid")[:1])))
        assert "workout_by_owner_and_start" in text
        assert not is_sorted(text)


def test_records_read_only_the_workouts_of_their_sport(owner):
    text = plan(rank(owner, Sport.objects.get(pk=2), "ascent_m").values("pk")[:1])
    assert "workout_figures_by_sport" in text
