"""What is stored comes back as the very same numbers."""

import json
import zlib
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tracks.codec import decode, encode
from tracks.model import SENSORS, Track
from tracks.readers import read_track

from .making import document, point, segment, track

FIELDS = ("time", "latitude", "longitude", "elevation", "segments", "tracks")
WORDS = ("name", "description", "activity", "creator")

any_float = st.floats(allow_infinity=False)
round_float = st.integers(-(10**9), 10**9).map(lambda whole: whole / 1e6)
garmin_float = st.integers(-(2**31), 2**31).map(lambda whole: whole * 180 / 2**31)


def channel(count: int) -> st.SearchStrategy[np.ndarray]:
    numbers = [any_float, round_float, garmin_float, st.integers(0, 250).map(float)]
    return st.one_of(
        *(arrays(np.float64, count, elements=number | st.just(np.nan)) for number in numbers)
    )


def micros(count: int) -> st.SearchStrategy[np.ndarray]:
    moment = st.integers(-(10**15), 10**16)
    whole = moment.map(lambda value: value // 10**6 * 10**6)
    missing = st.just(np.iinfo(np.int64).min)
    return st.one_of(
        arrays(np.int64, count, elements=moment | missing),
        arrays(np.int64, count, elements=whole | missing),
    )


@st.composite
def recordings(draw: st.DrawFn) -> Track:
    lengths = draw(st.lists(st.integers(0, 9), min_size=1, max_size=5))
    count = sum(lengths)
    kinds = draw(st.sets(st.sampled_from(SENSORS)))
    return Track(
        time=draw(micros(count)).astype("datetime64[us]"),
        latitude=draw(channel(count)),
        longitude=draw(channel(count)),
        elevation=draw(channel(count)),
        segments=np.array([0, *accumulate(lengths)], np.int64),
        tracks=np.array([0, len(lengths)], np.int64),
        sensors={kind: draw(channel(count)) for kind in SENSORS if kind in kinds},
        **{word: draw(st.text(max_size=20)) for word in WORDS},
    )


def assert_same(one: Track, other: Track) -> None:
    for name in FIELDS:
        ours, theirs = getattr(one, name), getattr(other, name)
        assert ours.dtype == theirs.dtype
        assert_same_bits(ours, theirs)
    assert list(one.sensors) == list(other.sensors)
    for kind, values in one.sensors.items():
        assert_same_bits(values, other.sensors[kind])
    assert [getattr(one, word) for word in WORDS] == [getattr(other, word) for word in WORDS]


def assert_same_bits(ours: np.ndarray, theirs: np.ndarray) -> None:
    assert np.array_equal(ours, theirs, equal_nan=ours.dtype.kind in "fM")
    if ours.dtype.kind == "f":
        assert np.array_equal(np.signbit(ours[ours == 0]), np.signbit(theirs[theirs == 0]))


@given(recording=recordings())
@settings(max_examples=120, deadline=None)
def test_every_recording_comes_back(recording: Track):
    assert_same(decode(encode(recording)), recording)


def test_what_was_read_comes_back_from_a_memoryview():
    read = read_track(document(track(segment([point(elevation=1.5), point()]), name="Zürich")))
    assert_same(decode(memoryview(encode(read))), read)


def test_typical_recording_takes_three_bytes_a_point():
    count = 20_000
    generator = np.random.default_rng(1)
    walk = np.cumsum(generator.normal(0, 1e-5, (2, count)), axis=1)
    recording = Track(
        time=np.datetime64("2024-05-01", "us") + np.arange(count) * np.timedelta64(1, "s"),
        latitude=np.round(48 + walk[0], 6),
        longitude=np.round(2 + walk[1], 6),
        elevation=np.round(100 + np.cumsum(generator.normal(0, 0.05, count)), 1),
        segments=np.array([0, count]),
        tracks=np.array([0, 1]),
        sensors={"heart_rate": np.round(140 + 10 * np.sin(np.arange(count) / 300))},
    )
    assert len(encode(recording)) < 4 * count


@pytest.mark.parametrize("data", [b"", b"FT", b"FT\x63whatever", b"nonsense"])
def test_other_bytes_are_not_decoded(data: bytes):
    with pytest.raises(ValueError, match="not an encoded track"):
        decode(data)


# Version 1, as it lies in databases: a recording with gaps, in every unit.
STORED_HEAD = (
    b'{"points":3,"segments":[0,2,3],"tracks":[0,1,2],"name":"A","description":"B",'
    b'"activity":"C","creator":"D","channels":['
    b'["time",{"first":1714550400000,"width":2,"unit":1000,"known":2},5],'
    b'["latitude",{"first":481000,"width":2,"decimals":4},6],'
    b'["longitude",{"first":1,"width":4,"semicircles":true},12],'
    b'["elevation",{"raw":true,"known":2},17],'
    b'["heart_rate",{"first":120,"width":1,"decimals":0,"known":2},3],'
    b'["power",{"first":0,"width":1,"decimals":0},3]]}'
)
STORED_CHANNELS = (
    b"\xa0\x00\xdc\x00\x05",
    b"\x00\x01\xe7\x00\x00\x03",
    b"\x00\xfd\x02\x00\xff\x00\x00\xff\x00\x00\xff\x40",
    b"\xa0UUUUUUUUUUUU\xd5\xe5\x3f\x3f",
    b"\xc0\x00\x01",
    b"\x00\x7f\x80",
)
STORED_BODY = len(STORED_HEAD).to_bytes(4, "little") + STORED_HEAD + b"".join(STORED_CHANNELS)


def stored_recording() -> Track:
    moments = ["2024-05-01T08:00:00", "NaT", "2024-05-01T08:00:01.5"]
    return Track(
        time=np.array(moments, "datetime64[us]"),
        latitude=np.array([48.1, 48.1001, 48.2]),
        longitude=np.array([1, -2, 2**30]) * 180 / 2**31,
        elevation=np.array([1 / 3, np.nan, 2 / 3]),
        segments=np.array([0, 2, 3]),
        tracks=np.array([0, 1, 2]),
        sensors={
            "heart_rate": np.array([120, 121, np.nan]),
            "power": np.array([0.0, 127, -1]),
        },
        name="A",
        description="B",
        activity="C",
        creator="D",
    )


def test_bytes_that_lie_in_databases_are_read():
    assert_same(decode(b"FT\x01" + zlib.compress(STORED_BODY)), stored_recording())


def test_bytes_are_written_as_they_lie_in_databases():
    data = encode(stored_recording())
    assert data[:3] == b"FT\x01"
    assert zlib.decompress(data[3:]) == STORED_BODY


def how_it_is_kept(elevation: list[float]) -> dict[str, object]:
    """What the head says of a channel with these values."""
    count = len(elevation)
    recording = Track(
        time=np.full(count, np.datetime64("2024-05-01", "us")),
        latitude=np.zeros(count),
        longitude=np.zeros(count),
        elevation=np.array(elevation, np.float64),
        segments=np.array([0, count]),
        tracks=np.array([0, 1]),
    )
    assert_same(decode(encode(recording)), recording)
    body = zlib.decompress(encode(recording)[3:])
    head = json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])
    return {name: how for name, how, _size in head["channels"]}["elevation"]


