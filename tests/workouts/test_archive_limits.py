"""How much an archive may hold, to the last byte."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError

from instance.models import AppConfiguration
from workouts.services import archives
from workouts.services.archives import (
    ArchiveLimits,
    check_entries,
    directory_size,
    is_tricky,
    open_archive,
    open_zip,
    shown_name,
)

MIB = 1024 * 1024
LIMITS = ArchiveLimits(members=3, member_size=1000, total_size=20 * MIB)


def make_zip(*members: tuple[str, bytes], comment: bytes = b"") -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in members:
            archive.writestr(name, data)
    return file


def entry(*, unpacked: int, packed: int, name: str = "a.gpx") -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.file_size, info.compress_size = unpacked, packed
    return info


def test_a_member_of_just_the_limit_is_read():
    with open_archive(make_zip(("a.gpx", b"x" * 1000)), LIMITS) as archive:
        assert archive.read(archive.members()[0]) == b"x" * 1000


@pytest.mark.parametrize(
    ("unpacked", "packed", "length"),
    [
        (20 * MIB, MIB, MIB),  # all that may be unpacked at all
        (200 * MIB // 16, 1, MIB),  # small archives may shrink a little more
        (200 * 70_000, 70_000, 70_000),  # the greatest ratio
        (0, 0, 22),
    ],
)
def test_the_most_that_may_be_unpacked(unpacked: int, packed: int, length: int):
    check_entries([entry(unpacked=unpacked, packed=packed)], LIMITS, length)
    with pytest.raises(ValidationError) as refused:
        check_entries([entry(unpacked=max(unpacked, 20 * MIB) + 1, packed=packed)], LIMITS, length)
    assert refused.value.code == "bomb"


@pytest.mark.parametrize(
    ("unpacked", "packed"), [(200 * MIB // 16 + 1, 1), (200 * 70_000 + 1, 70_000)]
)
def test_more_than_two_hundred_times_as_much_is_a_bomb(unpacked: int, packed: int):
    with pytest.raises(ValidationError, match="unpacks to more"):
        check_entries([entry(unpacked=unpacked, packed=packed)], LIMITS, 70_000)


def test_sizes_are_added_up():
    halves = [entry(unpacked=10 * MIB, packed=MIB), entry(unpacked=10 * MIB + 1, packed=MIB)]
    with pytest.raises(ValidationError, match="unpacks to more"):
        check_entries(halves, LIMITS, 2 * MIB)


def test_entries_that_hold_more_than_the_archive_share_their_bytes():
    check_entries([entry(unpacked=10, packed=500)] * 2, LIMITS, 1000)
    with pytest.raises(ValidationError, match="unpacks to more"):
        check_entries([entry(unpacked=10, packed=500)] * 2, LIMITS, 999)


def test_the_longest_list_of_files_that_is_read(monkeypatch):
    file = make_zip(("a.gpx", b"A"))
    monkeypatch.setattr(archives, "MOST_DIRECTORY_BYTES", directory_size(file))
    assert len(open_zip(file, LIMITS).infolist()) == 1
    monkeypatch.setattr(archives, "MOST_DIRECTORY_BYTES", directory_size(file) - 1)
    with pytest.raises(ValidationError) as refused:
        open_zip(file, LIMITS)
    assert refused.value.code == "entries"


def test_the_list_is_measured_behind_the_longest_comment():
    plain = make_zip(("a.gpx", b"A"))
    assert directory_size(plain) == 46 + len("a.gpx")
    assert directory_size(make_zip(("a.gpx", b"A"), comment=b"c" * 65_535)) == 46 + len("a.gpx")


def test_an_end_that_is_cut_short_says_nothing():
    assert directory_size(io.BytesIO(b"PK\x05\x06" + bytes(8) + b"\x07\0\0")) == 0
    assert directory_size(io.BytesIO(b"PK\x05\x06" + bytes(8) + b"\x07\0\0\0")) == 7


def test_the_last_of_several_ends_counts():
    first = b"PK\x05\x06" + bytes(8) + b"\x07\0\0\0" + bytes(6)
    assert directory_size(io.BytesIO(first + first.replace(b"\x07", b"\x09"))) == 9


def test_recordings_have_their_place_and_size():
    file = make_zip(("notes.txt", b"?"), ("a.gpx", b"12345"), ("x/b.gpx", b"1"), ("B.ZIP", b"PK"))
    with open_archive(file, LIMITS) as archive:
        found = [(member.position, member.name, member.size) for member in archive.members()]
        assert found == [(1, "a.gpx", 5), (3, "B.ZIP", 2)]
        assert archive.member(0) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.gpx", False),
        ("a..gpx", False),
        ("folder/a.gpx", False),
        ("10:30.gpx", False),
        ("C:a.gpx", False),
        ("..", True),
        ("a/../b.gpx", True),
        ("a\\..\\b.gpx", True),
        ("\\a.gpx", True),
        ("c:\\a.gpx", True),
        ("Z:/a.gpx", True),
    ],
)
def test_names_that_lead_out_of_their_folder(name: str, expected: bool):
    assert is_tricky(name) is expected


def test_names_are_shown_without_signs_that_deceive():
    joined = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
    assert shown_name(f"Zürich {joined}.gpx") == f"Zürich {joined}.gpx"
    assert shown_name("a\u202exg\n.gpx") == "a\ufffdxg\ufffd.gpx"


@pytest.mark.parametrize(
    ("file_size", "archive_size", "member_size", "total_size"),
    [
        (1024, 1024, 10 * MIB, 200 * MIB),
        (10 * MIB, 20 * MIB, 10 * MIB, 200 * MIB),
        (10 * MIB + 1, 20 * MIB + 1, 10 * MIB + 1, 200 * MIB + 10),
    ],
)
@pytest.mark.django_db
def test_an_archive_may_hold_what_the_instance_takes_and_never_little(
    file_size: int, archive_size: int, member_size: int, total_size: int
):
    configuration = AppConfiguration.current()
    configuration.max_file_size, configuration.max_archive_size = file_size, archive_size
    configuration.archive_file_limit = 7
    configuration.save()
    assert ArchiveLimits.current() == ArchiveLimits(7, member_size, total_size)
