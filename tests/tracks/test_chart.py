"""Every point as the API shows it."""

import numpy as np
import pytest

from tracks.analysis.series import chart, rounded, running_distance_m, speeds_ms
from tracks.model import Track

BEGIN = np.datetime64("2024-05-01T08:00:00", "us")
DEGREE_M = 2 * np.pi * 6_378_137 / 360


def northward(
    thousandths: list[int],
    seconds: list[float],
    *bounds: int,
    elevation: list[float] | None = None,
) -> Track:
    """Points on a meridian, in thousandths of a degree from 48° N; segments begin at `bounds`."""
    count = len(thousandths)
    moments = np.array([s * 1e6 if s == s else 0 for s in seconds]).astype("timedelta64[us]")
    time = BEGIN + moments
    time[np.isnan(seconds)] = np.datetime64("NaT")
    return Track(
        time=time,
        latitude=48 + np.array(thousandths) / 1000,
        longitude=np.full(count, 2.0),
        elevation=np.array(elevation or [np.nan] * count, np.float64),
        segments=np.array([0, *bounds, count]),
        tracks=np.array([0, len(bounds) + 1]),
        sensors={"heart_rate": np.arange(count, dtype=float)},
    )


def kmh(*thousandths_a_second: float) -> list[float]:
    return [round(speed * DEGREE_M / 1000 * 3.6, 2) for speed in thousandths_a_second]


TWO_SEGMENTS = northward([0, 1, 3, 4, 5], [0, 10, 20, 100, 120], 3)


def test_distance_runs_on_between_segments():
    assert chart(TWO_SEGMENTS).distance_km.tolist() == [0, 0.11, 0.33, 0.45, 0.56]


def test_speed_is_the_mean_of_both_sides_within_a_segment():
    assert chart(TWO_SEGMENTS).speed_kmh.tolist() == kmh(0.1, 0.15, 0.2, 0.05, 0.05)


def test_duration_counts_from_the_first_point():
    assert chart(TWO_SEGMENTS).duration_s.tolist() == [0, 10, 20, 100, 120]


def test_one_segment_begins_at_zero():
    second = chart(TWO_SEGMENTS, 1)
    assert second.distance_km.tolist() == [0, 0.11]
    assert second.duration_s.tolist() == [0, 20]
    assert second.speed_kmh.tolist() == kmh(0.05, 0.05)
    assert second.latitude.tolist() == [48.004, 48.005]
    assert second.sensors["heart_rate"].tolist() == [3, 4]
    assert len(second) == 2


@pytest.mark.parametrize("segment", [-1, 2])
def test_segment_that_does_not_exist(segment: int):
    with pytest.raises(IndexError):
        chart(TWO_SEGMENTS, segment)


def test_later_tracks_are_left_out():
    recording = northward([0, 1, 2], [0, 1, 2], 2)
    first = Track(**{**vars(recording), "tracks": np.array([0, 1, 2])})
    assert chart(first).distance_km.tolist() == [0, 0.11]


def test_standing_still_on_one_side_is_passed_over():
    recording = northward([0, 0, 1, 1], [0, 10, 20, 30])
    assert chart(recording).speed_kmh.tolist() == kmh(0, 0.1, 0.1, 0)


def test_time_that_stands_still_or_goes_back():
    recording = northward([0, 1, 2, 3], [0, 0, 10, 5])
    assert chart(recording).speed_kmh.tolist() == kmh(0, 0.1, 0.15, 0.2)
    assert chart(recording).duration_s.tolist() == [0, 0, 10, 5]


def test_durations_before_the_first_point_have_no_sign():
    assert chart(northward([0, 1], [0, -30])).duration_s.tolist() == [0, 30]


def test_missing_times_have_no_duration_and_no_speed():
    recording = northward([0, 1, 2], [0, np.nan, 20])
    assert np.isnan(chart(recording).duration_s).tolist() == [False, True, False]
    assert chart(recording).speed_kmh.tolist() == [0, 0, 0]


def test_speed_is_unknown_where_neither_side_has_one():
    recording = northward([0, 1, 2, 3], [0, 10, np.nan, 30])
    assert np.isnan(speeds_ms(recording, slice(0, 4))).tolist() == [False, False, True, True]


def test_climb_lengthens_the_way_but_not_from_zero_metres():
    level = northward([0, 1], [0, 10], elevation=[50, 50])
    steep = northward([0, 1], [0, 10], elevation=[50, 150])
    from_zero = northward([0, 1], [0, 10], elevation=[0, 150])
    far = {"level": level, "steep": steep, "from zero": from_zero}
    metres = {name: running_distance_m(each, slice(0, 2))[1] for name, each in far.items()}
    assert metres["level"] == pytest.approx(DEGREE_M / 1000)
    assert metres["steep"] == pytest.approx(np.hypot(DEGREE_M / 1000, 100))
    assert metres["from zero"] == pytest.approx(DEGREE_M / 1000)
    assert chart(from_zero).speed_kmh[0] == pytest.approx(
        np.hypot(DEGREE_M / 1000, 150) / 10 * 3.6, abs=0.005
    )


def test_elevations_have_one_decimal_and_are_zero_where_unknown():
    recording = northward([0, 1, 2], [0, 1, 2], elevation=[12.34, np.nan, -0.06])
    assert chart(recording).elevation_m.tolist() == [12.3, 0, -0.1]


@pytest.mark.parametrize(
    ("value", "decimals"),
    [(0.5, 0), (1.5, 0), (2.5, 0), (0.05, 1), (0.25, 1), (1.005, 2), (2.675, 2), (-0.5, 0)],
)
def test_halves_are_rounded_as_python_rounds_them(value: float, decimals: int):
    assert rounded(np.array([value]), decimals).tolist() == [round(value, decimals)]
