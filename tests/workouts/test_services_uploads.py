from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.translation import override

from accounts.models import User
from instance.models import AppConfiguration
from tests.factories import make_recording_bytes, make_user, upload_gpx
from tracks.analysis.summary import summarise
from tracks.codec import decode
from tracks.limits import Limits
from tracks.readers import read_track
from workouts.models import Recording, Segment, Sport, SportPreference, Workout
from workouts.services import recordings
from workouts.services.duplicates import find_duplicate
from workouts.services.recordings import (
    RecordingFile,
    UploadOptions,
    import_recording,
    prepare_recording,
    read_recording,
    recompute_workout,
    store_anew,
)
from workouts.services.uploads import receive
from workouts.services.workouts import WorkoutChanges, delete_workout, edit_workout

pytestmark = pytest.mark.django_db

START = datetime(2026, 5, 1, 8, tzinfo=UTC)


def gpx_file(data: bytes | None = None, name: str = "outing.gpx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_recording_bytes() if data is None else data)


def recording_file(**recording) -> RecordingFile:
    return read_recording("outing.gpx", make_recording_bytes(**recording))


def refusal(file: SimpleUploadedFile) -> tuple[str, str]:
    (refused,) = receive(make_user(), file, UploadOptions(Sport.objects.get(pk=1))).files
    assert refused.workout is None
    return refused.error.code, refused.reason


# --- the door


@pytest.mark.parametrize("name", ["outing.gpx", "OUTING.GPX", "a:b.c.Gpx"])
def test_the_ending_says_the_format_in_any_case(db, name):
    assert read_recording(name, make_recording_bytes()).track.point_count == 61


@pytest.mark.parametrize("name", ["outing.txt", "outing", "gpx", ".gpx", "outing.gpx.exe"])
def test_other_endings_are_refused(db, name):
    code, message = refusal(gpx_file(name=name))
    assert code == "extension"
    assert message == "This kind of file can't be read. Choose a file that ends in .gpx."


def test_file_above_the_limit_is_refused_in_words(db):
    AppConfiguration.objects.update_or_create(pk=1, defaults={"max_file_size": 1024})
    code, message = refusal(gpx_file(b"<gpx>" + b" " * 1531))
    assert code == "too_large"
    assert message.replace("\xa0", " ") == (
        "The file is too large: it has 1.5 KB, and at most 1.0 KB are accepted."
    )


def test_empty_file_is_refused(db):
    assert refusal(gpx_file(b"")) == ("empty_file", "The file is empty.")


def test_what_the_track_engine_refuses_is_a_validation_error(db):
    assert refusal(gpx_file(b"<kml></kml>"))[0] == "not_gpx"


# --- the import


def test_import_stores_the_figures_of_the_recording(alice):
    workout = Workout.objects.get(pk=upload_gpx(alice, segments=2).pk)
    assert workout.title == "Vector"
    assert workout.start == START
    assert workout.duration == timedelta(minutes=21)
    assert workout.moving == timedelta(minutes=20)
    assert workout.pauses == timedelta(minutes=1)
    assert workout.distance_km == 3.602
    assert (workout.ave_speed_kmh, workout.max_speed_kmh) == (10.81, 10.81)
    assert (workout.min_alt_m, workout.max_alt_m) == (100.0, 221.0)
    assert (workout.ascent_m, workout.descent_m) == (120.0, 0.0)
    assert workout.bounds == [47.0, 5.0, 47.0326088, 5.0]
    assert workout.modified_at is None


def test_import_stores_the_segments_the_channels_and_the_file(alice):
    data = make_recording_bytes(segments=2, with_sensors=True)
    workout = upload_gpx(alice, data=data, file_name="Morning run.GPX")
    assert [(part.index, part.distance_km) for part in workout.segments.all()] == [
        (0, 1.801),
        (1, 1.801),
    ]
    recording = Recording.objects.get(workout=workout)
    assert recording.file.read() == data
    assert (recording.file_name, recording.format) == ("Morning run.GPX", "gpx")
    assert (recording.file_size, recording.file_sha256) == (len(data), Recording.checksum(data))
    assert recording.point_count == 122
    assert decode(recording.channels).sensors["heart_rate"][0] == 120
    assert workout.has_recording


def test_import_refreshes_the_records(alice):
    workout = upload_gpx(alice, sport=5)
    assert dict(alice.records.values_list("kind", "workout")) == dict.fromkeys(
        ["AS", "FD", "HA", "LD", "MS"], workout.pk
    )


@pytest.mark.parametrize(
    ("given", "name", "title"),
    [
        ("Mine", "Theirs", "Mine"),
        ("", "Theirs", "Theirs"),
        ("", "n" * 300, "n" * 255),
        ("", "", "Hiking - 2026-05-01 10:00:00"),
    ],
)
def test_title_is_the_given_one_or_the_files_or_sport_and_start(given, name, title):
    owner = make_user(timezone="Europe/Paris")
    assert upload_gpx(owner, sport=3, title=given, name=name).title == title


def test_notes_are_kept(alice):
    assert upload_gpx(alice, notes="wind\nrain").notes == "wind\nrain"


def test_own_threshold_wins_over_that_of_the_sport(alice):
    sport = Sport.objects.get(pk=1)
    assert upload_gpx(alice).moving == timedelta(minutes=10)
    SportPreference.objects.create(user=alice, sport=sport, stopped_speed_threshold_kmh=20)
    workout = upload_gpx(alice)
    assert (workout.moving, workout.pauses) == (timedelta(0), timedelta(minutes=10))


def test_long_file_names_keep_their_end(alice):
    workout = upload_gpx(alice, file_name="n" * 300 + ".gpx")
    assert workout.recording.file_name == "n" * 251 + ".gpx"


def test_import_costs_the_same_queries_whatever_the_points(alice, django_assert_num_queries):
    sport = Sport.objects.get(pk=1)
    for points, segments in [(2, 1), (500, 20)]:
        file = recording_file(points=points, segments=segments, start=START)
        # Threshold; savepoint, lock, same bytes, same outing, quota, workout, segments, recording;
        # records: savepoint, lock, holders, stored, changed, release; release.
        with django_assert_num_queries(16):
            import_recording(alice, file, UploadOptions(sport))


def test_the_most_segments_take_few_statements_under_the_lock(alice, django_assert_max_num_queries):
    sport, limit = Sport.objects.get(pk=1), Limits().segments
    file = recording_file(points=2, segments=limit)
    # SQLite takes 76 rows in a statement, which makes 14; PostgreSQL one with all of them.
    with django_assert_max_num_queries(16 + 13):
        workout = import_recording(alice, file, UploadOptions(sport)).workout
    assert workout.segments.count() == limit


def test_more_segments_than_a_person_records_are_refused(db):
    file = gpx_file(make_recording_bytes(points=1, segments=19_000))
    assert refusal(file) == (
        "too_many_segments",
        "The recording has too many segments: at most 1000.",
    )


def test_the_segments_of_a_refused_recording_are_told_in_every_language(db):
    file = gpx_file(make_recording_bytes(points=1, segments=1001))
    said = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.add(refusal(file)[1])
    assert len(said) == len(settings.LANGUAGES)


def test_nothing_is_read_or_computed_under_the_lock(alice, monkeypatch):
    """The slow steps run before the transaction begins, for new and for recomputed workouts."""
    slow = ("summarise", "encode", "read_track", "describe_segments")
    inside = []
    outermost = len(connection.savepoint_ids)

    def watched(name: str) -> Callable[..., object]:
        step = getattr(recordings, name)

        def watch(*args: object, **options: object) -> object:
            inside.append((name, len(connection.savepoint_ids) > outermost))
            return step(*args, **options)

        return watch

    for name in slow:
        monkeypatch.setattr(recordings, name, watched(name))
    recompute_workout(upload_gpx(alice))
    assert set(inside) == {(name, False) for name in slow}


def test_recompute_of_a_workout_deleted_meanwhile_leaves_nothing(alice, monkeypatch):
    workout = upload_gpx(alice)

    def delete_then_store(*args: object) -> None:
        delete_workout(workout)
        store_anew(*args)

    monkeypatch.setattr(recordings, "store_anew", delete_then_store)
    recompute_workout(workout)
    assert not Segment.objects.exists()
    assert not Recording.objects.exists()


def test_upload_of_a_deleted_account_is_denied(alice):
    file, sport = recording_file(), Sport.objects.get(pk=1)
    stale = User.objects.get(pk=alice.pk)
    alice.delete()
    with pytest.raises(PermissionDenied):
        import_recording(stale, file, UploadOptions(sport))


def test_recording_keeps_its_own_start_duration_and_distance(alice):
    workout = upload_gpx(alice)
    changes = WorkoutChanges(
        start=START + timedelta(days=1), duration=timedelta(hours=9), distance_km=99, notes="x"
    )
    edited = edit_workout(workout, changes)
    assert (edited.start, edited.duration, edited.distance_km) == (
        START,
        timedelta(minutes=10),
        1.801,
    )
    assert edited.notes == "x"


# --- again from the stored original


def test_recompute_mends_figures_and_keeps_words(alice):
    workout = upload_gpx(alice, segments=2)
    edit_workout(workout, WorkoutChanges(title="Tour", notes="mine"))
    Workout.objects.filter(pk=workout.pk).update(
        distance_km=0, min_lat=None, min_lon=None, max_lat=None, max_lon=None
    )
    Segment.objects.filter(workout=workout, index=1).delete()
    Recording.objects.filter(workout=workout).update(channels=b"", point_count=0)
    recompute_workout(workout)
    fresh = Workout.objects.get(pk=workout.pk)
    assert (fresh.title, fresh.notes) == ("Tour", "mine")
    assert fresh.distance_km == 3.602
    assert fresh.bounds == [47.0, 5.0, 47.0326088, 5.0]
    assert fresh.segments.count() == 2
    assert decode(fresh.recording.channels).point_count == fresh.recording.point_count == 122


def test_recompute_uses_the_present_threshold(alice):
    workout = upload_gpx(alice)
    SportPreference.objects.create(
        user=alice, sport_id=workout.sport_id, stopped_speed_threshold_kmh=20
    )
    recompute_workout(workout)
    assert Workout.objects.get(pk=workout.pk).moving == timedelta(0)
    assert not alice.records.filter(kind="LD").exists()


# --- duplicates


def duplicate_of(owner, sport: int = 1, **recording) -> Workout | None:
    options = UploadOptions(Sport.objects.get(pk=sport))
    return find_duplicate(prepare_recording(owner, recording_file(**recording), options).row)


def test_same_bytes_are_a_duplicate_in_any_sport(alice, bob):
    workout = upload_gpx(alice)
    assert duplicate_of(alice) == workout
    assert duplicate_of(alice, sport=5) == workout
    assert duplicate_of(bob) is None


def test_same_sport_start_and_length_are_a_duplicate(alice):
    workout = upload_gpx(alice)
    # Written by another program: other name, half of the points, a second later.
    again = {"name": "export", "points": 31, "seconds_between": 20, "metres_between": 60.0}
    assert duplicate_of(alice, **again, start=START + timedelta(seconds=1)) == workout
    assert duplicate_of(alice, **again, sport=5) is None
    assert duplicate_of(alice, **again, start=START + timedelta(seconds=9)) is None
    assert duplicate_of(alice, **{**again, "points": 40}) is None


def test_deleted_workout_is_no_duplicate(alice):
    delete_workout(upload_gpx(alice))
    assert duplicate_of(alice) is None


def test_figures_equal_those_of_the_engine(alice):
    data = make_recording_bytes(segments=3, points=7)
    workout = Workout.objects.get(pk=upload_gpx(alice, data=data).pk)
    summary = summarise(read_track(data), stopped_below_kmh=1.0)
    assert (workout.distance_km, workout.moving) == (summary.distance_km, summary.moving)


def test_content_files_are_taken_like_uploads(alice):
    file = ContentFile(make_recording_bytes(), name="outing.gpx")
    assert receive(alice, file, UploadOptions(Sport.objects.get(pk=1))).files[0].is_new


def test_recompute_reads_the_channels_and_segments_anew(alice):
    workout = upload_gpx(alice, segments=2)
    channels = bytes(workout.recording.channels)
    Recording.objects.update(channels=b"old", point_count=0)
    workout.segments.filter(index=0).update(distance_km=99)
    recompute_workout(workout)
    recording = Recording.objects.get()
    assert (bytes(recording.channels), recording.point_count) == (channels, 122)
    assert [segment.index for segment in workout.segments.order_by("index")] == [0, 1]
    assert not workout.segments.filter(distance_km=99).exists()
