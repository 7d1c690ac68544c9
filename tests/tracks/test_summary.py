"""The figures of short recordings, counted by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tracks.analysis.summary import half_up, start_of, summarise
from tracks.model import Track

BEGIN = np.datetime64("2024-05-01T08:00:00", "us")
DEGREE_M = 2 * np.pi * 6_378_137 / 360
# So many degrees are a kilometre on a meridian.
KM = 1000 / DEGREE_M


def way(
    kilometres: list[float],
    seconds: list[float | None],
    *bounds: int,
    elevation: list[float] | None = None,
    tracks: tuple[int, ...] = (),
) -> Track:
    """Points north of each other; segments begin at the points `bounds`."""
    count = len(kilometres)
    known = [0 if moment is None else round(moment * 1e6) for moment in seconds]
    time = BEGIN + np.array(known, "timedelta64[us]")
    time[[moment is None for moment in seconds]] = np.datetime64("NaT")
    return Track(
        time=time,
        latitude=10 + np.array(kilometres) * KM,
        longitude=np.full(count, 2.0),
        elevation=np.array(elevation or [np.nan] * count, np.float64),
        segments=np.array([0, *bounds, count]),
        tracks=np.array([0, *tracks, len(bounds) + 1]),
    )


def figures(recording: Track, stopped_below_kmh: float = 1.0) -> tuple:
    summary = summarise(recording, stopped_below_kmh=stopped_below_kmh)
    times = [each.total_seconds() for each in (summary.duration, summary.moving, summary.pauses)]
    return (*times, summary.distance_km, summary.ave_speed_kmh, summary.max_speed_kmh)


def test_even_ride():
    assert figures(way([0, 1, 2, 3], [0, 360, 720, 1080])) == (1080, 1080, 0, 3, 10, 10)


def test_slow_pair_is_a_pause_whose_way_counts():
    assert figures(way([0, 1, 1.05, 2.05], [0, 360, 720, 1080])) == (
        *(1080, 720, 360),
        *(2.05, 10.25, 10),
    )


@pytest.mark.parametrize(("threshold", "moving"), [(9.9, 720), (10.1, 0)])
def test_threshold_divides_moving_from_pauses(threshold: float, moving: int):
    recording = way([0, 1, 2], [0, 360, 720])
    assert figures(recording, threshold)[1:3] == (moving, 720 - moving)


def test_without_a_threshold_slower_than_one_kmh_is_standing_still():
    """A kilometre at 1.1 km/h, and another at 0.9 km/h."""
    recording = way([0, 1, 2], [0, 3600 / 1.1, 3600 / 1.1 + 4000])
    assert figures(recording, 0)[1:3] == (3272, 4000)


def test_time_between_segments_is_a_pause():
    recording = way([0, 1, 5, 6], [0, 360, 1000, 1360], 2)
    assert figures(recording) == (1360, 720, 640, 2, 10, 0)
    first, second = summarise(recording, stopped_below_kmh=1).segments
    assert (first.index, first.point_count, first.distance_km) == (0, 2, 1)
    assert (second.index, second.point_count, second.pauses) == (1, 2, timedelta())


def test_segments_of_later_tracks_add_to_the_way_but_have_no_pause_between():
    recording = way([0, 1, 5, 6], [0, 360, 1000, 1360], 2, tracks=(1,))
    assert figures(recording)[:4] == (720, 720, 0, 2)
    assert len(summarise(recording, stopped_below_kmh=1).segments) == 1


def test_top_speed_is_that_of_the_first_track():
    kilometres = [0, 1, 2, 3, 10, 12, 14, 16]
    seconds = [0, 360, 720, 1080, 2000, 2360, 2720, 3080]
    assert figures(way(kilometres, seconds, 4, tracks=(1,)))[5] == 10
    assert figures(way(kilometres, seconds, 4))[5] == 20


@pytest.mark.parametrize(
    ("pairs", "fast", "top_kmh"),
    [(19, [20], 20), (20, [20], 20), (21, [20], 10), (40, [15, 20], 15), (41, [15, 20], 10)],
)
def test_fastest_twentieth_is_no_top_speed(pairs: int, fast: list[float], top_kmh: float):
    """Ways of 1 and 1.2 km in turn, all at 10 km/h but the last."""
    lengths = [1 + pair % 2 / 5 for pair in range(pairs)]
    speeds = [10.0] * (pairs - len(fast)) + fast
    seconds = [length / speed * 3600 for length, speed in zip(lengths, speeds, strict=True)]
    recording = way([0, *np.cumsum(lengths)], [0, *np.cumsum(seconds)])
    assert figures(recording)[5] == top_kmh


def test_pair_of_unusual_length_is_no_top_speed():
    kilometres = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 29]
    seconds = [0, 360, 720, 1080, 1440, 1800, 2160, 2520, 2880, 3240, 3600]
    assert figures(way(kilometres, seconds))[5] == 10


def test_top_speed_needs_two_pairs_that_move():
    assert figures(way([0, 1], [0, 360]))[4:] == (10, 0)
    assert figures(way([0, 1, 2], [0, 360, 720]))[4:] == (10, 10)


def test_climb_is_smoothed_but_at_the_ends():
    summary = summarise(
        way([0, 1, 2, 3], [0, 360, 720, 1080], elevation=[100, 110, 100, 130]), stopped_below_kmh=1
    )
    # 100, 104 (30 + 44 + 30), 112 (33 + 40 + 39), 130
    assert (summary.ascent_m, summary.descent_m) == (30, 0)
    assert (summary.min_alt_m, summary.max_alt_m) == (100, 130)


def test_descent_counts_down():
    summary = summarise(way([0, 1, 2], [0, 360, 720], elevation=[100, 50, 80]), stopped_below_kmh=1)
    # 100, 74 (30 + 20 + 24), 80
    assert (summary.ascent_m, summary.descent_m) == (6, 26)


def test_two_elevations_are_not_smoothed():
    summary = summarise(way([0, 1], [0, 360], elevation=[100, 50]), stopped_below_kmh=1)
    assert (summary.ascent_m, summary.descent_m) == (0, 50)


def test_climb_adds_up_over_segments_with_and_without_elevations():
    nan = float("nan")
    recording = way(
        [0, 1, 2, 3, 4, 5],
        [0, 360, 720, 1080, 1440, 1800],
        2,
        2,
        4,
        elevation=[10, 30, 50, 40, nan, nan],
    )
    summary = summarise(recording, stopped_below_kmh=1)
    assert (summary.ascent_m, summary.descent_m) == (20, 10)
    assert (summary.min_alt_m, summary.max_alt_m) == (10, 50)
    last = summary.segments[-1]
    assert (last.min_alt_m, last.max_alt_m, last.ascent_m, last.descent_m) == (None,) * 4
    empty = summary.segments[1]
    assert (empty.point_count, empty.duration, empty.distance_km) == (0, timedelta(), 0)


def test_empty_segment_at_the_start_has_no_figures():
    empty, rest = summarise(way([0, 1, 2], [0, 360, 720], 0), stopped_below_kmh=1).segments
    assert (empty.point_count, empty.distance_km, empty.moving) == (0, 0, timedelta())
    assert (rest.point_count, rest.distance_km, rest.moving) == (3, 2, timedelta(minutes=12))


@pytest.mark.parametrize(
    ("seconds", "duration"),
    [
        ([0, 10, 20, 30], 30),
        ([None, 10, 20, 30], 20),
        ([0, 10, 20, None], 20),
        ([None, None, 20, 30], 0),
        ([0, 10, None, None], 0),
        ([30, 20, 10, 0], 0),
        ([5, 0, 0, 5], 0),
    ],
)
def test_missing_time_at_an_end_may_be_its_neighbours(seconds: list[float | None], duration: int):
    recording = way([0, 1, 2, 3, 3], [*seconds, 99], 4)
    first, _last = summarise(recording, stopped_below_kmh=1).segments
    assert first.duration == timedelta(seconds=duration)


def test_one_unknown_duration_makes_the_whole_unknown():
    recording = way([0, 1, 2, 3], [0, 360, 720, 700], 2)
    assert figures(recording)[0] == 360  # the time between the segments alone


def test_parts_of_seconds_are_cut():
    assert figures(way([0, 1, 2], [0, 0.6, 1.9]))[:3] == (1, 1, 0)


def test_pairs_without_time_or_way_are_neither_moving_nor_pauses():
    assert figures(way([0, 1, 1, 2], [0, 360, 720, 720]))[:4] == (720, 360, 0, 1)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(0.125, 2, 0.13), (1.005, 2, 1.01), (2.675, 2, 2.68), (-0.125, 2, -0.13), (0.0005, 3, 0.001)],
)
def test_halves_are_rounded_up(value: float, decimals: int, expected: float):
    assert half_up(value, decimals) == expected


def test_start_is_the_first_time_there_is_and_in_utc():
    recording = way([0, 1, 2, 3], [None, 10, 20, 30], 2)
    assert start_of(recording) == datetime(2024, 5, 1, 8, 0, 20, tzinfo=UTC)


def test_bounds_hold_all_tracks():
    bounds = summarise(way([0, 1, -5, 6], [0, 9, 18, 27], 2, tracks=(1,)), stopped_below_kmh=1)
    assert bounds.bounds.min_lat == 10 - 5 * KM
    assert bounds.bounds.max_lat == 10 + 6 * KM
    assert (bounds.bounds.min_lon, bounds.bounds.max_lon) == (2, 2)
