"""Track ⇄ compact bytes, without loss: every number comes back as the same float.

    "FT" · version (1 byte) · zlib of: length of the head (4 bytes) · head (JSON) · channels

Devices write round numbers, so a channel is kept as whole numbers of the coarsest unit that holds
every value exactly: decimals, or the 2³¹st parts of a half turn that Garmin counts in. Only what is
neither is kept as raw floats. Differences from point to point are small; their bytes are stored
plane by plane, which compresses well.
"""

import json
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .model import SENSORS, Counts, Floats, Times, Track

MAGIC = b"FT"
VERSION = 1
LEVEL = 5
HEAD_LENGTH = struct.Struct("<I")
MAX_DECIMALS = 10
SEMICIRCLE = 180 / 2**31
EXACT_UP_TO = 2**53
TIME_UNITS_US = (1_000_000, 1_000, 1)
CHANNELS = ("latitude", "longitude", "elevation")


def encode(track: Track) -> bytes:
    """The bytes that `decode` turns into an equal track."""
    channels = {name: getattr(track, name) for name in CHANNELS} | dict(track.sensors)
    parts = [
        ("time", _encode_times(track.time)),
        *((name, _encode_floats(values)) for name, values in channels.items()),
    ]
    head = {
        "points": track.point_count,
        "segments": track.segments.tolist(),
        "tracks": track.tracks.tolist(),
        "name": track.name,
        "description": track.description,
        "activity": track.activity,
        "creator": track.creator,
        "channels": [[name, how, len(body)] for name, (how, body) in parts],
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    body = b"".join([HEAD_LENGTH.pack(len(text)), text, *(body for _, (_, body) in parts)])
    return MAGIC + bytes([VERSION]) + zlib.compress(body, LEVEL)


def decode(data: bytes) -> Track:
    """The track that was encoded; ValueError if `data` is not of this version."""
    data = bytes(data)
    if data[:3] != MAGIC + bytes([VERSION]):
        raise ValueError("not an encoded track of this version")
    body = memoryview(zlib.decompress(data[3:]))
    (length,) = HEAD_LENGTH.unpack_from(body)
    head = json.loads(bytes(body[HEAD_LENGTH.size : HEAD_LENGTH.size + length]))
    columns: dict[str, Any] = {}
    at = HEAD_LENGTH.size + length
    for name, how, size in head["channels"]:
        read: Any = _decode_times if name == "time" else _decode_floats
        columns[name] = read(how, body[at : at + size], head["points"])
        at += size
    return Track(
        time=columns["time"],
        **{name: columns[name] for name in CHANNELS},
        sensors={kind: columns[kind] for kind in SENSORS if kind in columns},
        segments=np.array(head["segments"], np.int64),
        tracks=np.array(head["tracks"], np.int64),
        name=head["name"],
        description=head["description"],
        activity=head["activity"],
        creator=head["creator"],
    )


# One channel: how it is kept (JSON), and its bytes.
Encoded = tuple[dict[str, Any], bytes]


def _encode_times(times: Times) -> Encoded:
    missing = np.isnat(times)
    micro = times.astype(np.int64)[~missing]
    unit = next(unit for unit in TIME_UNITS_US if not (micro % unit).any())
    how, body = _encode_whole(micro // unit)
    return _with_gaps({**how, "unit": unit}, body, missing)


def _decode_times(how: dict[str, Any], body: memoryview, points: int) -> Times:
    present, body, count = _split_gaps(how, body, points)
    values = (_decode_whole(how, body, count) * how["unit"]).astype("datetime64[us]")
    return values if present is None else _spread(values, present, np.datetime64("NaT"))


def _encode_floats(values: Floats) -> Encoded:
    missing = np.isnan(values)
    known = values[~missing]
    scaled = _as_decimals(known) or _as_semicircles(known)
    if scaled is None:
        return _with_gaps({"raw": True}, _shuffle(known), missing)
    unit, whole = scaled
    how, body = _encode_whole(whole)
    return _with_gaps({**how, **unit}, body, missing)


def _decode_floats(how: dict[str, Any], body: memoryview, points: int) -> Floats:
    present, body, count = _split_gaps(how, body, points)
    if how.get("raw"):
        values = _unshuffle(body, np.dtype("<f8"), count)
    elif how.get("semicircles"):
        values = _decode_whole(how, body, count) * SEMICIRCLE
    else:
        values = _decode_whole(how, body, count) / 10.0 ** how["decimals"]
    return values if present is None else _spread(values, present, np.nan)


def _as_decimals(values: Floats) -> tuple[dict[str, Any], Counts] | None:
    """As whole numbers of the coarsest power of ten that gives back the very same floats."""
    if not (np.abs(values) < EXACT_UP_TO / 10.0**MAX_DECIMALS).all() or _has_minus_zero(values):
        return None
    for decimals in range(MAX_DECIMALS + 1):
        # A few values tell most units apart at once.
        for sample in (values[:16], values):
            whole = np.rint(sample * 10.0**decimals)
            if (whole / 10.0**decimals != sample).any():
                break
        else:
            return {"decimals": decimals}, whole.astype(np.int64)
    return None


def _as_semicircles(values: Floats) -> tuple[dict[str, Any], Counts] | None:
    if not (np.abs(values) <= 360).all() or _has_minus_zero(values):
        return None
    whole = np.rint(values / SEMICIRCLE)
    if (whole * SEMICIRCLE != values).any():
        return None
    return {"semicircles": True}, whole.astype(np.int64)


def _has_minus_zero(values: Floats) -> bool:
    """Whether whole numbers would lose a sign."""
    return bool(np.signbit(values[values == 0]).any())


def _encode_whole(values: Counts) -> Encoded:
    """Differences, in as few bytes each as the largest needs."""
    steps = np.diff(values, prepend=0)
    first = int(steps[0]) if len(steps) else 0
    steps[:1] = 0
    low, high = (int(steps.min()), int(steps.max())) if len(steps) else (0, 0)
    width = next(w for w in (1, 2, 4, 8) if -(1 << 8 * w - 1) <= low and high < 1 << 8 * w - 1)
    return {"first": first, "width": width}, _shuffle(steps.astype(f"<i{width}"))


def _decode_whole(how: dict[str, Any], body: memoryview, count: int) -> Counts:
    steps = _unshuffle(body, np.dtype(f"<i{how['width']}"), count).astype(np.int64)
    steps[:1] = how["first"]
    return np.cumsum(steps)


def _shuffle(values: NDArray[Any]) -> bytes:
    """All first bytes, then all second bytes, and so on."""
    little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    return little.view(np.uint8).reshape(len(values), values.itemsize).T.tobytes()


def _unshuffle(body: memoryview, kind: np.dtype[Any], count: int) -> NDArray[Any]:
    planes = np.frombuffer(body, np.uint8).reshape(kind.itemsize, count)
    return np.ascontiguousarray(planes.T).view(kind).reshape(count).astype(kind.newbyteorder("="))


def _with_gaps(how: dict[str, Any], body: bytes, missing: NDArray[np.bool_]) -> Encoded:
    """Where values are missing, the places of those that are known come first."""
    if not missing.any():
        return how, body
    return {**how, "known": int((~missing).sum())}, np.packbits(~missing).tobytes() + body


def _split_gaps(
    how: dict[str, Any], body: memoryview, points: int
) -> tuple[NDArray[np.bool_] | None, memoryview, int]:
    """Where values are known (None: everywhere), their bytes, and how many they are."""
    if "known" not in how:
        return None, body, points
    size = -(-points // 8)
    bits = np.unpackbits(np.frombuffer(body[:size], np.uint8), count=points)
    return bits.astype(bool), body[size:], how["known"]


def _spread(values: NDArray[Any], present: NDArray[np.bool_], missing: Any) -> NDArray[Any]:
    result = np.full(len(present), missing, values.dtype)
    result[present] = values
    return result
