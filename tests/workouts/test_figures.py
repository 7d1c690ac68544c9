"""What workouts add up to, and what one says of itself."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.factories import make_workout, upload_gpx
from workouts.models import Sport, SportPreference, Totals, Workout, new_map_id

DAY = datetime(2026, 5, 1, 8, tzinfo=UTC)


def totals(count: int, **fields: object) -> Totals:
    return Totals(count=count, **fields)


def test_totals_add_up_and_average_by_the_number_of_workouts():
    one = totals(
        1, distance_km=1.5, duration=timedelta(1), moving=timedelta(2), ascent_m=3, descent_m=4
    )
    three = totals(
        3, distance_km=2.5, duration=timedelta(5), moving=timedelta(6), ascent_m=7, descent_m=8
    )
    parts = [
        Totals(**vars(one) | {"ave_speed_kmh": 10.0}),
        Totals(**vars(three) | {"ave_speed_kmh": 20.006}),
    ]
    assert Totals.together(iter(parts)) == Totals(
        count=4,
        distance_km=4.0,
        duration=timedelta(6),
        moving=timedelta(8),
        ascent_m=10,
        descent_m=12,
        ave_speed_kmh=17.5,
    )
    assert Totals.together([]) == Totals()


def test_means_are_by_workout_and_nothing_without_any():
    four = totals(4, distance_km=10.0, moving=timedelta(hours=2), ascent_m=100.0)
    means = (four.mean_distance_km, four.mean_moving, four.mean_ascent_m)
    assert means == (2.5, timedelta(minutes=30), 25.0)
    nothing = Totals()
    assert nothing.mean_distance_km == nothing.mean_ascent_m == 0.0
    assert nothing.mean_moving == timedelta()


@pytest.mark.django_db
def test_totals_of_nothing_are_zero():
    assert Workout.objects.all().totals() == Totals()


@pytest.mark.django_db
def test_average_of_averages_has_two_decimals(alice):
    for speed in (10.0, 10.0, 10.02):
        make_workout(alice, ave_speed_kmh=speed)
    assert alice.workouts.all().totals().ave_speed_kmh == 10.01


@pytest.mark.django_db
def test_a_span_holds_its_start_and_not_its_end(alice):
    make_workout(alice, start=DAY)
    instant = timedelta(microseconds=1)
    spans = [
        (DAY, None),
        (DAY + instant, None),
        (None, DAY),
        (None, DAY + instant),
        (DAY, DAY + instant),
        (None, None),
    ]
    found = [alice.workouts.all().between(*span).count() for span in spans]
    assert found == [1, 0, 0, 1, 1, 1]


@pytest.mark.django_db
def test_neighbours_of_equal_starts_are_ordered_by_id(alice):
    three = [make_workout(alice, start=DAY) for _ in range(3)]
    earlier, later = make_workout(alice, start=DAY - timedelta(1)), make_workout(alice)
    Workout.objects.filter(pk=later.pk).update(start=DAY + timedelta(1))
    around = alice.workouts.all().neighbours_of([*three, earlier, later])
    line = [earlier, *three, later]
    assert [around[workout.pk].previous for workout in line] == [
        None,
        *(workout.short_id for workout in line[:-1]),
    ]
    assert [around[workout.pk].next for workout in line] == [
        *(workout.short_id for workout in line[1:]),
        None,
    ]


@pytest.mark.django_db
def test_the_newest_comes_first_and_of_equal_starts_the_last_added(alice):
    first, second = make_workout(alice, start=DAY), make_workout(alice, start=DAY)
    newest = make_workout(alice, start=DAY + timedelta(1))
    assert list(alice.workouts.all().newest_first()) == [newest, second, first]


@pytest.mark.parametrize("missing", ["min_lat", "min_lon", "max_lat", "max_lon"])
def test_bounds_are_whole_or_none(missing: str):
    whole = {"min_lat": 1.0, "min_lon": 2.0, "max_lat": 3.0, "max_lon": 4.0}
    assert Workout(**whole).bounds == [1.0, 2.0, 3.0, 4.0]
    assert Workout(**whole | {missing: None}).bounds == []
    assert Workout(**dict.fromkeys(whole, 0.0)).bounds == [0.0] * 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "is_sound"),
    [
        ({"min_lat": -90, "min_lon": -180, "max_lat": 90, "max_lon": 180}, True),
        ({"min_lat": -90.1, "min_lon": 0, "max_lat": 0, "max_lon": 0}, False),
        ({"min_lat": 0, "min_lon": 0, "max_lat": 90.1, "max_lon": 0}, False),
        ({"min_lat": 1, "min_lon": 0, "max_lat": 0, "max_lon": 0}, False),
        ({"min_lat": 0, "min_lon": 1, "max_lat": 0, "max_lon": 0}, False),
        ({"distance_km": 0.0, "ave_speed_kmh": 0.0, "max_speed_kmh": 0.0}, True),
        ({"distance_km": -0.1}, False),
        ({"ave_speed_kmh": -0.1}, False),
        ({"max_speed_kmh": -0.1}, False),
    ],
)
def test_the_database_takes_no_figures_that_cannot_be(alice, fields, is_sound: bool):
    if is_sound:
        make_workout(alice, **fields)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        make_workout(alice, **fields)


def test_a_map_picture_has_a_name_that_nobody_guesses():
    assert len(new_map_id()) == 32
    assert len({new_map_id() for _ in range(100)}) == 100
    named = Workout(map_id="ab" + "0" * 30)
    assert named.map_file == f"maps/ab/ab{'0' * 30}.png"
    assert Workout().map_file == ""


@pytest.mark.django_db
def test_whether_a_recording_is_kept_costs_no_query_in_a_list(alice, django_assert_num_queries):
    upload_gpx(alice)
    make_workout(alice)
    assert sorted(workout.has_recording for workout in Workout.objects.all()) == [False, True]
    listed = list(Workout.objects.for_list())
    with django_assert_num_queries(0):
        assert sorted(workout.has_recording for workout in listed) == [False, True]


def test_a_workout_has_its_short_id_in_its_address():
    workout = Workout(uuid=UUID(int=0), title="Ride")
    assert workout.get_absolute_url() == f"/workouts/{workout.short_id}"
    assert str(workout) == "Ride"


@pytest.mark.django_db
def test_sports_are_offered_unless_somebody_switched_them_off(alice, bob):
    offered = set(Sport.objects.values_list("pk", flat=True))
    Sport.objects.filter(pk=1).update(is_active=False)
    for owner, sport, is_active in [(alice, 2, False), (alice, 3, True), (bob, 4, False)]:
        SportPreference.objects.create(
            user=owner, sport_id=sport, is_active=is_active, stopped_speed_threshold_kmh=1
        )
    found = set(Sport.objects.offered_to(alice).values_list("pk", flat=True))
    assert found == offered - {1, 2}


@pytest.mark.django_db
def test_sports_that_have_workouts_are_used(alice, bob):
    make_workout(alice, 5)
    make_workout(alice, 5)
    make_workout(bob, 1)
    assert [sport.pk for sport in Sport.objects.used_in(alice.workouts.all())] == [5]


@pytest.mark.django_db
def test_own_preferences_are_ones_own(alice, bob):
    mine = SportPreference.objects.create(user=alice, sport_id=5, stopped_speed_threshold_kmh=2)
    SportPreference.objects.create(user=bob, sport_id=1, stopped_speed_threshold_kmh=3)
    preferred = {
        sport.pk: sport.own_preference for sport in Sport.objects.with_preferences_of(alice)
    }
    assert preferred[5] == mine
    assert preferred[1] is None
