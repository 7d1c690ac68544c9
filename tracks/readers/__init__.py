"""The door for recordings: whichever the format, bytes → Track."""

from ..errors import Problem, TrackError
from ..limits import Limits
from ..model import Track
from .gpx.reader import read_gpx

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")


def read_track(data: bytes, limits: Limits | None = None) -> Track:
    """The recording in `data`, or TrackError saying why there is none."""
    limits = limits or Limits()
    if limits.size_bytes is not None and len(data) > limits.size_bytes:
        raise TrackError(Problem.TOO_LARGE, limit=limits.size_bytes)
    if not data.strip(b" \t\r\n\0"):
        raise TrackError(Problem.EMPTY_FILE)
    if data.startswith(PICTURES):
        raise TrackError(Problem.PICTURE)
    return read_gpx(data, limits)
