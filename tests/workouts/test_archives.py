"""Reading archives without trusting them."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError

from workouts.services.archives import ArchiveLimits, directory_size, open_archive

MIB = 1024 * 1024
LIMITS = ArchiveLimits(members=3, member_size=1000, total_size=20 * MIB)


def make_zip(*members: tuple[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    file.seek(0)
    return file


def test_recordings_at_the_root_are_found_in_order():
    file = make_zip(("b.gpx", b"B"), ("A.GPX", b"A"), ("readme.txt", b"?"), ("folder/c.gpx", b"C"))
    with open_archive(file, LIMITS) as archive:
        assert [member.name for member in archive.members()] == ["b.gpx", "A.GPX"]
        assert [archive.read(member) for member in archive.members()] == [b"B", b"A"]


def test_two_members_of_one_name_are_two_recordings():
    with pytest.warns(UserWarning, match="Duplicate name"):
        file = make_zip(("a.gpx", b"1"), ("a.gpx", b"2"))
    with open_archive(file, LIMITS) as archive:
        assert [archive.read(member) for member in archive.members()] == [b"1", b"2"]


def test_no_more_members_than_allowed():
    file = make_zip(*((f"{number}.gpx", b"x") for number in range(5)))
    with open_archive(file, LIMITS) as archive:
        assert len(archive.members()) == 3


def test_an_archive_inside_is_named_and_refused():
    with open_archive(make_zip(("in.zip", b"PK")), LIMITS) as archive:
        assert archive.members()[0].refusal == "An archive inside an archive is not read."


def test_a_member_above_the_limit_is_not_read():
    with open_archive(make_zip(("a.gpx", b"x" * 1001)), LIMITS) as archive:
        with pytest.raises(ValidationError, match="too large: it has"):
            archive.read(archive.members()[0])


@pytest.mark.parametrize(
    "name", ["../a.gpx", "/etc/a.gpx", "a/../../b.gpx", "..\\a.gpx", "C:\\a.gpx", "C:/a.gpx"]
)
def test_names_that_point_outside_refuse_the_whole_archive(name):
    with (
        pytest.raises(ValidationError, match="point outside"),
        open_archive(make_zip((name, b"x")), LIMITS),
    ):
        pass


def test_a_colon_in_a_name_is_no_trick():
    with open_archive(make_zip(("2026-01-01 10:00.gpx", b"x")), LIMITS) as archive:
        assert archive.read(archive.members()[0]) == b"x"


def test_a_bomb_is_refused_before_it_is_unpacked():
    with (
        pytest.raises(ValidationError, match="unpacks to more"),
        open_archive(make_zip(("a.gpx", b"\0" * (15 * MIB))), LIMITS),
    ):
        pass


@pytest.mark.parametrize("data", [b"", b"not an archive", b"PK\x03\x04 cut short"])
def test_what_is_no_archive_is_refused(data):
    with (
        pytest.raises(ValidationError, match="not a readable zip archive"),
        open_archive(io.BytesIO(data), LIMITS),
    ):
        pass


def test_a_damaged_member_has_its_own_sentence():
    file = make_zip(("a.gpx", b"hello" * 100))
    damaged = bytearray(file.getvalue())
    damaged[40] ^= 0xFF
    with open_archive(io.BytesIO(bytes(damaged)), LIMITS) as archive:
        with pytest.raises(ValidationError, match="damaged"):
            archive.read(archive.members()[0])


def test_an_encrypted_member_has_its_own_sentence():
    data = bytearray(make_zip(("a.gpx", b"hello")).getvalue())
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    with open_archive(io.BytesIO(bytes(data)), LIMITS) as archive:
        with pytest.raises(ValidationError, match="encrypted"):
            archive.read(archive.members()[0])


def test_a_list_of_too_many_files_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr("workouts.services.archives.MOST_DIRECTORY_BYTES", 1000)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    file = io.BytesIO(b"PK\x05\x06" + bytes(8) + (1001).to_bytes(4, "little") + bytes(6))
    with pytest.raises(ValidationError, match="too many files"), open_archive(file, LIMITS):
        pass


def test_the_list_of_a_large_archive_is_measured():
    record = b"PK\x06\x06" + bytes(36) + (2**33).to_bytes(8, "little") + bytes(8)
    locator = b"PK\x06\x07" + bytes(16)
    end = b"PK\x05\x06" + bytes(8) + b"\xff" * 4 + bytes(6)
    assert directory_size(io.BytesIO(record + locator + end)) == 2**33


def test_the_list_of_an_ordinary_archive_is_measured():
    assert 0 < directory_size(make_zip(("a.gpx", b"A"))) < 100
    assert directory_size(io.BytesIO(b"no archive")) == 0