@pytest.mark.parametrize(
    ("step", "width"),
    [(127, 1), (128, 2), (-128, 1), (-129, 2), (32_767, 2), (32_768, 4), (-32_769, 4)],
)
def test_differences_take_as_few_bytes_as_the_largest_needs(step: int, width: int):
    assert how_it_is_kept([0, step]) == {"first": 0, "width": width, "decimals": 0}


def test_differences_beyond_four_bytes_take_eight():
    assert how_it_is_kept([0, 1234.5678901])["width"] == 8


@pytest.mark.parametrize(
    ("value", "how"),
    [
        (1e-10, {"first": 1, "width": 1, "decimals": 10}),
        (1.5e-10, {"raw": True}),
        (1e-11, {"raw": True}),
        (2**53 / 1e10, {"raw": True}),
        (900_719.0, {"first": 900_719, "width": 1, "decimals": 0}),
        (-900_719.0, {"first": -900_719, "width": 1, "decimals": 0}),
        (900_720.0, {"raw": True}),
        (-0.0, {"raw": True}),
        (180 / 2**31, {"first": 1, "width": 1, "semicircles": True}),
        (360 - 180 / 2**31, {"first": 2**32 - 1, "width": 1, "semicircles": True}),
        (360 + 180 / 2**31, {"raw": True}),
    ],
)
def test_number_is_kept_in_the_coarsest_unit_that_holds_it(value: float, how: dict[str, object]):
    assert how_it_is_kept([value]) == how


def test_unit_is_that_of_the_finest_number():
    assert how_it_is_kept([1.0] * 16 + [1.25])["decimals"] == 2


def test_channel_of_no_points_takes_nothing():
    assert how_it_is_kept([]) == {"first": 0, "width": 1, "decimals": 0}
