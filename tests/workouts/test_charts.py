import math
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_recording_bytes
from tracks.analysis.series import Over, Series, read_series
from tracks.limits import Limits
from tracks.model import Track
from tracks.readers import read_track
from workouts.charts.colors import legible, luminance
from workouts.charts.drawing import Charts, draw_charts
from workouts.charts.paths import line_path
from workouts.charts.route import draw_route, encode_polyline
from workouts.charts.sampling import Window, cut, sample, smooth
from workouts.charts.ticks import clock_step, multiples, pace_speeds, round_step
from workouts.formatting import pace_at, short_clock
from workouts.sports import KINDS


def track(**recording) -> Track:
    return read_track(make_recording_bytes(**recording))


def series_of(recording: Track, segment: int | None = None, threshold_kmh: float = 1.0) -> Series:
    return read_series(recording, segment, stopped_below_kmh=threshold_kmh)


def charts(over: Over = Over.DISTANCE, window: Window | None = None, **options) -> Charts:
    recording = options.pop("recording", {})
    return draw_charts(series_of(track(**recording)), over=over, window=window, **options)


def draw(recording: Track, threshold_kmh: float) -> Charts:
    return draw_charts(series_of(recording, threshold_kmh=threshold_kmh), over=Over.DISTANCE)


def lane(drawn: Charts, key: str):
    return next(lane for lane in drawn.lanes if lane.quantity.key == key)


# --- Ticks


@pytest.mark.parametrize(
    ("span", "most", "step"),
    [(42.2, 10, 5), (10, 10, 1), (10.1, 10, 2), (0.35, 10, 0.05), (1234, 5, 500), (0, 5, 1)],
)
def test_steps_are_round(span, most, step):
    assert round_step(span, most) == pytest.approx(step)


@given(st.floats(1e-3, 1e6), st.integers(2, 12))
def test_there_are_never_more_ticks_than_wanted(span, most):
    assert len(multiples(round_step(span, most), 0, span)) <= most + 1


@pytest.mark.parametrize(
    ("seconds", "step"), [(50, 5), (600, 60), (5400, 600), (86_400, 10_800), (10 * 86_400, 86_400)]
)
def test_time_is_divided_like_a_clock(seconds, step):
    assert clock_step(seconds, 10) == step


def test_paces_are_round_and_keep_their_distance():
    ticks = pace_speeds(6.0, 16.0)
    assert [pace_at(speed) for _, speed in ticks] == ["4:00", "5:00", "6:00", "8:00", "10:00"]
    assert all(a - b >= 1.5 for (_, a), (_, b) in pairwise(ticks))


def test_a_narrow_range_of_paces_has_finer_ticks():
    assert [pace_at(speed) for _, speed in pace_speeds(11.5, 12.5)] == ["4:50", "5:00", "5:10"]


# --- Series


def test_the_way_between_segments_is_no_distance():
    series = series_of(track(points=11, segments=2))
    assert series.distance_km[-1] == pytest.approx(0.6, abs=0.01)
    assert series.starts.nonzero()[0].tolist() == [0, 11]


def test_a_clock_that_goes_back_stands_still():
    original = track(points=5)
    times = original.time.copy()
    times[2] -= np.timedelta64(1, "h")
    series = series_of(replace(original, time=times))
    assert series.elapsed_s.tolist() == [0, 10, 10, 30, 40]


def test_missing_times_stand_still():
    original = track(points=4)
    times = original.time.copy()
    times[0] = times[2] = np.datetime64("NaT")
    assert series_of(replace(original, time=times)).elapsed_s.tolist() == [0, 0, 0, 20]


def test_a_short_lack_of_elevation_is_bridged_and_a_long_one_is_a_gap():
    original = track(points=30)
    elevation = original.elevation.copy()
    elevation[3] = np.nan
    elevation[10:25] = np.nan
    bridged = series_of(replace(original, elevation=elevation)).elevation_m
    assert bridged[3] == 103
    assert np.isnan(bridged[10:25]).all()


def test_a_long_silence_interrupts_the_line():
    original = track(points=6)
    times = original.time.copy()
    times[3:] += np.timedelta64(5, "m")
    assert series_of(replace(original, time=times)).starts.nonzero()[0].tolist() == [0, 3]


def test_samples_are_few_and_keep_the_means():
    series = series_of(track(points=5000))
    few = sample(series, Over.DISTANCE, Window(0, series.span(Over.DISTANCE)), 100)
    assert 100 <= few.distance_km.size <= 101
    assert few.elevation_m.mean() == pytest.approx(series.elevation_m.mean(), rel=0.01)
    assert np.nanmean(few.speed_kmh) == pytest.approx(10.8, abs=0.1)


