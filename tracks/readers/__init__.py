"""The door for recordings: whichever the format, bytes → Track. `FORMATS` is the only list of them.

A new format is a reader and a line of the list; what is accepted, kept and sent follows from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from ..errors import Problem, TrackError
from ..limits import Limits
from ..model import Track
from .gpx.reader import read_gpx

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
HEAD_BYTES = 1000


@dataclass(frozen=True)
class Format:
    """How a kind of recording is named, sent, recognised and read.

    `suffix` is lower-case and has no dot; `mark` stands within the first HEAD_BYTES of a file.
    """

    suffix: str
    media_type: str
    mark: bytes
    read: Callable[[bytes, Limits], Track]


GPX = Format("gpx", "application/gpx+xml", b"<gpx", read_gpx)
FORMATS = {each.suffix: each for each in (GPX,)}


def is_recording(name: str) -> bool:
    """Whether a file of this name may be a recording: the ending says so, in any case."""
    return PurePath(name).suffix[1:].lower() in FORMATS


def format_of(data: bytes) -> Format:
    """The format that the contents show, whatever the name says.

    GPX when they show none: its reader refuses in words what it can't read.
    """
    head = data[:HEAD_BYTES]
    return next((each for each in FORMATS.values() if each.mark in head), GPX)


def read_track(data: bytes, limits: Limits | None = None) -> Track:
    """The recording in `data`, or TrackError saying why there is none."""
    limits = limits or Limits()
    if limits.size_bytes is not None and len(data) > limits.size_bytes:
        raise TrackError(Problem.TOO_LARGE, limit=limits.size_bytes)
    if not data.strip(b" \t\r\n\0"):
        raise TrackError(Problem.EMPTY_FILE)
    if data.startswith(PICTURES):
        raise TrackError(Problem.PICTURE)
    return format_of(data).read(data, limits)
