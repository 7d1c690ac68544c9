"""The worked example that the rules come with."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracks.analysis.series import Chart, chart
from tracks.analysis.summary import Bounds, Figures, summarise
from tracks.model import Track
from tracks.readers import read_track

FILES = Path(__file__).resolve().parents[1] / "files"


@pytest.fixture(scope="module")
def vector() -> Track:
    return read_track((FILES / "vector.gpx").read_bytes())


def figures(part: Figures) -> list[str | float | None]:
    times = [str(part.duration), str(part.moving), str(part.pauses)]
    speeds = [part.ave_speed_kmh, part.max_speed_kmh]
    heights = [part.min_alt_m, part.max_alt_m, part.ascent_m, part.descent_m]
    return [part.distance_km, *times, *speeds, *heights]


@pytest.mark.parametrize(
    ("threshold", "moving", "pauses", "average"),
    [(1, "0:04:38", "0:07:25", 7.03), (0.1, "0:06:18", "0:05:45", 5.17)],
)
def test_whole_recording(vector: Track, threshold: float, moving: str, pauses: str, average: float):
    summary = summarise(vector, stopped_below_kmh=threshold)
    times_and_speeds = ["0:12:15", moving, pauses, average, 8.12]
    assert figures(summary) == [0.543, *times_and_speeds, 100.0, 115.5, 10.79, 6.69]
    assert summary.bounds == Bounds(48.0, 2.0, 48.0049, 2.0041)
    assert summary.start == datetime(2021, 6, 5, 22, 50, tzinfo=UTC)
    assert summary.title == "Vector track"


def test_segments_above_1_kmh(vector: Track):
    first, second = summarise(vector, stopped_below_kmh=1).segments
    heights = [100.0, 108.4, 9.03, 0.63]
    assert figures(first) == [0.292, "0:04:15", "0:02:35", "0:01:40", 6.79, 7.22, *heights]
    heights = [107.7, 115.5, 1.76, 6.06]
    assert figures(second) == [0.25, "0:02:15", "0:02:03", "0:00:00", 7.32, 8.12, *heights]


def test_segments_above_a_tenth_of_1_kmh(vector: Track):
    first, _second = summarise(vector, stopped_below_kmh=0.1).segments
    heights = [100.0, 108.4, 9.03, 0.63]
    assert figures(first) == [0.292, "0:04:15", "0:04:15", "0:00:00", 4.13, 7.22, *heights]


def test_threshold_of_zero_is_one_kmh(vector: Track):
    assert summarise(vector, stopped_below_kmh=0) == summarise(vector, stopped_below_kmh=1)


def test_time_without_displacement_is_neither_moving_nor_pause(vector: Track):
    summary = summarise(vector, stopped_below_kmh=1)
    assert summary.duration - summary.moving - summary.pauses == timedelta(seconds=12)


def rows(drawn: Chart) -> list[tuple[float, ...]]:
    columns = (drawn.distance_km, drawn.duration_s, drawn.elevation_m, drawn.speed_kmh)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_chart_of_the_whole(vector: Track):
    assert rows(chart(vector)) == [
        (0.0, 0, 100.0, 6.59),
        (0.04, 20, 101.5, 6.68),
        (0.08, 45, 103.0, 6.99),
        (0.13, 70, 106.2, 6.96),
        (0.17, 90, 105.0, 3.59),
        (0.18, 190, 105.0, 2.93),
        (0.23, 220, 104.1, 5.94),
        (0.29, 255, 108.4, 6.51),
        (0.41, 600, 112.0, 7.72),
        (0.48, 632, 115.5, 7.92),
        (0.54, 660, 113.2, 6.97),
        (0.59, 688, 110.0, 5.82),
        (0.59, 700, 110.0, 7.53),
        (0.66, 735, 107.7, 7.53),
    ]


def test_chart_of_a_segment_begins_at_zero(vector: Track):
    assert [(d, s, v) for d, s, _e, v in rows(chart(vector, 1))] == [
        (0.0, 0, 7.72),
        (0.07, 32, 7.92),
        (0.13, 60, 6.97),
        (0.18, 88, 5.82),
        (0.18, 100, 7.53),
        (0.25, 135, 7.53),
    ]


@pytest.mark.parametrize("segment", [-1, 2])
def test_segment_that_does_not_exist(vector: Track, segment: int):
    with pytest.raises(IndexError):
        chart(vector, segment)