def test_a_window_reaches_one_point_beyond_its_ends():
    series = series_of(track(points=61))
    part = cut(series, Over.TIME, Window(95, 205))
    assert (part.elapsed_s[0], part.elapsed_s[-1]) == (90, 210)


@given(st.lists(st.floats(0, 50) | st.just(math.nan), min_size=1, max_size=50))
def test_a_smooth_speed_stays_between_the_extremes(speeds):
    speed = np.array(speeds)
    calm = smooth(speed, np.arange(len(speeds), dtype=float))
    assert (np.isnan(calm) == np.isnan(speed)).all()
    if np.isfinite(speed).any():
        assert np.nanmax(calm) <= np.nanmax(speed) + 1e-9
        assert np.nanmin(calm) >= np.nanmin(speed) - 1e-9


# --- Drawing


def test_a_line_is_interrupted_at_gaps_and_starts():
    x = np.array([0, 10, 20, 30, 40, 50])
    y = np.array([5, 6, np.nan, 7, 8, 9])
    starts = np.array([True, False, False, False, True, False])
    assert line_path(x, y, starts) == "M0 5l10+1M30 7h0M40 8l10+1"


def test_there_is_a_lane_for_whatever_was_recorded():
    drawn = charts(recording={"with_sensors": True})
    assert [lane.quantity.key for lane in drawn.lanes] == ["elevation", "speed", "heart_rate"]


def test_faster_is_higher_on_a_pace_chart():
    ticks = lane(charts(paced=True), "pace").ticks
    labels = [tick.label for tick in ticks]
    heights = [float(tick.at.rstrip("%")) for tick in ticks]
    assert labels == sorted(labels, key=lambda text: int(text.replace(":", "")))
    assert heights == sorted(heights)


def test_standing_still_is_a_gap_in_the_speed():
    drawn = charts(recording={"points": 60, "metres_between": 0.1})
    assert [lane.quantity.key for lane in drawn.lanes] == ["elevation"]


def test_what_is_slower_than_the_threshold_is_no_speed():
    recording = track(points=60)
    assert [lane.quantity.key for lane in draw(recording, 10.7).lanes] == ["elevation", "speed"]
    assert [lane.quantity.key for lane in draw(recording, 10.9).lanes] == ["elevation"]


def test_where_nobody_moved_by_the_figures_there_is_no_average():
    assert lane(charts(paced=True, average_kmh=0.0), "pace").summary == ""


def test_miles_feet_and_miles_per_hour_for_whoever_reads_them():
    drawn = charts(imperial=True)
    assert drawn.unit == "mi"
    assert [lane.unit for lane in drawn.lanes] == ["ft", "mph"]
    assert lane(drawn, "elevation").summary == "328 – 525"
    assert lane(drawn, "speed").summary == "average 6.7"


def test_the_average_is_that_of_the_page():
    assert lane(charts(average_kmh=9.5), "speed").summary == "average 9.5"


def test_a_closer_look_has_its_own_average():
    drawn = charts(Over.TIME, Window(60, 300), average_kmh=9.5)
    assert drawn.is_zoomed
    assert drawn.elapsed == "4:00"
    assert lane(drawn, "speed").summary == "average 10.8"


def test_the_average_of_a_stretch_leaves_out_the_pause_in_it():
    drawn = charts(
        Over.DISTANCE,
        Window(0.1, 3.4),
        recording={"points": 61, "segments": 2, "seconds_between": 10},
    )
    assert lane(drawn, "speed").summary == "average 10.8"


@pytest.mark.parametrize(
    ("low", "high"), [(5, 1), (-math.inf, math.inf), (math.nan, 1), (0.5, 0.5), (99, 100)]
)
def test_a_senseless_window_shows_everything(low, high):
    assert not charts(Over.DISTANCE, Window(low, high)).is_zoomed


def test_numbers_in_paths_and_places_are_the_same_in_every_language():
    english = charts()
    with translation.override("de"):
        german = charts()
    assert german.ticks[1].label == "0,2"
    assert [tick.at for tick in german.ticks] == [tick.at for tick in english.ticks]
    assert german.lanes[0].line == english.lanes[0].line


def test_fewer_ticks_stay_on_a_narrow_screen():
    ticks = charts(recording={"points": 700}).ticks
    assert len(ticks) > 7
    assert len([tick for tick in ticks if not tick.minor]) <= 7


def test_the_table_has_the_ends_and_few_rows():
    rows = charts(recording={"points": 3000}).rows()
    assert len(rows) == 25
    assert (rows[0].distance, rows[-1].distance) == ("0.00", "90.02")
    assert rows[-1].values == ["3,099", "10.8"]


