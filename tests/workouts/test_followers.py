"""What follows a change never delays or breaks it."""

import pytest
from django.test import TestCase

from tests.factories import upload_gpx
from workouts.models import Workout
from workouts.services import followers

pytestmark = pytest.mark.django_db


@pytest.fixture
def followed(monkeypatch) -> list[Workout]:
    """The workouts that the last of the followers heard of; one before it always fails."""
    heard: list[Workout] = []

    def fail(workout: Workout) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(followers, "FOLLOWERS", (fail, heard.append))
    return heard


def test_a_follower_that_fails_stops_neither_the_upload_nor_the_others(alice, followed, caplog):
    with TestCase.captureOnCommitCallbacks(execute=True):
        workout = upload_gpx(alice)
        assert followed == []
    assert followed == [workout]
    assert alice.workouts.exists()
    assert "nobody foresaw this" in caplog.text
