import os
import time
import zipfile
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.factories import make_recording_bytes, make_user, make_workout, upload_gpx
from workouts.demo.outings import plan_outings
from workouts.demo.recorder import record
from workouts.management.commands import recompute_workouts as recompute_command
from workouts.models import Record, Recording, Segment, Workout
from workouts.services import demo, imports

pytestmark = pytest.mark.django_db


def run(*args: object) -> list[str]:
    """The lines that a command wrote; CommandError passes."""
    output = StringIO()
    call_command(*map(str, args), stdout=output, stderr=output)
    return output.getvalue().splitlines()


def run_failing(*args: object) -> tuple[list[str], str]:
    """The lines that a command wrote before it failed, and why it did."""
    output = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(*map(str, args), stdout=output, stderr=output)
    return output.getvalue().splitlines(), str(caught.value)


# --- import_workouts


def test_import_takes_files_and_searches_folders(alice, tmp_path):
    folder = tmp_path / "recordings" / "2026"
    folder.mkdir(parents=True)
    (folder / "b.GPX").write_bytes(make_recording_bytes(name="Second"))
    (folder.parent / "readme.txt").write_text("not a recording")
    single = tmp_path / "a.gpx"
    single.write_bytes(make_recording_bytes(name="First"))
    lines = run("import_workouts", "--user", "alice", "--sport", "running", single, folder.parent)
    assert lines == [
        f"[1/2] {single}: “First” of 2026-05-01, 1.80 km",
        f"[2/2] {folder / 'b.GPX'}: “Second” of 2026-05-01, 1.80 km",
        "2 of 2 files done.",
    ]
    assert list(alice.workouts.order_by("pk").values_list("title", "sport_id")) == [
        ("First", 5),
        ("Second", 5),
    ]


def test_import_goes_on_after_a_failure_and_fails_in_the_end(alice, tmp_path):
    bad, good, gone = tmp_path / "bad.gpx", tmp_path / "good.gpx", tmp_path / "gone.gpx"
    bad.write_bytes(b"")
    good.write_bytes(make_recording_bytes())
    lines, why = run_failing("import_workouts", "--user", "alice", "--sport", 5, bad, gone, good)
    assert lines == [
        f"[1/3] {bad}: FAILED: The file is empty.",
        f"[2/3] {gone}: FAILED: No such file or directory",
        f"[3/3] {good}: “Vector” of 2026-05-01, 1.80 km",
        "1 of 3 files done.",
    ]
    assert why == "2 files failed."


def test_import_skips_what_was_imported_before(alice, tmp_path):
    path = tmp_path / "a.gpx"
    path.write_bytes(make_recording_bytes())
    arguments = ["import_workouts", "--user", "alice@example.com", "--sport", "Hiking", path]
    run(*arguments)
    assert run(*arguments, "--skip-duplicates")[0] == (
        f"[1/1] {path}: skipped, is “Vector” of 2026-05-01"
    )
    assert alice.workouts.count() == 1


@pytest.fixture
def archive(tmp_path) -> Path:
    path = tmp_path / "week.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.gpx", make_recording_bytes(name="First"))
        packed.writestr("b.gpx", b"")
    return path


def test_import_tells_of_each_file_in_an_archive(alice, archive):
    lines, why = run_failing("import_workouts", "--user", "alice", "--sport", 5, archive)
    assert lines == [
        f"[1/1] {archive}/a.gpx: “First” of 2026-05-01, 1.80 km",
        f"[1/1] {archive}/b.gpx: FAILED: The file is empty.",
        "1 of 2 files done.",
    ]
    assert why == "1 files failed."


def test_import_leaves_a_large_archive_to_the_worker(alice, archive, monkeypatch):
    monkeypatch.setattr(imports, "IN_REQUEST_FILES", 1)
    lines = run("import_workouts", "--user", "alice", "--sport", 5, archive)
    assert lines == [f"[1/1] {archive}: left to the worker, 2 files", "1 of 1 files done."]
    assert alice.transfers.get().total == 2


def test_import_searches_folders_for_recordings_only(alice, archive):
    why = run_failing("import_workouts", "--user", "alice", "--sport", 5, archive.parent)[1]
    assert why == "No recordings found."


