"""What an export brings back, value by value."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_workout, upload_gpx
from tests.workouts.test_transfers import TOLD, forged, make_export, opened, outcomes, run
from workouts.models import Sport, SportPreference, Workout
from workouts.services import restores
from workouts.services.restores import (
    as_form,
    item_name,
    open_export,
    read_names,
    start_restore,
)

pytestmark = pytest.mark.django_db


def restore(owner: Any, file: io.BytesIO) -> Any:
    return run(start_restore(owner, file, "export.zip"))


def told(alice: Any, *entries: dict[str, Any]) -> io.BytesIO:
    """An export that tells of these workouts."""
    return forged(make_export(alice), "workouts.json", [TOLD | entry for entry in entries])


def test_a_workout_by_hand_comes_back_with_all_its_values(alice, bob):
    entry = {
        "notes": " kept \n as is ",
        "created_at": "2020-01-02T03:04:05.000006Z",
        "modified_at": "2021-01-02T03:04:05Z",
        "ascent_m": 12.5,
        "descent_m": 3.25,
    }
    restore(bob, told(alice, entry))
    workout = bob.workouts.get()
    assert str(workout.uuid) == TOLD["uuid"]
    assert (workout.title, workout.notes) == ("By hand", " kept \n as is ")
    assert workout.start == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert workout.created_at == datetime(2020, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert workout.modified_at == datetime(2021, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (workout.duration, workout.distance_km) == (timedelta(hours=1), 10)
    assert (workout.ascent_m, workout.descent_m) == (12.5, 3.25)


def test_a_workout_without_notes_and_dates_comes_back_without(alice, bob):
    restore(bob, told(alice, {"notes": None, "modified_at": None, "ascent_m": None}))
    workout = bob.workouts.get()
    assert (workout.notes, workout.modified_at, workout.ascent_m) == (None, None, None)


def test_what_is_brought_back_is_as_fresh_as_the_database(alice, bob):
    file = told(alice, {})
    with restores.open_export(file)._archive:
        transfer = start_restore(bob, file, "export.zip")
    reader = restores.open_export(transfer.file.open("rb"))
    settled = restores.prepare_workout(transfer, reader, next(iter(reader.workouts())))()
    assert str(settled.workout.uuid) == TOLD["uuid"]


def test_the_same_outing_by_hand_is_there_already(alice, bob):
    workout = make_workout(
        bob, start=datetime(2026, 5, 1, 8, tzinfo=UTC), duration=timedelta(hours=1)
    )
    transfer = restore(bob, told(alice, {}))
    assert transfer.items.get().outcome == "duplicate"
    assert transfer.items.get().workout == workout


@pytest.mark.parametrize(
    "entry",
    [
        {"sport_id": 5},
        {"start": "2026-05-01T08:00:01Z"},
        {"duration": "P0DT01H00M01S"},
    ],
)
def test_another_outing_by_hand_is_not(alice, bob, entry: dict[str, Any]):
    make_workout(bob, start=datetime(2026, 5, 1, 8, tzinfo=UTC), duration=timedelta(hours=1))
    assert outcomes(restore(bob, told(alice, entry))) == [("By hand", "imported")]


def test_a_recorded_outing_is_not_the_one_by_hand(alice, bob):
    recorded = upload_gpx(bob)
    Workout.objects.filter(pk=recorded.pk).update(
        start=datetime(2026, 5, 1, 8, tzinfo=UTC), duration=timedelta(hours=1)
    )
    assert outcomes(restore(bob, told(alice, {}))) == [("By hand", "imported")]


def test_a_recording_keeps_its_own_name(alice, bob):
    upload_gpx(alice, file_name="Morning ride.gpx")
    restore(bob, io.BytesIO(make_export(alice).file.open("rb").read()))
    assert bob.workouts.get().recording.file_name == "Morning ride.gpx"


def test_a_recording_without_a_name_is_called_by_its_checksum(alice, bob):
    workout = upload_gpx(alice)
    export = make_export(alice)
    entries = json.loads(opened(export).read("workouts.json"))
    restore(bob, forged(export, "workouts.json", [entries[0] | {"recording_name": ""}]))
    sha256 = workout.recording.file_sha256
    assert bob.workouts.get().recording.file_name == f"{sha256}.gpx"


@pytest.mark.parametrize(
    ("field", "sound", "beyond"),
    [
        ("distance_km", 99_999.999, 100_000),
        ("distance_km", 0, -0.1),
        ("ascent_m", 1_000_000, 1_000_000.1),
        ("ascent_m", 0, -0.1),
        ("descent_m", 1_000_000, 1_000_000.1),
        ("descent_m", 0, -0.1),
        ("duration", "P0DT00H00M00S", "-P0DT00H00M01S"),
        ("title", "x" * 255, "x" * 256),
        ("notes", "x" * 500, "x" * 501),
    ],
)
def test_the_least_and_the_most_that_comes_back(alice, bob, field: str, sound: Any, beyond: Any):
    long = {"duration": "P416DT00H00M00S"}  # for any distance
    entries = [long | {field: sound}, long | {field: beyond, "uuid": "2" * 32}]
    transfer = restore(bob, told(alice, *entries))
    assert [outcome for _, outcome in outcomes(transfer)] == ["imported", "failed"]
    assert transfer.items.get(index=1).message.startswith(f"{field}: ")


def test_the_longest_list_of_workouts_that_comes_back(alice, bob, monkeypatch):
    monkeypatch.setattr(restores, "MOST_WORKOUTS", 2)
    assert start_restore(bob, told(alice, {}, {}), "two.zip").total == 2
    with pytest.raises(ValidationError, match="at most 2 are accepted") as refused:
        start_restore(bob, told(alice, {}, {}, {}), "three.zip")
    assert refused.value.code == "entries"


def test_preferences_come_back_but_no_more_than_there_are_sports(alice, bob):
    SportPreference.objects.create(
        user=bob, sport_id=1, is_active=True, stopped_speed_threshold_kmh=9
    )
    sports = Sport.objects.count()
    preference = {"sport_id": 1, "color": "", "stopped_speed_threshold_kmh": 1}
    preferences = [preference | {"is_active": False}] * sports
    preferences += [preference | {"sport_id": 5, "is_active": True}]
    account = {"profile": {}, "sport_preferences": preferences}
    restore(bob, forged(make_export(alice), "account.json", account))
    found = bob.sport_preferences.get()
    assert (found.sport_id, found.is_active, found.stopped_speed_threshold_kmh) == (1, False, 1)


def test_a_profile_comes_back_once_and_not_when_the_work_goes_on(alice, bob):
    alice.bio = "from the export"
    alice.save()
    export = make_export(alice)
    restore(bob, io.BytesIO(export.file.open("rb").read()))
    bob.refresh_from_db()
    assert bob.bio == "from the export"
    bob.bio = "edited meanwhile"
    bob.save()
    transfer = start_restore(bob, told(alice, {}), "export.zip")
    transfer.done = 1
    transfer.save(update_fields=["done"])
    run(transfer)
    bob.refresh_from_db()
    assert bob.bio == "edited meanwhile"


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({"title": "Ride", "uuid": "u"}, "Ride"),
        ({"title": "", "uuid": "u"}, "u"),
        ({"title": None, "uuid": 7}, "7"),
        ({}, "Workout"),
        ([], "Workout"),
    ],
)
def test_an_entry_is_called_by_its_title_or_id(entry: Any, name: str):
    assert item_name(entry) == name


def test_values_of_json_are_texts_for_a_form():
    assert as_form({"a": 1, "b": None, "c": [2], "d": True}) == {
        "a": "1",
        "b": None,
        "c": "[2]",
        "d": "True",
    }
    assert as_form([1]) == as_form(None) == {}


def test_a_long_name_of_a_file_keeps_its_end(alice, bob):
    transfer = start_restore(bob, told(alice, {}), "x" * 300 + ".zip")
    assert transfer.file_name == "x" * 251 + ".zip"


def test_an_export_says_what_it_is(alice):
    archive = opened(make_export(alice))
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["format"], manifest["version"]) == ("fittrackee-export", 1)
    assert set(manifest["files"]) == {"account.json", "workouts.json"}


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00-12:00"])
def test_a_moment_beyond_the_calendar_is_no_date(alice, bob, moment: str):
    transfer = restore(bob, told(alice, {"created_at": moment}))
    assert transfer.items.get().message == "created_at: This is no date."


def test_fifty_thousand_workouts_come_back_and_no_more(alice):
    export = make_export(alice)
    most = forged(export, "workouts.json", [{}] * 50_000)
    assert len(read_names(open_export(most))) == 50_000
    with pytest.raises(ValidationError, match="at most 50000 are accepted"):
        read_names(open_export(forged(export, "workouts.json", [{}] * 50_001)))
