"""Times as devices write them: a column that is written alike is read at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracks.readers import timestamps
from tracks.readers.timestamps import read_time, read_times

WRITTEN = "2024-05-01T08:00:00"


def moments(*texts: str) -> np.ndarray:
    return np.array(texts, "datetime64[us]")


def one_by_one(texts: list[str]) -> np.ndarray:
    read = np.array([read_time(text) for text in texts], "datetime64[us]")
    read[(read < timestamps.EARLIEST) | (read > timestamps.LATEST)] = np.datetime64("NaT")
    return read


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            ["2024-05-01T08:00:00Z", "2025-12-31T23:59:59Z"],
            ["2024-05-01T08", "2025-12-31T23:59:59"],
        ),
        (["2024-05-01T08:00:00", "2000-02-29T00:00:01"], ["2024-05-01T08", "2000-02-29T00:00:01"]),
        (
            ["2024-05-01 08:00:00Z", "2024-05-01T09:10:11Z"],
            ["2024-05-01T08", "2024-05-01T09:10:11"],
        ),
        (["2024-05-01T08:00:00.1Z", "2024-05-01T08:00:00.9Z"], [f"{WRITTEN}.1", f"{WRITTEN}.9"]),
        (
            ["2024-05-01T08:00:00.123456Z", "2024-05-01T08:00:00.654321Z"],
            [f"{WRITTEN}.123456", f"{WRITTEN}.654321"],
        ),
        (
            ["2024-05-01T08:00:00.1234567Z", "2024-05-01T08:00:00.9999999Z"],
            [f"{WRITTEN}.123456", f"{WRITTEN}.999999"],
        ),
        (
            ["2024-05-01T08:00:00+02:30", "2024-05-01T09:00:00+02:30"],
            ["2024-05-01T05:30", "2024-05-01T06:30"],
        ),
        (
            ["2024-05-01T08:00:00.25-1130", "2024-05-01T09:00:00.75-1130"],
            ["2024-05-01T19:30:00.25", "2024-05-01T20:30:00.75"],
        ),
        (["0001-01-08T00:00:00Z", "9999-12-30T00:00:00Z"], ["0001-01-08", "9999-12-30"]),
        (["1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z"], ["1970-01-01", "1969-12-31T23:59:59"]),
        (
            ["1011-11-11T11:11:11Z", "2022-12-22T22:22:22Z"],
            ["1011-11-11T11:11:11", "2022-12-22T22:22:22"],
        ),
    ],
)
def test_column_that_is_written_alike_is_read_at_once(
    texts: list[str], expected: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delattr(timestamps, "read_time")
    assert read_times(texts).tolist() == moments(*expected).tolist()


@pytest.mark.parametrize(
    "odd",
    [
        "2024-05-01X08:00:00Z",
        "2024/05/01T08:00:00Z",
        "2024-05:01T08:00:00Z",
        "2024-05-01T08-00:00Z",
        "2024-05-01T08:00-00Z",
        "2024-05-01T08:00:0:Z",
        "202/-05-01T08:00:00Z",
        "2024-13-01T08:00:00Z",
        "2024-05-00T08:00:00Z",
        "2024-04-31T08:00:00Z",
        "2024-05-01T24:00:00Z",
        "2024-05-01T08:60:00Z",
        "2024-05-01T08:00:60Z",
        "2024-05-01T08:00:00X",
        "2024-05-01T08:00:00.Z",
        "2024-05-01T08:00:00+24:00",
        "2024-05-01T08:00:00.1234567890123456Z",
        "0001-01-07T23:59:59.999999Z",
        "9999-12-30T00:00:00.000001Z",
    ],
)
def test_odd_time_is_none_whether_alone_or_among_others(odd: str):
    assert np.isnat(read_times([odd])).all()
    assert np.isnat(read_times(["2024-05-01T08:00:00Z", odd])).tolist() == [False, True]
    assert np.isnat(read_times([odd, "2024-05-01T08:00:00Z"])).tolist() == [True, False]


def test_single_figures_are_filled_up():
    assert read_times(["2024-5-1T8:0:0Z"]) == moments(WRITTEN)
    assert read_times([f"{WRITTEN}.000001Z"]) == moments(f"{WRITTEN}.000001")


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("+23:59", "2024-04-30T08:01"),
        ("-23:59", "2024-05-02T07:59"),
        ("+0145", "2024-05-01T06:15"),
        ("-03", "2024-05-01T11:00"),
        ("+00:00", "2024-05-01T08:00"),
    ],
)
def test_time_zone_is_taken_off(zone: str, expected: str):
    assert read_times([WRITTEN + zone]) == moments(expected)


figures = st.sampled_from("0123456789-:T Z.+")
spoilt = st.lists(st.tuples(st.integers(0, 24), figures), max_size=2)
forms = st.sampled_from(
    ["2024-05-01T08:00:00Z", "2024-12-31 23:59:59.25Z", "2024-02-28T10:30:00+02:00"]
)


@given(form=forms, changes=st.lists(spoilt, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_column_means_what_its_times_mean_one_by_one(
    form: str, changes: list[list[tuple[int, str]]]
):
    texts = []
    for spots in changes:
        letters = list(form)
        for place, letter in spots:
            letters[place % len(form)] = letter
        texts.append("".join(letters))
    assert np.array_equal(read_times(texts), one_by_one(texts), equal_nan=True)
