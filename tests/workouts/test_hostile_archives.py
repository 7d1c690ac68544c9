"""Archives and exports made to do harm: what they hold fails alone, and says why."""

import io
import json
import stat
import zipfile
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from contract.errors import SERVER_ERROR
from tests.factories import make_import, make_recording_bytes
from tests.workouts.test_archives import LIMITS
from tests.workouts.test_transfers import (
    TOLD,
    forged,
    make_export,
    make_zip,
    outcomes,
    recording,
    run,
)
from workouts.models import Sport, Transfer, Workout
from workouts.services import imports, restores, untrusted_json, uploads
from workouts.services.archives import MIB, open_archive
from workouts.services.recordings import UploadOptions, read_recording
from workouts.services.restores import start_restore
from workouts.services.uploads import Imported, receive

DAMAGED = "This file is damaged inside the archive."
PACKED = "This file is packed in a way that is not read here."


@pytest.fixture
def running():
    return Sport.objects.get(label="Running")


def packed(kind: int, data: bytes) -> io.BytesIO:
    """A good recording, and one that is packed another way."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.gpx", recording(1))
        archive.writestr("b.gpx", data, kind)
    file.seek(0)
    return file


def damaged(kind: int) -> io.BytesIO:
    """The same, with the bytes of the second overwritten."""
    file = packed(kind, recording(2))
    with zipfile.ZipFile(file) as archive:
        entry = archive.getinfo("b.gpx")
    content = bytearray(file.getvalue())
    start = entry.header_offset + 30 + len("b.gpx")
    content[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    return io.BytesIO(bytes(content))


def received(owner, file: io.BytesIO, sport: Sport) -> list[Imported]:
    """What becomes of the files of a small archive."""
    return receive(owner, File(file, "a.zip"), UploadOptions(sport)).files


KINDS = [
    (zipfile.ZIP_STORED, DAMAGED),
    (zipfile.ZIP_DEFLATED, DAMAGED),
    (zipfile.ZIP_BZIP2, PACKED),
    (zipfile.ZIP_LZMA, PACKED),
]


@pytest.mark.parametrize(("kind", "reason"), KINDS)
def test_a_damaged_recording_fails_alone_in_the_request(alice, running, kind, reason):
    good, bad = received(alice, damaged(kind), running)
    assert good.is_new
    assert bad.error is not None
    assert bad.error.messages == [reason]


@pytest.mark.parametrize(("kind", "reason"), KINDS)
def test_a_damaged_recording_fails_alone_in_the_worker(alice, running, kind, reason):
    transfer = run(make_import(alice, damaged(kind), running))
    assert transfer.status == "done"
    assert outcomes(transfer) == [("a.gpx", "imported"), ("b.gpx", "failed")]
    assert transfer.items.get(index=1).message == reason


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_unpacks_without_a_bound_is_not_read(alice, running, kind):
    results = received(alice, packed(kind, bytes(MIB)), running)
    assert [result.error and result.error.messages for result in results] == [None, [PACKED]]


def break_reading(monkeypatch, module) -> None:
    """The parser meets something that nobody foresaw in the second recording."""

    def read(name, data):
        if b"Day 2" in data:
            raise IndexError("nobody foresaw this")
        return read_recording(name, data)

    monkeypatch.setattr(module, "read_recording", read)


def test_what_nobody_foresaw_fails_one_file_in_the_request(alice, running, monkeypatch, caplog):
    break_reading(monkeypatch, uploads)
    file = make_zip(a_gpx=recording(1), b_gpx=recording(2), c_gpx=recording(3))
    results = received(alice, file, running)
    assert [result.is_new for result in results] == [True, False, True]
    assert "noted in the log" in results[1].error.messages[0]
    assert "nobody foresaw this" in caplog.text


def test_what_nobody_foresaw_fails_one_item_of_a_transfer(alice, running, monkeypatch, caplog):
    break_reading(monkeypatch, imports)
    file = make_zip(a_gpx=recording(1), b_gpx=recording(2), c_gpx=recording(3))
    transfer = run(make_import(alice, file, running))
    assert [outcome for _, outcome in outcomes(transfer)] == ["imported", "failed", "imported"]
    assert "noted in the log" in transfer.items.get(index=1).message
    assert "nobody foresaw this" in caplog.text


def test_what_nobody_foresaw_fails_the_transfer(alice, running):
    transfer = make_import(alice, make_zip(a_gpx=recording(1)), running)
    transfer.file.storage.delete(transfer.file.name)
    run(transfer)
    assert transfer.status == "failed"
    assert "noted in the log" in transfer.error


def test_what_nobody_foresaw_fails_one_file_of_the_command(alice, tmp_path, monkeypatch, capsys):
    for day in range(1, 4):
        (tmp_path / f"{day}.gpx").write_bytes(recording(day))
    break_reading(monkeypatch, uploads)
    with pytest.raises(CommandError, match="1 files failed"):
        call_command("import_workouts", str(tmp_path), user="alice", sport="Running")
    assert alice.workouts.count() == 2
    assert "2.gpx: FAILED: Something went wrong here" in capsys.readouterr().out


def test_what_nobody_foresaw_fails_one_of_several_files_of_the_page(
    alice, alice_client, monkeypatch
):
    break_reading(monkeypatch, uploads)
    files = [SimpleUploadedFile(f"{day}.gpx", recording(day)) for day in range(1, 4)]
    answer = alice_client.post("/workouts/add", {"sport": 1, "recordings": files})
    assert [bool(result.reason) for result in answer.context["results"]] == [False, True, False]
    assert alice.workouts.count() == 2


def test_what_nobody_foresaw_is_our_mistake_to_a_program(alice_client, monkeypatch):
    break_reading(monkeypatch, uploads)
    file = SimpleUploadedFile("a.gpx", recording(2))
    answer = alice_client.post("/api/workouts", {"data": '{"sport_id": 1}', "file": file})
    assert (answer.status_code, answer.json()["message"]) == (500, SERVER_ERROR)


@pytest.mark.parametrize("wrong", [0x00, 0x7F, 0xFF])
def test_no_byte_of_an_archive_can_be_wrong_in_a_way_that_raises_anything_else(wrong):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gpx", b"<gpx/>" * 10)
    content = file.getvalue()
    for at in range(len(content)):
        changed = io.BytesIO(content[:at] + bytes([wrong]) + content[at + 1 :])
        try:
            with open_archive(changed, LIMITS) as archive:
                for member in archive.members():
                    archive.read(member)
        except ValidationError:
            continue


def test_entries_that_share_their_bytes_are_a_bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.gpx", bytes(100_000))
        archive.filelist.extend([archive.filelist[0]] * 2)
    with (
        pytest.raises(ValidationError, match="unpacks to more"),
        open_archive(file, LIMITS),
    ):
        pass


def test_of_more_than_65535_entries_only_as_many_as_allowed_are_read():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(65_540):
            archive.writestr(zipfile.ZipInfo(f"{number}.gpx"), b"")
    with open_archive(file, LIMITS) as archive:
        assert [member.name for member in archive.members()] == ["0.gpx", "1.gpx", "2.gpx"]


def test_a_link_in_an_archive_is_a_few_bytes_and_leads_nowhere(alice, running):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("a.gpx")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    transfer = run(make_import(alice, file, running))
    assert outcomes(transfer) == [("a.gpx", "failed")]
    assert "not XML" in transfer.items.get().message


# --- names

NAMES = {
    "<img src=x onerror=alert(1)>.gpx": "<img src=x onerror=alert(1)>.gpx",
    "a\u202egpx.exe.gpx": "a\ufffdgpx.exe.gpx",
    "a\u2066b\u200f.gpx": "a\ufffdb\ufffd.gpx",
    "two\nlines\r\x1b[31m.gpx": "two\ufffdlines\ufffd\ufffd[31m.gpx",
    "=HYPERLINK(1).gpx": "=HYPERLINK(1).gpx",
    f"{'x' * 300}.gpx": "x" * 255,
}


@pytest.mark.parametrize(("name", "shown"), NAMES.items())
def test_a_hostile_name_is_only_a_name_in_every_report(alice_client, alice, running, name, shown):
    file = make_zip()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, b"<gpx>")
    transfer = run(make_import(alice, file, running))
    assert outcomes(transfer) == [(shown, "failed")]
    page = alice_client.get(f"/profile/data/{transfer.uuid}").content.decode()
    assert "<img src=x" not in page
    assert not {"\u202e", "\u2066", "\u200f", "\x1b"} & set(page)
    report = alice_client.get(f"/api/imports/{transfer.uuid}").json()["data"]["imports"][0]
    assert report["report"][0]["file"] == shown
    form = {"sport": running.pk, "recordings": SimpleUploadedFile("a.zip", file.getvalue())}
    page = alice_client.post("/workouts/add", form).content.decode()
    assert "<img src=x" not in page
    assert not {"\u202e", "\u2066", "\u200f", "\x1b"} & set(page)


def test_a_long_name_is_imported_like_any_other(alice, running):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{'x' * 300}.gpx", recording(1))
    run(make_import(alice, file, running))
    assert alice.workouts.get().recording.file_name == f"{'x' * 251}.gpx"


# --- exports


def restored(owner, file: io.BytesIO) -> Transfer:
    return run(start_restore(owner, file, "x.zip"))


def workouts_json(export: Transfer, text: str) -> io.BytesIO:
    """The export with this very text as its list of workouts."""
    return forged(export, "workouts.json", text.encode(), raw=True)


def test_an_export_of_half_a_million_entries_is_refused_before_anything_is_stored(
    alice, bob, own_storage
):
    export = make_export(alice)
    text = "[" + ",".join(["0"] * 524_288) + "]"
    with pytest.raises(ValidationError, match="too many workouts"):
        start_restore(bob, workouts_json(export, text), "x.zip")
    assert not bob.transfers.exists()
    assert not (own_storage / "transfers" / str(bob.pk)).exists()


def test_as_many_workouts_as_allowed_come_back_and_not_one_more(alice, bob, monkeypatch):
    monkeypatch.setattr(restores, "MOST_WORKOUTS", 2)
    export = make_export(alice)
    with pytest.raises(ValidationError, match="at most 2"):
        start_restore(bob, forged(export, "workouts.json", [TOLD] * 3), "x.zip")
    assert restored(bob, forged(export, "workouts.json", [TOLD] * 2)).status == "done"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" + "[" * 5000 + "]" * 5000 + "]",
        '[{"title": "' + "x" * untrusted_json.LONGEST_ENTRY + '"}]',
        "[" + "9" * 1_000_000 + "]",
        '[{"distance_km": ' + "9" * 5_000 + "}]",
        "[1 2]",
        "[1,]",
        "[1] 2",
        "{}",
        "",
        '["\\ud800"]',
        "[1,\xff",
    ],
)
def test_json_made_to_do_harm_is_refused_before_anything_is_stored(alice, bob, text):
    export = make_export(alice)
    with pytest.raises(ValidationError, match="can't be read"):
        start_restore(bob, workouts_json(export, text), "x.zip")
    assert not bob.transfers.exists()


@pytest.mark.parametrize("name", ["manifest.json", "account.json"])
def test_a_document_of_too_many_parts_is_not_even_parsed(alice, bob, name, monkeypatch):
    monkeypatch.setattr(untrusted_json, "MOST_PARTS", 100)
    monkeypatch.setattr(untrusted_json.json, "loads", lambda data: pytest.fail("was parsed"))
    with pytest.raises(ValidationError, match="lists too much"):
        untrusted_json.parse(b'{"a": [' + b"[]," * 100 + b"[]]}")


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e400", "-1", "1" * 400])
def test_a_number_that_is_none_fails_alone(alice, bob, number):
    entry = json.dumps(TOLD).replace('"distance_km": 10', f'"distance_km": {number}')
    text = f"[{entry}, {json.dumps(TOLD)}]"
    transfer = restored(bob, workouts_json(make_export(alice), text))
    assert [outcome for _, outcome in outcomes(transfer)] == ["failed", "imported"]


def test_a_list_with_spaces_between_its_entries_is_read(alice, bob):
    text = f" \n[ {json.dumps(TOLD)} \n, {{}} ]\r\n"
    transfer = restored(bob, workouts_json(make_export(alice), text))
    assert [outcome for _, outcome in outcomes(transfer)] == ["imported", "failed"]


@pytest.mark.parametrize("sport", [0, -1, 9999, "1 OR 1=1", 10**30])
def test_a_sport_that_does_not_exist_fails_alone(alice, bob, sport):
    file = forged(make_export(alice), "workouts.json", [TOLD | {"sport_id": sport}, TOLD])
    transfer = restored(bob, file)
    assert [outcome for _, outcome in outcomes(transfer)] == ["failed", "imported"]


def test_the_same_id_twice_is_one_workout(alice, bob):
    other = TOLD | {"start": "2026-05-02T08:00:00Z"}
    transfer = restored(bob, forged(make_export(alice), "workouts.json", [TOLD, other]))
    assert [outcome for _, outcome in outcomes(transfer)] == ["imported", "duplicate"]
    assert bob.workouts.count() == 1


def test_the_id_of_somebody_elses_workout_changes_nothing_of_theirs(alice, bob):
    restored(alice, forged(make_export(alice), "workouts.json", [TOLD | {"title": "Hers"}]))
    restored(bob, forged(make_export(bob), "workouts.json", [TOLD | {"title": "His"}]))
    assert alice.workouts.get().title == "Hers"
    assert bob.workouts.get().uuid != alice.workouts.get().uuid
    assert Workout.objects.count() == 2


@pytest.mark.parametrize(
    "name",
    ["../../../../etc/passwd", "/etc/passwd", "manifest.json", "recordings", "account.json\0", ""],
)
def test_a_recording_is_looked_up_in_the_archive_only(alice, bob, name):
    file = forged(make_export(alice), "workouts.json", [TOLD | {"recording": name, "a": 1}])
    transfer = restored(bob, file)
    wanted = "failed" if name else "imported"
    assert [outcome for _, outcome in outcomes(transfer)] == [wanted]


@pytest.mark.parametrize("entry", [None, 5, [], {"sha256": 7}, {"sha256": None}, {"size": 1}])
def test_a_manifest_that_lies_about_a_file_is_no_manifest(alice, bob, entry):
    file = make_zip()
    manifest = {"format": "fittrackee-export", "version": 1, "files": {"workouts.json": entry}}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("workouts.json", "[]")
    with pytest.raises(ValidationError, match="was damaged or changed"):
        start_restore(bob, file, "x.zip")


def test_of_a_thousand_sport_preferences_no_more_are_read_than_there_are_sports(
    alice, bob, django_assert_max_num_queries
):
    account = {"sport_preferences": [{"sport_id": 1, "color": "#123456"}] * 1000}
    transfer = start_restore(bob, forged(make_export(alice), "account.json", account), "x.zip")
    with django_assert_max_num_queries(50 + 8 * Sport.objects.count()):
        run(transfer)


def test_a_name_in_an_export_is_only_a_name(alice_client, alice):
    entry = TOLD | {"title": "<script>\u202e</script>", "uuid": "no"}
    transfer = restored(alice, forged(make_export(alice), "workouts.json", [entry]))
    page = alice_client.get(f"/profile/data/{transfer.uuid}").content.decode()
    assert "&lt;script&gt;\ufffd&lt;/script&gt;" in page


def test_a_recording_of_an_export_passes_the_same_reader(alice, bob):
    data = b"\x89PNG\r\n"
    export = forged(make_export(alice), "recordings/x.gpx", data, raw=True)
    entry = TOLD | {"recording": "recordings/x.gpx", "recording_name": "../../x.gpx"}
    transfer = restored(bob, with_workouts(export, [entry]))
    assert "picture" in transfer.items.get().message


def with_workouts(export: io.BytesIO, workouts: list[dict]) -> io.BytesIO:
    """An export that is forged already, with another list of workouts."""
    source, file = zipfile.ZipFile(export), io.BytesIO()
    manifest, text = json.loads(source.read("manifest.json")), json.dumps(workouts)
    manifest["files"]["workouts.json"] = {"sha256": sha256(text.encode()).hexdigest()}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("workouts.json", text)
        for name in {*source.namelist()} - {"manifest.json", "workouts.json"}:
            archive.writestr(name, source.read(name))
    return file


def test_the_name_of_a_restored_recording_has_no_folder(alice, bob):
    data = make_recording_bytes()
    export = forged(make_export(alice), "recordings/x.gpx", data, raw=True)
    entry = TOLD | {"recording": "recordings/x.gpx", "recording_name": "../../x.gpx"}
    restored(bob, with_workouts(export, [entry]))
    assert bob.workouts.get().recording.file_name == "x.gpx"
