import ast
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import first_party, make_recording_bytes, make_user, make_workout, upload_gpx
from tests.reading import let_read_everything
from workouts import access
from workouts.access import Viewer
from workouts.models import Recording, Workout
from workouts.services.exports import start_export
from workouts.services.jobs import run_transfer

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    *("contract", "tracks", "instance", "oauth_apps", "accounts"),
    *("workouts", "training", "fittrackee_site"),
)


@pytest.fixture
def reader(db, monkeypatch) -> User:
    user = make_user("reader")
    let_read_everything(monkeypatch, user)
    return user


@pytest.fixture
def reader_client(reader) -> Client:
    client = Client()
    client.force_login(reader)
    return client


# --- Who looks


@pytest.mark.django_db
def test_who_asks_looks(alice):
    assert Viewer.of(SimpleNamespace(user=alice)) == Viewer(alice)
    assert Viewer.of(SimpleNamespace(user=AnonymousUser())) == Viewer(None)


def test_nobody_reads_nothing(alice):
    upload_gpx(alice)
    assert not access.readable(Viewer()).exists()


def test_people_read_and_own_their_own(alice, bob, admin):
    workout = make_workout(alice)
    assert access.readable(Viewer(alice)).get() == access.owned(alice).get() == workout
    for other in (bob, admin):
        assert not access.readable(Viewer(other)).exists()
        assert not access.owned(other).exists()


# --- What comes out


def test_a_recording_comes_out_in_one_query(alice, django_assert_num_queries):
    workout = upload_gpx(alice, points=7, segments=2)
    with django_assert_num_queries(1):
        track = access.recording(Viewer(alice), workout)
    assert (track.point_count, track.segment_count) == (14, 2)


def test_an_original_comes_out_byte_for_byte_in_one_query(alice, django_assert_num_queries):
    data = make_recording_bytes()
    workout = upload_gpx(alice, data=data)
    with django_assert_num_queries(1), access.original(Viewer(alice), workout) as file:
        assert file.read() == data


@pytest.mark.parametrize("door", [access.recording, access.original])
def test_nothing_comes_out_for_others_whatever_workout_they_hold(alice, bob, admin, door):
    workout = upload_gpx(alice)
    for viewer in (Viewer(bob), Viewer(admin), Viewer()):
        with pytest.raises(Recording.DoesNotExist):
            door(viewer, workout)


@pytest.mark.parametrize("door", [access.recording, access.original])
def test_nothing_comes_out_without_a_recording(alice, door):
    with pytest.raises(Recording.DoesNotExist):
        door(Viewer(alice), make_workout(alice))


def test_an_original_that_got_lost_is_told_apart(alice):
    workout = upload_gpx(alice)
    Path(workout.recording.file.path).unlink()
    with pytest.raises(FileNotFoundError):
        access.original(Viewer(alice), workout)


# --- A reader sees, and that is all


def test_a_reader_sees_the_points_and_not_the_file(alice, reader):
    workout = upload_gpx(alice)
    assert access.recording(Viewer(reader), workout).point_count == 61
    with pytest.raises(Recording.DoesNotExist):
        access.original(Viewer(reader), workout)


@pytest.mark.parametrize(
    ("name", "number", "status"),
    [
        ("detail", [], 200),
        ("charts", [], 200),
        ("segment", [1], 200),
        ("segment_charts", [1], 200),
        ("download", [], 404),
        ("edit", [], 404),
        ("delete", [], 404),
    ],
)
def test_a_reader_opens_what_shows_and_not_what_changes(alice, reader_client, name, number, status):
    workout = upload_gpx(alice)
    address = reverse(f"workouts:{name}", args=[workout.short_id, *number])
    assert reader_client.get(address).status_code == status
    if status == 404:
        assert reader_client.post(address, {"title": "Mine"}).status_code in (404, 405)
    assert Workout.objects.get().title == workout.title