@pytest.mark.parametrize(("option", "longest"), [("--title", 255), ("--notes", 500)])
def test_import_refuses_a_text_that_is_too_long(alice, archive, option, longest):
    arguments = ["import_workouts", "--user", "alice", "--sport", 5, archive]
    why = run_failing(*arguments, option, "x" * (longest + 1))[1]
    assert f"at most {longest} characters" in why
    run_failing(*arguments, option, "x" * longest)
    assert alice.workouts.count() == 1


def test_import_survives_file_names_that_are_no_text(alice, tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.gpx")
    path.write_bytes(make_recording_bytes())
    run("import_workouts", "--user", "alice", "--sport", "Hiking", path)
    assert Recording.objects.get().file_name == "caf\ufffd.gpx"


@pytest.mark.parametrize(
    ("user", "sport", "path", "why"),
    [
        ("nobody", "Hiking", "/", "There is no user “nobody”."),
        ("alice", "Chess", "/", "There is no sport “Chess”. There are: Cycling (Sport), "),
        ("alice", "Hiking", "{empty}", "No recordings found."),
    ],
)
def test_import_says_what_it_can_not_find(alice, tmp_path, user, sport, path, why):
    path = path.format(empty=tmp_path)
    assert run_failing("import_workouts", "--user", user, "--sport", sport, path)[1].startswith(why)


# --- refresh_records


def test_refresh_records_mends_all_users_or_one(alice, bob):
    workouts = [make_workout(alice), make_workout(bob), make_workout(bob, sport=5)]
    stale = make_workout(alice, sport=6, distance_km=0, ave_speed_kmh=0, moving=timedelta(0))
    Record.objects.create(owner=alice, sport_id=6, kind="FD", workout=stale)
    run("refresh_records", "--user", "alice")
    assert set(Record.objects.values_list("workout", flat=True)) == {workouts[0].pk}
    assert run("refresh_records") == ["The records of 2 users are fresh."]
    assert Record.objects.filter(kind="FD").count() == 3


# --- recompute_workouts


def test_recompute_computes_all_recordings_again(alice):
    workouts = [upload_gpx(alice), upload_gpx(alice, segments=2)]
    make_workout(alice)
    Workout.objects.update(distance_km=1)
    Segment.objects.all().delete()
    lines = run("recompute_workouts")
    assert lines[-1] == "2 of 2 workouts were computed again."
    kilometres = Workout.objects.order_by("pk").values_list("distance_km", flat=True)
    assert list(kilometres) == [1.801, 3.602, 1]
    assert Segment.objects.filter(workout__in=workouts).count() == 3


def test_recompute_goes_on_where_it_was_interrupted(alice, monkeypatch):
    first, second, third = upload_gpx(alice), upload_gpx(alice), upload_gpx(alice)
    honest = recompute_command.recompute_workout

    def interrupted(workout: Workout) -> None:
        if workout == second:
            raise KeyboardInterrupt
        honest(workout)

    monkeypatch.setattr(recompute_command, "recompute_workout", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run("recompute_workouts")
    monkeypatch.setattr(recompute_command, "recompute_workout", honest)
    lines = run("recompute_workouts")
    assert lines[0] == f"Going on after workout {first.pk}."
    assert lines[-1] == "2 of 2 workouts were computed again."
    assert run("recompute_workouts")[-1] == "3 of 3 workouts were computed again."
    assert third.short_id in lines[-2]


def test_recompute_reports_a_lost_file_and_leaves_the_workout_alone(alice):
    lost, kept = upload_gpx(alice), upload_gpx(alice, name="Other")
    Path(Recording.objects.get(workout=lost).file.path).unlink()
    lines, why = run_failing("recompute_workouts")
    assert f"{lost.short_id} FAILED" in lines[0]
    assert lines[1] == f"[2/2] {kept.short_id} Other"
    assert why == "1 workouts failed and stay as they were."
    assert Workout.objects.get(pk=lost.pk).distance_km == 1.801


# --- check_storage


def age(path: Path, seconds: int) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def test_storage_in_order_is_said_to_agree(alice):
    upload_gpx(alice)
    assert run("check_storage") == ["The storage and the database agree."]


def test_orphans_are_listed_and_removed(alice, own_storage):
    kept = Path(upload_gpx(alice).recording.file.path)
    orphan = kept.with_name("0" * 64 + ".gpx")
    staged = kept.with_name("tmpkilled.part")
    for path in (orphan, staged):
        path.write_bytes(b"x")
    for path in (kept, orphan, staged):
        age(path, 3590)
    assert run("check_storage", "--older-than", "1h") == ["The storage and the database agree."]
    names = sorted(str(path.relative_to(own_storage)) for path in (orphan, staged))
    lines, why = run_failing("check_storage")
    assert lines == [f"orphan: {name}" for name in names]
    assert why == "The storage and the database do not agree."
    assert run("check_storage", "--repair")[:2] == [f"removed: {name}" for name in names]
    assert (kept.exists(), orphan.exists(), staged.exists()) == (True, False, False)
    assert run("check_storage") == ["The storage and the database agree."]


def test_files_of_users_who_are_gone_are_orphans(alice, own_storage):
    path = Path(upload_gpx(alice).recording.file.path)
    alice.delete()
    assert path.exists()
    run("check_storage", "--repair")
    assert not path.exists()


def test_missing_files_are_an_error_that_repair_can_not_mend(alice):
    recording = upload_gpx(alice).recording
    Path(recording.file.path).unlink()
    lines, _ = run_failing("check_storage", "--repair")
    assert lines == [f"missing: {recording.file.name}"]


@pytest.mark.parametrize("text", ["", "h", "1", "1w", "-1h", "1.5h"])
def test_ages_that_make_no_sense_are_refused(text):
    with pytest.raises(CommandError, match="is no age such as"):
        call_command("check_storage", f"--older-than={text}")


# --- create_demo


def test_demo_account_has_forty_recordings_of_the_last_year(monkeypatch):
    lines = run("create_demo")
    owner = User.objects.get(email="demo@example.com")
    assert lines[1:] == [
        "40 workouts were imported.",
        "Sign in as demo@example.com with the password demo-password",
    ]
    assert owner.check_password("demo-password")
    assert Recording.objects.filter(workout__owner=owner).count() == 40
    assert owner.workouts.filter(recording__isnull=True).count() == 0
    assert set(owner.workouts.values_list("sport_id", flat=True)) == {1, 2, 3, 4, 5, 6, 8}
    assert Segment.objects.filter(workout__owner=owner).count() > 45
    assert owner.workouts.exclude(notes="").count() >= 5


def test_second_demo_changes_nothing(monkeypatch):
    monkeypatch.setattr("workouts.demo.outings.COUNT", 2)
    run("create_demo")
    Workout.objects.first().delete()
    assert run("create_demo", "--password", "another") == [
        "Sign in as demo@example.com with the password that was chosen for it."
    ]
    assert Workout.objects.count() == 1


def test_interrupted_demo_leaves_nothing_and_can_be_made_again(monkeypatch):
    monkeypatch.setattr("workouts.demo.outings.COUNT", 3)
    honest, calls = demo.import_outing, []

    def interrupted(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return honest(*args)

    monkeypatch.setattr(demo, "import_outing", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run("create_demo")
    assert not User.objects.exists()
    assert "3 workouts were imported." in run("create_demo")


def test_demo_does_not_take_the_name_of_somebody_else():
    make_user("demo", email="somebody@example.com")
    assert run_failing("create_demo")[1] == "The username demo belongs to another account."


def test_same_day_gives_the_same_demo():
    until = date(2026, 6, 1)
    assert [record(outing) for outing in plan_outings(until)[-3:]] == [
        record(outing) for outing in plan_outings(until)[-3:]
    ]


def test_demo_outings_lie_in_the_year_before():
    outings = plan_outings(date(2026, 6, 1))
    assert len(outings) == 40
    assert [outing.start for outing in outings] == sorted(outing.start for outing in outings)
    assert outings[0].start.date() > date(2025, 6, 1)
    assert outings[-1].start.date() == date(2026, 5, 31)