@pytest.mark.parametrize("recording", [{"points": 1}, {"points": 2, "metres_between": 0}])
@pytest.mark.parametrize("over", list(Over))
def test_what_has_no_length_has_no_chart_or_one_that_holds(recording, over):
    drawn = charts(over, recording=recording)
    assert drawn is None or all(math.isfinite(lane.low) for lane in drawn.lanes)


def test_a_clock_that_jumps_by_years_still_has_charts():
    original = track(points=20)
    times = original.time.copy()
    times[10:] += np.timedelta64(365 * 30, "D")
    drawn = draw_charts(series_of(replace(original, time=times)), over=Over.TIME)
    assert len(drawn.ticks) <= 13
    assert (drawn.ticks[1].label, drawn.unit) == ("1,000", "d")


@pytest.mark.parametrize(
    ("points", "window", "labels", "unit"),
    [
        (61, None, ["0", "1", "2"], "min"),
        (61, Window(60, 90), ["1:00", "1:05", "1:10"], "min"),
        (1000, None, ["0:00", "0:15", "0:30"], "h"),
        (1000, Window(7200, 7230), ["2:00:00", "2:00:05", "2:00:10"], "h"),
    ],
)
def test_time_is_labelled_like_a_clock(points, window, labels, unit):
    drawn = charts(Over.TIME, window, recording={"points": points})
    assert ([tick.label for tick in drawn.ticks[:3]], drawn.unit) == (labels, unit)


def test_a_lone_outlier_does_not_flatten_the_rest():
    original = series_of(track(points=400, with_sensors=True))
    power = np.full(400, 200.0)
    power[200] = 60_000
    series = replace(original, sensors={"power": power})
    assert lane(draw_charts(series, over=Over.TIME), "power").high < 1000


@given(
    st.lists(
        st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.floats(-100, 9000) | st.none()),
        min_size=1,
        max_size=30,
    ),
    st.lists(st.integers(0, 29), max_size=3),
    st.booleans(),
    st.sampled_from(Over),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_any_recording_can_be_drawn_and_looked_at_closely(points, cuts, paced, over, shares):
    latitude, longitude, elevation = zip(*points, strict=True)
    count = len(points)
    recording = Track(
        time=np.datetime64("2026-01-01", "us") + np.arange(count) * np.timedelta64(1, "s"),
        latitude=np.array(latitude),
        longitude=np.array(longitude),
        elevation=np.array([math.nan if metres is None else metres for metres in elevation]),
        segments=np.array([0, *sorted(min(cut, count) for cut in cuts), count]),
        tracks=np.array([0, len(cuts) + 1]),
    )
    series = series_of(recording)
    window = Window(*(share * series.span(over) for share in shares))
    drawn = draw_charts(series, over=over, window=window, paced=paced)
    if drawn is not None:
        assert "nan" not in "".join(lane.line + lane.area for lane in drawn.lanes)
        drawn.rows()
    assert draw_route(recording, series, None, imperial=paced) is not None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (2585, "43:05"), (6185, "1:43:05")]
)
def test_clock(seconds, text):
    assert short_clock(seconds) == text


# --- Route


def test_the_polyline_is_that_of_its_specification():
    line = np.array([[38.5, -120.2], [40.7, -120.95], [43.252, -126.453]])
    assert encode_polyline(line) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_there_is_a_mark_for_every_kilometre_or_mile():
    recording = track(points=200)
    series = series_of(recording)
    assert [mark.number for mark in draw_route(recording, series, None, imperial=False).marks] == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    assert len(draw_route(recording, series, None, imperial=True).marks) == 3


def test_a_segment_has_its_own_route():
    recording = track(points=20, segments=3)
    series = series_of(recording, 1)
    route = draw_route(recording, series, 1, imperial=False)
    assert len(route.lines) == 1


def test_a_track_over_the_date_line_is_one_line():
    original = track(points=4)
    recording = replace(original, longitude=np.array([179.8, 179.9, -180.0, -179.9]))
    sketch = draw_route(recording, series_of(recording), None, imperial=False).sketch
    across = [int(x) for x in re.findall(r"[ML ](\d+) \d+", sketch.path)]
    assert across == sorted(across)


def test_the_most_segments_make_a_small_drawing():
    recording = track(points=2, segments=Limits().segments)
    route = draw_route(recording, series_of(recording), None, imperial=False)
    assert len("".join(route.lines)) < 60_000
    assert len(route.sketch.path) < 20_000


@pytest.mark.parametrize(
    "color", [*(kind.color for kind in KINDS.values()), "#ffffff", "#ff0", "#000000"]
)
def test_a_track_stands_out_from_its_casing(color):
    assert 1.05 / (luminance(legible(color)) + 0.05) >= 3
