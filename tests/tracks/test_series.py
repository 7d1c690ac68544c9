"""What pages draw: few points, but the ones that matter."""

import json

import numpy as np
import pytest

from tracks.analysis.series import chart, chart_series, map_line, rounded
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


def test_series_of_a_short_recording_has_every_point():
    series = chart_series(ride(5, 3), 100)
    assert series.index.tolist() == list(range(8))
    assert series.elapsed_s.tolist() == [0, 1, 2, 3, 4, 605, 606, 607]
    assert series.breaks.tolist() == [5]
    assert set(series.sensors) == {"heart_rate", "cadence"}


def test_series_of_a_long_recording_has_few_points_with_both_ends():
    series = chart_series(ride(20_000), 600)
    assert 300 < len(series.index) <= 600
    assert (series.index[0], series.index[-1]) == (0, 19_999)
    assert (np.diff(series.index) > 0).all()
    columns = [series.distance_km, series.elapsed_s, series.speed_kmh, series.elevation_m]
    columns += [series.latitude, series.longitude, *series.sensors.values()]
    assert {len(column) for column in columns} == {len(series.index)}


def test_highest_and_fastest_point_stay_on_the_chart():
    recording = ride(20_000)
    recording.elevation[7_777] = 999
    recording.latitude[13_001] += 3e-4
    series = chart_series(recording, 200)
    assert 7_777 in series.index
    assert series.speed_kmh.max() == chart(recording).speed_kmh.max()


def test_line_is_interrupted_between_segments_and_at_long_gaps():
    recording = ride(1000, 1000)
    recording.time[1500:] += np.timedelta64(2, "h")
    series = chart_series(recording, 100)
    before = [
        series.index[place - 1] < at <= series.index[place]
        for place, at in zip(series.breaks, [1000, 1500], strict=True)
    ]
    assert before == [True, True]


def test_series_of_one_segment():
    series = chart_series(ride(10, 10), 100, segment=1)
    assert series.index.tolist() == list(range(10, 20))
    assert series.elapsed_s[0] == 0
    assert series.distance_km[0] == 0


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


def test_page_of_20_000_points_weighs_less_than_150_kb():
    recording = ride(12_000, 8_000)
    recording.sensors["power"] = np.round(200 + 50 * np.sin(np.arange(20_000) / 30))
    series = chart_series(recording, 700)
    columns = [series.distance_km, series.elapsed_s, series.speed_kmh, series.elevation_m]
    columns += [series.latitude, series.longitude, *series.sensors.values()]
    lines = [line.tolist() for line in map_line(recording, 1500)]
    assert len(json.dumps([lines, *(column.tolist() for column in columns)])) < 150_000


@pytest.mark.parametrize("count", [0, 1, 2])
def test_series_of_almost_nothing(count: int):
    recording = ride(0, count, 0)
    assert len(chart(recording)) == len(chart_series(recording, 10).index) == count
    assert sum(map(len, map_line(recording, 10))) == count
    assert len(chart(recording, 0)) == 0
    assert map_line(recording, 10, segment=0) == []


def test_long_recording_without_elevation_is_thinned():
    recording = ride(5000)
    recording.elevation[:] = np.nan
    assert len(chart_series(recording, 100).index) <= 100


def test_rounding_is_pythons():
    values = np.array([0.125, 0.375, 2.675, -0.125, 1.005, 1e9 + 0.005, 0.285, np.nan])
    assert np.array_equal(rounded(values, 2), [round(float(v), 2) for v in values], equal_nan=True)
