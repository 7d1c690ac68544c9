"""How much faster, and in how much less memory, recordings are read and drawn than with gpxpy."""

import os
import sys
import time
import tracemalloc
from collections.abc import Callable

import django
import gpxpy

from tracks.analysis.series import Over, chart, read_series
from tracks.analysis.summary import summarise
from tracks.codec import decode, encode
from tracks.readers import read_track

from .making import make_ride

POINTS = 20_000
ROUNDS = 5
THRESHOLD_KMH = 1.0


def read_ours(data: bytes) -> None:
    summarise(read_track(data), stopped_below_kmh=THRESHOLD_KMH)


def read_gpxpys(data: bytes) -> None:
    """The same figures, for the whole and for each segment of the first track."""
    document = gpxpy.parse(data)
    document.get_bounds()
    for part in [document, *document.tracks[0].segments]:
        part.get_duration()
        part.get_moving_data(stopped_speed_threshold=THRESHOLD_KMH)
        part.get_elevation_extremes()
        part.get_uphill_downhill()


def draw_page(stored: bytes) -> None:
    """What the page of a workout draws; its modules want settings, which `prepare` brings."""
    from workouts.charts.drawing import draw_charts
    from workouts.charts.route import draw_route

    track = decode(stored)
    series = read_series(track, stopped_below_kmh=THRESHOLD_KMH)
    draw_charts(series, over=Over.DISTANCE)
    draw_route(track, series, None, imperial=False)


def draw_points(stored: bytes) -> None:
    """What the API answers for charts."""
    chart(decode(stored))


def prepare() -> None:
    """Settings in which texts and numbers can be written."""
    os.environ.setdefault("SECRET_KEY", "only-for-the-benchmark-" * 3)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fittrackee_site.settings")
    django.setup()


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def peak_bytes(work: Callable[[], object]) -> int:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def faster(slow: Callable[[], object], fast: Callable[[], object], repeat: int = 1) -> float:
    """How many times faster, by the best of several rounds; both take turns."""
    pairs = [(seconds(slow), min(seconds(fast) for _ in range(repeat))) for _ in range(ROUNDS)]
    return min(pair[0] for pair in pairs) / min(pair[1] for pair in pairs)


def report(what: str, ratio: float, wanted: float) -> bool:
    verdict = "ok" if ratio >= wanted else "TOO LITTLE"
    print(f"{what:<58} {ratio:6.1f}×  (wanted {wanted:g}×)  {verdict}")
    return ratio >= wanted


def main() -> int:
    prepare()
    data = make_ride(POINTS)
    stored = encode(read_track(data))
    print(f"{POINTS} points, {len(data) / 1e6:.1f} MB as GPX, {len(stored) / 1e3:.0f} kB stored")
    results = [
        report(
            "read and summarise, faster than gpxpy",
            faster(lambda: read_gpxpys(data), lambda: read_ours(data), repeat=3),
            6,
        ),
        report(
            "read and summarise, less memory than gpxpy",
            peak_bytes(lambda: read_gpxpys(data)) / peak_bytes(lambda: read_ours(data)),
            5,
        ),
        report(
            "page of a stored recording, faster than reading by gpxpy",
            faster(lambda: gpxpy.parse(data), lambda: draw_page(stored), repeat=10),
            60,
        ),
        report(
            "points of a stored recording, faster than reading by gpxpy",
            faster(lambda: gpxpy.parse(data), lambda: draw_points(stored), repeat=10),
            60,
        ),
    ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
