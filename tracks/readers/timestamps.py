"""The times of points: text → datetime64[us] in UTC."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..model import Floats, Times

MISSING = np.datetime64("NaT", "us")
# A day inside what `datetime` can hold, so that any time zone can show it.
EARLIEST, LATEST = np.datetime64("0001-01-02", "us"), np.datetime64("9999-12-30", "us")

TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})[T ]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})"
    r"(?:\.([0-9]{1,15}))?(Z|[+\-−][0-9]{2}(?::?[0-9]{2})?)?"
)
TAIL = re.compile(r"(?:\.([0-9]{1,15}))?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?")
SECONDS_END = 19
# Where year, month, day, hour, minute and second stand, and what they can be.
FIELDS = ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))
RANGES = ((1, 9999), (1, 12), (1, 31), (0, 23), (0, 59), (0, 59))
DIGITS = [place for start, stop in FIELDS for place in range(start, stop)]


def read_times(texts: Sequence[str | None]) -> Times:
    """One time per text; whatever is not a date with a time becomes NaT.

    A time without an offset is UTC. Digits after the microseconds are cut off.
    """
    times = np.full(len(texts), MISSING, "datetime64[us]")
    for places, group in _by_length(texts):
        read = _read_alike(group)
        times[places] = [read_time(text) for text in group] if read is None else read
    times[(times < EARLIEST) | (times > LATEST)] = MISSING
    return times


def read_time(text: str) -> np.datetime64:
    """The moment that `text` names in ISO 8601, or NaT."""
    match = TIMESTAMP.fullmatch(text.strip())
    if match is None:
        return MISSING
    *parts, fraction, zone = match.groups()
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        year, month, day, hour, minute, second = map(int, parts)
        written = datetime(year, month, day, hour, minute, second, micro)
        return np.datetime64(written - _offset(zone), "us")
    except (ValueError, OverflowError):
        return MISSING


def _by_length(
    texts: Sequence[str | None],
) -> list[tuple[slice | list[int], list[str]]]:
    """The texts in groups of equal length, with their places."""
    lengths = {0 if text is None else len(text) for text in texts}
    if len(lengths) == 1 and 0 not in lengths:
        return [(slice(None), list(texts))]  # type: ignore[arg-type]
    groups: dict[int, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if text:
            groups[len(text)].append(place)
    return [(places, [texts[p] or "" for p in places]) for places in groups.values()]


def _read_alike(texts: list[str]) -> Times | None:
    """All texts at once where they are written alike, as a device writes them; else None."""
    tail = TAIL.fullmatch(texts[0], min(SECONDS_END, len(texts[0])))
    letters = _letters(texts)
    if tail is None or letters is None or not _has_shape(letters, len(tail[1] or "")):
        return None
    try:
        shift = np.timedelta64(_offset(tail[2]))
    except ValueError:
        return None
    moments = _moments(letters, len(tail[1] or ""))
    return None if moments is None else moments - shift


def _letters(texts: list[str]) -> NDArray[np.uint8] | None:
    """A row of characters per text, or None if some are not ASCII."""
    joined = "".join(texts)
    if not joined.isascii():
        return None
    return np.frombuffer(joined.encode(), np.uint8).reshape(len(texts), -1)


def _has_shape(letters: NDArray[np.uint8], decimals: int) -> bool:
    """Whether every row is YYYY-MM-DDTHH:MM:SS, as many decimals, and the same time zone."""
    if letters.shape[1] < SECONDS_END:
        return False
    figures = [*DIGITS, *range(SECONDS_END + 1, SECONDS_END + 1 + decimals)]
    if (letters[:, figures] - np.uint8(ord("0")) > 9).any():
        return False
    separator = letters[:, 10]
    if not ((separator == ord("T")) | (separator == ord(" "))).all():
        return False
    others = np.setdiff1d(np.arange(letters.shape[1]), [*figures, 10])
    alike = (letters[:, others] == letters[0, others]).all()
    return bool(alike) and letters[0, [4, 7, 13, 16]].tobytes() == b"--::"


def _moments(letters: NDArray[np.uint8], decimals: int) -> Times | None:
    """The moments in rows of digits, some of them after the seconds; None if one is no date."""
    figures = letters.astype(np.float64) - ord("0")
    values = (figures @ _weights(letters.shape[1], decimals)).astype(np.int64)
    year, month, day, hour, minute, second, micro = values.T
    if not all(_all_within(v, *r) for v, r in zip(values.T, RANGES, strict=False)):
        return None
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    if (days.astype("datetime64[M]") != months).any():
        return None
    seconds = hour * 3600 + minute * 60 + second
    times: Times = days.astype("datetime64[us]") + (seconds * 1_000_000 + micro)
    return times


@lru_cache
def _weights(width: int, decimals: int) -> Floats:
    """What each digit of a row counts in its year, month, … second, and in microseconds."""
    weights = np.zeros((width, len(FIELDS) + 1))
    for field, (start, stop) in enumerate(FIELDS):
        weights[start:stop, field] = 10.0 ** np.arange(stop - start - 1, -1, -1)
    kept = min(decimals, 6)
    weights[SECONDS_END + 1 : SECONDS_END + 1 + kept, -1] = 10.0 ** np.arange(5, 5 - kept, -1)
    return weights


def _all_within(values: NDArray[np.int64], low: int, high: int) -> bool:
    return bool(values.min() >= low and values.max() <= high)


def _offset(zone: str | None) -> timedelta:
    """How far `zone` (Z, ±HH, ±HHMM, ±HH:MM or nothing) is ahead; ValueError from 24 h on."""
    if zone is None or zone == "Z":
        return timedelta(0)
    figures = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(figures[:2]), minutes=int(figures[2:]))
    if offset >= timedelta(days=1):
        raise ValueError(zone)
    return offset if zone[0] == "+" else -offset
