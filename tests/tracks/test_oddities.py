"""Odd but real recordings are accepted, and every later step survives them."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tracks.analysis.series import chart, map_line, read_series
from tracks.analysis.summary import Summary, summarise
from tracks.codec import decode, encode
from tracks.readers import read_track
from tracks.writers.gpx import write_segment

from .making import document, point, segment, track


def at(clock: str, day: str = "2024-05-01") -> str:
    return f"{day}T{clock}Z"


def through(data: bytes) -> Summary:
    """The summary, after every step from file to page."""
    recording = decode(encode(read_track(data)))
    assert len(chart(recording)) == recording.first_track_stop
    for number in range(min(3, recording.segment_count)):
        read_series(recording, number, stopped_below_kmh=1)
        map_line(recording, 100, number)
        write_segment(recording, number)
    read_series(recording, stopped_below_kmh=1)
    map_line(recording, 100)
    return summarise(recording, stopped_below_kmh=1)


def test_one_point():
    summary = through(document(track(segment([point(elevation=0)]))))
    assert (summary.duration, summary.distance_km, summary.ave_speed_kmh) == (timedelta(), 0, 0)
    assert (summary.min_alt_m, summary.ascent_m) == (0, 0)


def test_no_movement():
    summary = through(
        document(track(segment([point(time=at(f"08:00:{s:02}")) for s in range(60)])))
    )
    assert (summary.duration, summary.moving) == (timedelta(seconds=59), timedelta())
    assert summary.max_speed_kmh == 0


def test_time_that_goes_back():
    points = [point(48 + n / 1e4, 2, at(f"08:00:{s:02}")) for n, s in enumerate([0, 10, 5, 15])]
    summary = through(document(track(segment(points))))
    assert (summary.duration, summary.moving) == (timedelta(seconds=15), timedelta(seconds=20))


def test_recording_that_ends_before_it_begins():
    points = [point(48, 2, at("08:00:00")), point(48.001, 2, at("07:00:00"))]
    assert through(document(track(segment(points)))).duration == timedelta()


def test_segments_in_the_wrong_order():
    parts = [segment([point(48, 2, at("08:00:00"))]), segment([point(48, 2, at("07:00:00"))])]
    assert through(document(track(*parts))).duration == timedelta(hours=-1)


def test_clock_that_jumps_for_years():
    points = [
        point(48 + n / 1e4, 2, at("08:00:00", d))
        for n, d in enumerate(["1980-01-06", "2024-05-01"])
    ]
    assert through(document(track(segment(points)))).duration == timedelta(days=16187)


def test_pause_of_days():
    parts = [[point(48, 2, at("08:00:00"))], [point(48, 2, at("09:30:00", "2024-05-09"))]]
    summary = through(document(track(*map(segment, parts))))
    assert summary.pauses == timedelta(days=8, hours=1, minutes=30)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_segment_without_points(place: int):
    parts = [segment([point(48, 2, at("08:00:00"))]), segment([point(48, 2, at("08:10:00"))])]
    parts.insert(place, segment([]))
    summary = through(document(track(*parts)))
    assert summary.pauses == timedelta(minutes=10)
    assert [part.point_count for part in summary.segments].index(0) == place


def test_elevation_on_some_points():
    heights = [None, 100, None, None, 110, 105, None]
    points = [point(48 + n / 1e4, 2, at(f"08:00:{n:02}"), h) for n, h in enumerate(heights)]
    summary = through(document(track(segment(points))))
    assert (summary.min_alt_m, summary.max_alt_m) == (100, 110)
    assert (summary.ascent_m, summary.descent_m) == (5.5, 0.5)


def test_time_on_some_segments():
    parts = [segment([point(time=None)]), segment([point(time=at("08:00:00"))])]
    assert through(document(track(*parts))).start.hour == 8


def test_extreme_of_exactly_zero_keeps_its_bounds():
    bounds = through(document(track(segment([point(0, 0), point(1, 2)])))).bounds
    assert (bounds.min_lat, bounds.min_lon, bounds.max_lat, bounds.max_lon) == (0, 0, 1, 2)


def test_around_the_world_and_into_space():
    places = [(90, 0), (-90, 180), (0, -180), (0, 0), (0, 180)]
    points = [
        point(lat, lon, at(f"08:00:{n:02}"), 25_000 * n) for n, (lat, lon) in enumerate(places)
    ]
    summary = through(document(track(segment(points))))
    assert summary.distance_km > 50_000
    assert summary.max_alt_m == 100_000


def test_moving_for_more_than_a_day():
    days = [f"2024-05-{day:02}" for day in range(1, 31)]
    points = [point(48 + n / 2, 2, at("08:00:00", day)) for n, day in enumerate(days)]
    assert through(document(track(segment(points)))).moving == timedelta(days=29)


def test_a_thousand_segments():
    parts = [segment([point(48, 2 + n / 1e5), point(48, 2 + n / 1e5)]) for n in range(1000)]
    assert len(through(document(track(*parts))).segments) == 1000


LARGE = """
from pathlib import Path
from tracks.codec import decode, encode
from tracks.readers import read_track
from tracks.analysis.summary import summarise
point = (
    '<trkpt lat="%.7f" lon="2.1234567"><ele>123.4</ele><time>2024-05-%02dT%02d:%02d:%02dZ</time>'
    '<extensions><hr>123</hr><cad>85</cad></extensions></trkpt>\\n'
)
times = [(1 + n // 86400, n // 3600 % 24, n // 60 % 60, n % 60) for n in range(200_000)]
points = ''.join(point % (48 + n / 1e6, *time) for n, time in enumerate(times))
del times
track = read_track(('<gpx><trk><trkseg>' + points + '</trkseg></trk></gpx>').encode())
assert summarise(decode(encode(track)), stopped_below_kmh=1).segments[0].point_count == 200_000
# Not ru_maxrss, which a child takes over from the process that started it.
status = Path('/proc/self/status').read_text().splitlines()
print(next(int(line.split()[1]) // 1024 for line in status if line.startswith('VmHWM')))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the memory used")
def test_200_000_points_fit_into_300_mb():
    done = subprocess.run([sys.executable, "-c", LARGE], check=True, capture_output=True, text=True)
    assert int(done.stdout) < 300
