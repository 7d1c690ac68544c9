"""Whatever a device may record, the numbers are those of gpxpy's own methods."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import gpxpy
import gpxpy.gpx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracks.analysis.series import chart
from tracks.analysis.summary import Figures, summarise
from tracks.readers import read_track

from .making import document, point, segment, track

BEGIN = datetime(2024, 5, 1, tzinfo=UTC)

decimals = st.integers(-2000, 2000)
steps = st.sampled_from([0, 0.25, 1, 1, 1, 5, 5.5, 30, 3600, -10, 40_000_000])
moves = st.tuples(decimals, decimals, st.none() | st.integers(-300, 3000), steps, st.booleans())
jumps = st.tuples(
    st.sampled_from([0, 1, 300, 250_000, -250_000]),
    st.sampled_from([0, 7, 300_000]),
    st.none() | st.just(0),
    steps,
    st.just(True),
)
segments = st.lists(st.lists(moves | jumps, max_size=12), min_size=1, max_size=4)
files = st.lists(segments, min_size=1, max_size=3)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Tracks around 45° N: forth and back in time and space, with holes in time and height."""
    tracks, moment, latitude, longitude = [], BEGIN, 45_000_000, 9_000_000
    for drawn in draw(files):
        written = []
        for rows in drawn:
            points = []
            for north, east, height, step, has_time in rows:
                latitude, longitude = latitude + north, longitude + east
                moment += timedelta(seconds=step)
                points.append(
                    point(
                        f"{latitude / 1e6:.6f}",
                        f"{longitude / 1e6:.6f}",
                        # The very first point has a time, or it were no recording.
                        moment.isoformat() if has_time or not points else None,
                        None if height is None else height / 10,
                    )
                )
            written.append(segment(points))
        tracks.append(track(*written))
    return document(*tracks)


def half_up(value: float | None, places: int) -> float | None:
    if value is None:
        return None
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def is_recording(data: bytes) -> bool:
    return any(part.points for part in gpxpy.parse(data).tracks[0].segments)


def figures(part: Figures) -> dict[str, object]:
    return {name: getattr(part, name) for name in Figures.__dataclass_fields__}


def by_gpxpy(
    part: gpxpy.gpx.GPX | gpxpy.gpx.GPXTrackSegment, threshold: float, between: timedelta
) -> dict[str, object]:
    moving = part.get_moving_data(stopped_speed_threshold=threshold)
    metres = moving.moving_distance + moving.stopped_distance
    lowest, highest = part.get_elevation_extremes()
    climb = part.get_uphill_downhill()
    average = metres / moving.moving_time * 3.6 if moving.moving_time else 0.0
    return {
        "duration": whole(timedelta(seconds=part.get_duration() or 0) + between),
        "moving": whole(timedelta(seconds=moving.moving_time)),
        "pauses": whole(timedelta(seconds=moving.stopped_time) + between),
        "distance_km": half_up(metres / 1000, 3),
        "ave_speed_kmh": half_up(average, 2),
        "max_speed_kmh": half_up(moving.max_speed * 3.6, 2),
        "min_alt_m": half_up(lowest, 2),
        "max_alt_m": half_up(highest, 2),
        "ascent_m": None if lowest is None else half_up(climb.uphill, 2),
        "descent_m": None if lowest is None else half_up(climb.downhill, 2),
    }


def whole(delta: timedelta) -> timedelta:
    return timedelta(seconds=delta // timedelta(seconds=1))


def time_between(parts: list[gpxpy.gpx.GPXTrackSegment]) -> timedelta:
    filled = [part.points for part in parts if part.points]
    gaps = [(b[0].time, a[-1].time) for a, b in pairwise(filled)]
    return sum((b - a for b, a in gaps if a and b), timedelta())


@given(data=documents().filter(is_recording), threshold=st.sampled_from([0, 0.1, 1, 5]))
@settings(max_examples=150, deadline=None)
def test_summary_is_gpxpys(data: bytes, threshold: float):
    oracle, summary = gpxpy.parse(data), summarise(read_track(data), stopped_below_kmh=threshold)
    parts = oracle.tracks[0].segments
    whole_file = by_gpxpy(oracle, threshold, time_between(parts))
    fastest = max(
        part.get_moving_data(stopped_speed_threshold=threshold).max_speed for part in parts
    )
    assert figures(summary) == {**whole_file, "max_speed_kmh": half_up(fastest * 3.6, 2)}
    assert [figures(part) for part in summary.segments] == [
        by_gpxpy(part, threshold, timedelta()) for part in parts
    ]
    bounds, ours = oracle.get_bounds(), summary.bounds
    assert ours is not None
    assert (ours.min_lat, ours.max_lat, ours.min_lon, ours.max_lon) == tuple(bounds)


@given(data=documents().filter(is_recording))
@settings(max_examples=100, deadline=None)
def test_chart_is_gpxpys(data: bytes):
    parts = gpxpy.parse(data).tracks[0].segments
    ours = chart(read_track(data))
    speeds = [part.get_speed(at) or 0 for part in parts for at in range(len(part.points))]
    assert ours.speed_kmh.tolist() == [round(speed * 3.6, 2) for speed in speeds]
    points = [place for part in parts for place in part.points]
    metres, lengths = 0.0, []
    for place, before in zip(points, [None, *points], strict=False):
        if before is not None:
            has_heights = place.elevation and before.elevation
            metres += place.distance_3d(before) if has_heights else place.distance_2d(before)
        lengths.append(round(metres / 1000, 2))
    assert ours.distance_km.tolist() == lengths
    assert ours.elevation_m.tolist() == [round(place.elevation or 0, 1) for place in points]
    elapsed = [place.time_difference(points[0]) for place in points]
    expected = [np.nan if seconds is None else seconds for seconds in elapsed]
    assert np.array_equal(ours.duration_s, expected, equal_nan=True)


@given(
    text=st.from_regex(r"\A20[0-4]\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?\Z")
)
@example(text="2024-02-30T00:00:00Z")
@settings(max_examples=200, deadline=None)
def test_time_is_gpxpys(text: str):
    data = document(track(segment([point(), point(time=text)])))
    ours = read_track(data).time[1]
    theirs = gpxpy.parse(data).tracks[0].segments[0].points[1].time
    try:
        aware = theirs and (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)).astimezone(UTC)
    except ValueError:  # an offset of a day or more
        aware = None
    assert (
        np.isnat(ours) if aware is None else ours == np.datetime64(aware.replace(tzinfo=None), "us")
    )


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_points_are_gpxpys(count: int):
    data = document(track(segment([point(48 + n / 1e4, 2, elevation=n) for n in range(count)])))
    part = gpxpy.parse(data).tracks[0].segments[0]
    summary = summarise(read_track(data), stopped_below_kmh=1)
    assert figures(summary.segments[0]) == by_gpxpy(part, 1, timedelta())
