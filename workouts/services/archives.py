"""Zip archives of recordings, read member by member; nothing is ever extracted to disk."""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath, PurePosixPath
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from instance.models import AppConfiguration
from tracks.readers import is_recording

from .sizes import refuse_larger

MIB = 1024 * 1024
# A GPX file shrinks 10 to 30 times; only a bomb shrinks 200 times.
MAX_RATIO = 200
# Enough for tens of thousands of entries.
MOST_DIRECTORY_BYTES = 8 * MIB
# The record at the end of an archive, a comment of the greatest length, and the 64-bit records.
LONGEST_END = 22 + 65_535 + 76
# The other ways unpack as much as they like at once, whatever the archive says before.
READABLE_PACKING = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# Invisible as well, but letters are joined and parted by them.
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
# What zipfile and the modules below it raise over damaged bytes and impossible values.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
)


@dataclass(frozen=True)
class ArchiveLimits:
    """What is too much: number of recordings, bytes of one and of all, unpacked."""

    members: int
    member_size: int
    total_size: int

    @classmethod
    def current(cls) -> "ArchiveLimits":
        """The limits of this instance. A recording may have 10 MiB in here whatever the limit
        outside, in the request and for the worker alike.
        """
        configuration = AppConfiguration.current()
        return cls(
            members=configuration.archive_file_limit,
            member_size=max(configuration.max_file_size, 10 * MIB),
            total_size=10 * max(configuration.max_archive_size, 20 * MIB),
        )


@dataclass(frozen=True)
class Member:
    """One recording of an archive (bytes unpacked), or the reason why it is not read."""

    position: int
    name: str
    size: int = 0
    refusal: str = ""


def is_archive(name: str) -> bool:
    """Whether a file of this name is an archive: the ending says so, in any case."""
    return PurePath(name).suffix.lower() == ".zip"


class Archive:
    """An open archive whose names and sizes are sound."""

    def __init__(self, file: zipfile.ZipFile, limits: ArchiveLimits) -> None:
        self._file = file
        self._limits = limits
        self._entries = file.infolist()

    def members(self) -> list[Member]:
        """The recordings at the root, at most as many as allowed, and what is refused beside them.

        Folders and other kinds of files are passed over without a word, as programs expect.
        """
        found = [self.member(position) for position in range(len(self._entries))]
        named = [member for member in found if member is not None]
        return named[: self._limits.members]

    def member(self, position: int) -> Member | None:
        """The recording at `position` of the archive; None when it is something else."""
        entry = self._entries[position]
        path = PurePosixPath(entry.filename)
        if not entry.filename or entry.is_dir() or len(path.parts) != 1:
            return None
        member = Member(position, shown_name(entry.filename), entry.file_size)
        if is_archive(entry.filename):
            return replace(member, refusal=str(_("An archive inside an archive is not read.")))
        return member if is_recording(entry.filename) else None

    def read(self, member: Member) -> bytes:
        """The bytes of one member; ValidationError when it is refused or damaged."""
        if member.refusal:
            raise ValidationError(member.refusal)
        return read_entry(self._file, self._entries[member.position], self._limits.member_size)


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """The bytes of one entry, unpacked; ValidationError when they can't be had, or are too many."""
    if entry.compress_type not in READABLE_PACKING:
        raise ValidationError(_("This file is packed in a way that is not read here."), "packing")
    # No more than it says of itself is ever unpacked.
    refuse_larger(entry.file_size, limit)
    try:
        with archive.open(entry) as source:
            data = source.read(limit)
    except DAMAGE as error:
        raise ValidationError(_("This file is damaged inside the archive.")) from error
    except (NotImplementedError, RuntimeError) as error:
        raise ValidationError(
            _("This file is encrypted, or packed in a way that can't be read here.")
        ) from error
    return data


@contextmanager
def open_archive(file: IO[bytes], limits: ArchiveLimits) -> Iterator[Archive]:
    """Open the zip archive in `file`.

    Raises ValidationError when it is no archive, holds names that point outside of it, or would
    unpack to more than allowed.
    """
    with open_zip(file, limits) as source:
        yield Archive(source, limits)


def open_zip(file: IO[bytes], limits: ArchiveLimits) -> zipfile.ZipFile:
    """Open a zip file whose names and sizes are sound; ValidationError for any other."""
    check_directory(file)
    try:
        source = zipfile.ZipFile(file)
    except (*DAMAGE, NotImplementedError) as error:
        raise ValidationError(_("This file is not a readable zip archive."), "archive") from error
    check_entries(source.infolist(), limits, file.seek(0, os.SEEK_END))
    return source


def check_directory(file: IO[bytes]) -> None:
    """ValidationError when the list of entries is too long to be read into memory."""
    if directory_size(file) > MOST_DIRECTORY_BYTES:
        raise ValidationError(_("This archive lists too many files."), "entries")


def directory_size(file: IO[bytes]) -> int:
    """How many bytes the list of entries has, as the end of the archive says; 0 when unsaid.

    The list is read into memory as a whole, hence this look at it before.
    """
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - LONGEST_END))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 16:
        return 0
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    large = tail[max(0, at - 76) : at]  # the same for archives of the 64-bit kind
    if large[-20:-16] == b"PK\x06\x07" and len(large) == 76:
        size = max(size, int.from_bytes(large[40:48], "little"))
    return size


def check_entries(entries: list[zipfile.ZipInfo], limits: ArchiveLimits, length: int) -> None:
    """ValidationError when names or sizes show that the archive, of `length` bytes, means harm."""
    if any(is_tricky(entry.filename) for entry in entries):
        raise ValidationError(
            _("This archive holds names that point outside of it; nothing was imported."), "names"
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    # Entries that hold more than the archive share their bytes, to be unpacked again and again.
    is_shared = packed > length
    if is_shared or unpacked > min(limits.total_size, MAX_RATIO * max(packed, MIB // 16)):
        raise ValidationError(_("This archive unpacks to more than is allowed."), "bomb")


def is_tricky(name: str) -> bool:
    """Whether a member's name could lead a careless program out of its folder."""
    path = PurePosixPath(name.replace("\\", "/"))
    is_drive = re.match(r"[A-Za-z]:[/\\]", name) is not None
    return is_drive or path.is_absolute() or ".." in path.parts


def shown_name(name: str) -> str:
    """A name from somebody's file, without signs that are invisible or turn the text around."""
    return "".join(
        sign if sign.isprintable() or sign in JOINERS else "\N{REPLACEMENT CHARACTER}"
        for sign in name
    )
