"""One way in: a recording fares the same alone, in an archive and by the worker, at every door."""

import ast
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client, TestCase

from accounts.models import User
from instance.models import AppConfiguration
from tests.factories import make_import, upload_gpx
from tests.workouts.test_transfers import make_zip, recording
from workouts.models import Sport, TransferItem
from workouts.services import archives, imports
from workouts.services.imports import options_of
from workouts.services.recordings import UploadOptions

ROOT = Path(__file__).resolve().parents[2]
DAY = recording(1)


@dataclass(frozen=True)
class Wish:
    """What is said beside the file."""

    sport: int = 1
    title: str = ""
    notes: str | None = ""
    skip_duplicates: bool = False


# --- The doors: each sends a file and a wish, and tells why something was refused.


def page(client: Client, file: ContentFile, wish: Wish) -> list[str]:
    said = {"sport": wish.sport, "notes": wish.notes, "recordings": file}
    keep = {} if wish.skip_duplicates else {"keep_duplicates": "on"}
    answer = client.post("/workouts/add", said | keep, headers={"X-One-By-One": "yes"})
    if "results" in answer.context:
        return [result.reason for result in answer.context["results"] if result.error]
    return [str(error) for errors in answer.context["form"].errors.values() for error in errors]


def api(client: Client, file: ContentFile, wish: Wish) -> list[str]:
    choice = "skip" if wish.skip_duplicates else "keep"
    data = {"sport_id": wish.sport, "title": wish.title, "notes": wish.notes}
    form = {"data": json.dumps(data | {"on_duplicate": choice}), "file": file}
    answer = client.post("/api/workouts", form)
    body = answer.json()
    if answer.status_code >= 400:
        return body.get("errors", {}).get("file") or [body.get("message", "nothing in it")]
    return [entry["message"] for entry in body.get("report", []) if entry["message"]]


def command(client: Client, file: ContentFile, wish: Wish, folder: Path) -> list[str]:
    path, output = folder / file.name, io.StringIO()
    path.write_bytes(file.read())
    options = [f"--sport={wish.sport}", f"--title={wish.title}"]
    options += [] if wish.notes is None else [f"--notes={wish.notes}"]
    options += ["--skip-duplicates"] if wish.skip_duplicates else []
    try:
        call_command("import_workouts", "--user=alice", *options, str(path), stdout=output)
    except CommandError as error:
        return re.findall("FAILED: (.*)", output.getvalue()) or [str(error)]
    return []


DOORS = {"page": page, "api": api, "command": command}


# --- The shapes


def alone(data: bytes) -> ContentFile:
    return ContentFile(data, "outing.gpx")


def packed(data: bytes) -> ContentFile:
    return ContentFile(make_zip(outing_gpx=data).getvalue(), "outings.zip")


# How many files of an archive are done in the request: with none, the worker does them all.
SHAPES = {"alone": (alone, 20), "archive": (packed, 20), "worker": (packed, 0)}


# --- The table


@dataclass(frozen=True)
class Case:
    """What is sent, and what comes of it: titles and notes of all workouts, and any refusal.

    `alone` is what comes of it outside of an archive, where that differs.
    """

    comes: list[tuple[str, str | None]]
    wish: Wish = field(default_factory=Wish)
    data: bytes = DAY
    is_refused: bool = False
    is_known: bool = False
    file_limit: int = AppConfiguration.MIB
    archive_limit: int = 10 * AppConfiguration.MIB
    alone: list[tuple[str, str | None]] | None = None


ONE = [("Day 1", "")]
CASES = {
    "nothing said": Case(ONE),
    "title": Case([("Mine", "")], Wish(title="Mine")),
    "notes": Case([("Day 1", "wind\nrain")], Wish(notes="wind\nrain")),
    "no notes": Case([("Day 1", None)], Wish(notes=None)),
    "a duplicate kept": Case([*ONE, *ONE], is_known=True),
    "a duplicate skipped": Case(ONE, Wish(skip_duplicates=True), is_known=True),
    "unknown sport": Case([], Wish(sport=99), is_refused=True),
    "no recording": Case([], data=b"no xml", is_refused=True),
    # Programs count on it: a file in an archive may have more bytes than one alone.
    "above the limit of a file": Case(ONE, file_limit=100, alone=[]),
    "above every limit": Case([], file_limit=100, archive_limit=200, is_refused=True),
}
# What a door has no words for.
UNSAID = {("title", "page"), ("no notes", "page")}
CELLS = [cell for cell in product(CASES, SHAPES, DOORS) if (cell[0], cell[2]) not in UNSAID]


