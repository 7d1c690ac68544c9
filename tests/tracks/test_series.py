"""What pages draw: lines that agree with the figures, and maps of the points that matter."""

import math

import numpy as np
import pytest

from tracks.analysis.series import Over, Series, chart, map_line, read_series, rounded
from tracks.analysis.summary import summarise
from tracks.model import Track
from tracks.readers import read_track

from .making import document, point, segment, track

START = np.datetime64("2024-05-01T08:00:00", "us")


def ride(*lengths: int, gap_s: int = 600) -> Track:
    """Points at 1 Hz, about 5 m apart and up and down, in segments of these `lengths`."""
    count = sum(lengths)
    bounds = np.array([0, *np.cumsum(lengths)])
    place = np.arange(count)
    pauses = np.searchsorted(bounds[1:-1], place, "right") * gap_s
    return Track(
        time=START + (place + pauses) * np.timedelta64(1, "s"),
        latitude=48 + place * 4e-5,
        longitude=2 + np.sin(place / 400) / 100,
        elevation=200 + 50 * np.sin(place / 1000),
        segments=bounds,
        tracks=np.array([0, len(lengths)]),
        sensors={"heart_rate": 140 + 20 * np.sin(place / 70), "cadence": np.full(count, np.nan)},
    )


def series(recording: Track, segment: int | None = None, stopped_below_kmh: float = 1) -> Series:
    return read_series(recording, segment, stopped_below_kmh=stopped_below_kmh)


def test_series_has_every_point():
    found = series(ride(5, 3))
    assert found.elapsed_s.tolist() == [0, 1, 2, 3, 4, 605, 606, 607]
    assert found.starts.nonzero()[0].tolist() == [0, 5]
    assert set(found.sensors) == {"heart_rate", "cadence"}
    columns = [found.distance_km, found.elapsed_s, found.moving_s, found.speed_kmh]
    columns += [found.latitude, found.longitude, found.elevation_m, *found.sensors.values()]
    assert {len(column) for column in columns} == {8}


def test_line_is_interrupted_between_segments_and_at_long_gaps():
    recording = ride(1000, 1000)
    recording.time[1500:] += np.timedelta64(2, "h")
    assert series(recording).starts.nonzero()[0].tolist() == [0, 1000, 1500]


def test_a_device_that_always_waits_long_has_no_gaps():
    recording = ride(10)
    recording.time[:] = START + np.arange(10) * np.timedelta64(2, "m")
    assert series(recording).starts.nonzero()[0].tolist() == [0]


def test_series_of_one_segment():
    found = series(ride(10, 10), 1)
    assert len(found.elapsed_s) == 10
    assert (found.elapsed_s[0], found.distance_km[0], found.moving_s[0]) == (0, 0, 0)


def test_the_way_between_segments_is_neither_distance_nor_moving():
    found = series(ride(100, 100))
    assert found.distance_km[99] == found.distance_km[100]
    assert found.moving_s[99] == found.moving_s[100] == 99


def test_some_points_of_a_series_are_a_series():
    part = series(ride(100)).at(slice(10, 20))
    assert part.elapsed_s.tolist() == list(range(10, 20))
    assert (part.stopped_below_kmh, part.span(Over.TIME)) == (1, 9)
    assert {len(values) for values in part.sensors.values()} == {10}


@pytest.mark.parametrize("stopped_below_kmh", [0, 0.1, 1, 4, 17, 100])
def test_series_and_figures_agree(stopped_below_kmh: float):
    recording = ride(1200, 900)
    recording.latitude[300:600] = recording.latitude[300]
    recording.longitude[300:600] = recording.longitude[300] + np.arange(300) * 1e-6
    recording.time[700:1200] += np.arange(500) * np.timedelta64(4, "s")
    recording.time[[650, 651, 900]] = recording.time[649], recording.time[649], np.datetime64("NaT")
    recording.time[1500] -= np.timedelta64(1, "h")
    found = series(recording, stopped_below_kmh=stopped_below_kmh)
    figures = summarise(recording, stopped_below_kmh=stopped_below_kmh)
    assert found.counted_km[-1] == pytest.approx(figures.distance_km, abs=1e-3)
    assert found.moving_s[-1] == figures.moving.total_seconds()
    assert np.nan_to_num(found.average_kmh) == pytest.approx(figures.ave_speed_kmh, abs=0.01)


def test_map_line_has_one_line_per_segment_with_its_ends():
    recording = ride(8000, 12_000)
    lines = map_line(recording, 900)
    assert len(lines) == 2
    assert 200 < sum(map(len, lines)) <= 910
    for line, bounds in zip(lines, [(0, 7999), (8000, 19_999)], strict=True):
        ends = np.column_stack([recording.latitude, recording.longitude])[list(bounds)]
        assert np.allclose(line[[0, -1]], ends, atol=1e-6)


def test_map_line_keeps_a_corner():
    recording = ride(20_000)
    recording.longitude[:] = 2 + np.maximum(0, np.arange(20_000) - 12_345) * 4e-5
    recording.latitude[12_345:] = recording.latitude[12_345]
    (line,) = map_line(recording, 100)
    corner = [recording.latitude[12_345], recording.longitude[12_345]]
    assert np.abs(line - corner).max(axis=1).min() < 1e-6


def test_map_line_leaves_out_empty_segments():
    points = [point(), point(48.1, 2)]
    lines = map_line(read_track(document(track(segment([]), segment(points), segment([])))), 100)
    assert [line.tolist() for line in lines] == [[[48, 2], [48.1, 2]]]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_series_of_almost_nothing(count: int):
    recording = ride(0, count, 0)
    assert len(chart(recording)) == len(series(recording).speed_kmh) == count
    assert series(recording, 0).span(Over.TIME) == 0
    assert math.isnan(series(recording, 0).average_kmh)
    assert sum(map(len, map_line(recording, 10))) == count
    assert len(chart(recording, 0)) == 0
    assert map_line(recording, 10, segment=0) == []


def test_rounding_is_pythons():
    values = np.array([0.125, 0.375, 2.675, -0.125, 1.005, 1e9 + 0.005, 0.285, np.nan])
    assert np.array_equal(rounded(values, 2), [round(float(v), 2) for v in values], equal_nan=True)
