"""What is stored comes back as the very same numbers."""

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
