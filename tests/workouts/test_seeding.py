"""Rows for benchmarks."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from workouts.models import Workout


def test_the_first_account_gets_the_workouts_asked_for(db):
    call_command("seed_workouts", 30, users=4, each=2, until="2026-11-01T00:00:00Z", verbosity=0)
    assert Workout.objects.filter(owner__username="seed1").count() == 30
    assert Workout.objects.count() == 36
    assert Workout.objects.latest("start").start.year == 2026


def test_nobody_can_sign_in_to_a_seeded_account(db):
    call_command("seed_workouts", 0, users=1, verbosity=0)
    assert not User.objects.get(username="seed1").has_usable_password()


def test_the_same_numbers_make_the_same_workouts(db):
    for prefix in ("one", "two"):
        call_command("seed_workouts", 5, users=1, prefix=prefix, until="2026-11-01T00:00:00Z")
    columns = ("start", "sport", "distance_km", "moving", "ascent_m")
    one, two = (
        list(Workout.objects.filter(owner__username=name).order_by("start").values_list(*columns))
        for name in ("one1", "two1")
    )
    assert one == two


@pytest.mark.parametrize("arguments", [{"until": "yesterday"}, {"users": 0}])
def test_numbers_that_make_no_sense_are_refused(db, arguments):
    with pytest.raises(CommandError):
        call_command("seed_workouts", 1, **arguments)