@pytest.fixture
def send(alice, alice_client, tmp_path, monkeypatch) -> Callable[..., list[str]]:
    """Bring a file in through a door; why it, or something in it, was refused."""

    def send(data: bytes, wish: Wish, shape: str, door: str) -> list[str]:
        make, in_request = SHAPES[shape]
        monkeypatch.setattr(imports, "IN_REQUEST_FILES", in_request)
        more = [tmp_path] if door == "command" else []
        with TestCase.captureOnCommitCallbacks(execute=True):
            reasons = DOORS[door](alice_client, make(data), wish, *more)
        failed = TransferItem.objects.filter(outcome=TransferItem.Outcome.FAILED)
        return [*reasons, *failed.values_list("message", flat=True)]

    return send


def limit(monkeypatch, *, file: int, in_archive: int) -> None:
    """Accept so many bytes of a recording."""
    AppConfiguration.objects.create(max_file_size=file)
    monkeypatch.setattr(archives, "MIB", in_archive // 10)


def workouts_of(owner: User) -> list[tuple[str, str | None]]:
    return list(owner.workouts.order_by("pk").values_list("title", "notes"))


@pytest.mark.parametrize(("name", "shape", "door"), CELLS)
def test_every_way_in_is_the_same(alice, send, monkeypatch, name, shape, door):
    case = CASES[name]
    if case.is_known:
        upload_gpx(alice, data=DAY)
    limit(monkeypatch, file=case.file_limit, in_archive=case.archive_limit)
    reasons = send(case.data, case.wish, shape, door)
    differs = shape == "alone" and case.alone is not None
    assert workouts_of(alice) == (case.alone if differs else case.comes)
    assert bool(reasons) == (case.is_refused or differs)
    assert alice.transfers.exists() == (shape == "worker" and name != "unknown sport")


@pytest.mark.parametrize(("shape", "door"), list(product(SHAPES, DOORS)))
def test_every_way_in_refuses_in_the_same_words(send, shape, door):
    reasons = send(b"no xml", Wish(), shape, door)
    assert reasons == ["The file is not a GPX recording: it is not XML."]


@pytest.mark.parametrize("door", DOORS)
def test_what_is_too_large_in_an_archive_is_so_for_the_worker(send, monkeypatch, door):
    limit(monkeypatch, file=100, in_archive=200)
    first, second = (send(DAY, Wish(), shape, door) for shape in ("archive", "worker"))
    assert first == second
    assert "at most 200\xa0bytes are accepted" in first[0]


@pytest.mark.parametrize("door", DOORS)
def test_an_archive_without_recordings_is_refused_alike(alice_client, alice, tmp_path, door):
    more = [tmp_path] if door == "command" else []
    file = ContentFile(make_zip(a_txt=b"x").getvalue(), "outings.zip")
    assert DOORS[door](alice_client, file, Wish(), *more)
    assert not alice.transfers.exists()


@pytest.mark.parametrize("notes", [None, "", "wind"])
def test_a_transfer_keeps_all_that_was_wished(alice, notes):
    wished = {"title": "Mine", "notes": notes, "skip_duplicates": False}
    transfer = make_import(alice, make_zip(a_gpx=DAY), **wished)
    transfer.refresh_from_db()
    assert options_of(transfer) == UploadOptions(Sport.objects.get(pk=1), **wished)


# --- No other way


APPS = [path.parent for path in ROOT.glob("*/__init__.py")]
SERVICES = "workouts/services"
# Who imports each of the steps from a file to a workout, tests and benchmarks aside.
USERS = {
    "read_track": {f"{SERVICES}/recordings.py"},
    "read_recording": {
        f"{SERVICES}/{name}.py" for name in ("uploads", "imports", "restores", "demo")
    },
    "prepare_recording": {f"{SERVICES}/imports.py", f"{SERVICES}/restores.py"},
    "store_recording": {f"{SERVICES}/imports.py", f"{SERVICES}/restores.py"},
    "import_recording": {f"{SERVICES}/uploads.py", f"{SERVICES}/demo.py"},
    "start_import": {f"{SERVICES}/uploads.py"},
    "receive": {
        "workouts/views/adding.py",
        "workouts/api/uploads.py",
        "workouts/management/commands/import_workouts.py",
    },
}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)


def test_the_door_is_the_only_one():
    found: dict[str, set[str]] = {name: set() for name in USERS}
    apps = [app for app in APPS if app.name not in {"tests", "bench"}]
    for path in (path for app in apps for path in app.rglob("*.py")):
        for name in found.keys() & set(imports_of(path)):
            found[name].add(path.relative_to(ROOT).as_posix())
    assert found == USERS