def test_a_reader_finds_workouts_in_the_lists(alice, reader, reader_client):
    workout = upload_gpx(alice)
    assert workout.get_absolute_url() in reader_client.get("/workouts").content.decode()
    listed = Client().get("/api/workouts", headers=first_party(reader)).json()
    assert [found["id"] for found in listed["data"]["workouts"]] == [workout.short_id]


@pytest.mark.parametrize("address", ["/", "/statistics", "/statistics.csv", "/workouts/add"])
def test_a_page_of_ones_own_shows_nothing_that_one_only_reads(
    alice, reader, reader_client, address
):
    before = words_of(reader_client, address)
    upload_gpx(alice, title="Of somebody else")
    assert words_of(reader_client, address) == before


@pytest.mark.parametrize(
    "address", ["/api/records", "/api/stats/reader/by_time", "/api/stats/reader/by_sport",
                "/api/auth/profile", "/api/imports"],
)  # fmt: skip
def test_an_answer_about_oneself_tells_nothing_that_one_only_reads(alice, reader, address):
    headers = first_party(reader)
    before = Client().get(address, headers=headers).json()
    upload_gpx(alice)
    assert Client().get(address, headers=headers).json() == before


def test_an_export_holds_nothing_that_one_only_reads(alice, reader):
    upload_gpx(alice)
    transfer = start_export(reader)
    run_transfer.call(transfer.pk)
    transfer.refresh_from_db()
    with zipfile.ZipFile(transfer.file) as archive:
        assert json.loads(archive.read("workouts.json")) == []
        assert not [name for name in archive.namelist() if name.startswith("recordings/")]


def words_of(client: Client, address: str) -> str:
    """The page without what is new with each request."""
    lines = client.get(address).content.decode().splitlines()
    return "\n".join(line for line in lines if "nonce" not in line and "csrf" not in line)


# --- Nothing goes around the door


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imported(name: str, tree: ast.Module) -> Iterator[str]:
    """What a module imports, as absolute dotted names."""
    package = Path(name).with_suffix("").parts[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def attributes(tree: ast.Module) -> Iterator[str]:
    """Chains of attributes such as `recording.file.open`."""
    return (ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def test_only_the_door_decodes_recordings():
    readers = {
        name
        for name, tree in modules(*PACKAGES)
        for source in imported(name, tree)
        if source in ("tracks.codec", "tracks.codec.decode", "tracks.codec.*")
    }
    assert readers == {"workouts/access.py"}


def test_only_the_door_opens_originals():
    """Every other `file` is that of a transfer, and says so."""
    ways = ("open", "read", "chunks", "path", "url")
    opened = {
        (name, chain)
        for name, tree in modules("accounts", "workouts", "training")
        for chain in attributes(tree)
        if chain.endswith(tuple(f".file.{way}" for way in ways))
        and not chain.startswith("transfer.")
    }
    assert opened == {("workouts/access.py", "stored.file.open")}


# They answer about no workout: sums over accounts and over the site, for who may see those.
SUMS = {
    "training/statistics.py",
    "training/api/account_figures.py",
    "workouts/api/sports.py",
    # Django's admin and commands are for operators.
    "workouts/management/commands/recompute_workouts.py",
}
DOORS = ("views", "api", "management", "forms.py", "filters.py", "list_filter.py")


def test_only_the_door_says_whose_a_workout_is():
    """Sums over several accounts ask for `owner__in`."""
    asked = {
        name
        for name, tree in modules("workouts", "training")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).endswith(("Workout.objects.filter", "Record.objects.filter"))
        and {keyword.arg for keyword in call.keywords} & {"owner", "owner_id"}
    }
    assert asked == {"workouts/access.py"}


def test_doors_fetch_workouts_through_access_only():
    around = {
        name
        for name, tree in modules("workouts", "training")
        if name.startswith("training/") or name.split("/")[1] in DOORS
        for chain in attributes(tree)
        if chain.endswith(("Workout.objects", "Record.objects", "Recording.objects"))
        or chain == "Transfer.objects.filter"
    }
    assert around == SUMS
