"""The numbers of a workout, as FitTrackee 0.7 and gpxpy 1.6 count them.

Sums run point by point from the first to the last, as in gpxpy, so that they are the same floats
before rounding.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model import Floats, Track
from .steps import Steps

# The fastest twentieth of a segment counts as errors of measurement.
BELIEVABLE_SHARE = 1 - 0.05
MICROSECOND = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Figures:
    """Times are whole seconds; km with 3 decimals, km/h and m with 2, halves rounded up."""

    duration: timedelta
    moving: timedelta
    pauses: timedelta
    distance_km: float
    ave_speed_kmh: float
    max_speed_kmh: float
    min_alt_m: float | None
    max_alt_m: float | None
    ascent_m: float | None
    descent_m: float | None


@dataclass(frozen=True)
class SegmentSummary(Figures):
    """One segment of the first track, `index` from 0."""

    index: int
    point_count: int


@dataclass(frozen=True)
class Bounds:
    """The extreme positions in degrees, as recorded."""

    min_lat: float
    min_lon: float
    max_lat: float
    max_lon: float


@dataclass(frozen=True)
class Summary(Figures):
    """All tracks of a file; title, start, segments and top speed are those of the first."""

    title: str
    start: datetime
    bounds: Bounds
    segments: tuple[SegmentSummary, ...]


def summarise(track: Track, *, stopped_below_kmh: float) -> Summary:
    """The figures of a recording; a pair of points slower than the threshold counts as a pause.

    A threshold of 0 means 1 km/h, as in gpxpy. The track needs a time at the start of a segment of
    its first track, as every track from `read_track` has.
    """
    totals = _segment_totals(track, stopped_below_kmh)
    count = track.segment_count
    whole = _Totals.of_tracks(
        [
            _Totals.of_segments(totals[first:stop])
            for first, stop in zip(track.tracks[:-1], track.tracks[1:], strict=True)
        ]
    )
    fastest = max((part.max_speed_ms for part in totals[:count]), default=0.0)
    return Summary(
        **_figures(whole, fastest, _time_between_segments(track)),
        title=track.name,
        start=start_of(track),
        bounds=_bounds(track),
        segments=tuple(
            SegmentSummary(
                **_figures(part, part.max_speed_ms, timedelta()),
                index=index,
                point_count=part.point_count,
            )
            for index, part in enumerate(totals[:count])
        ),
    )


@dataclass(frozen=True)
class _Totals:
    """Unrounded sums in seconds and metres; `duration_s` is None where times are missing."""

    point_count: int
    duration_s: float | None
    moving_s: float = 0.0
    stopped_s: float = 0.0
    moving_m: float = 0.0
    stopped_m: float = 0.0
    max_speed_ms: float = 0.0
    ascent_m: float = 0.0
    descent_m: float = 0.0
    min_alt_m: float = math.inf
    max_alt_m: float = -math.inf

    @classmethod
    def of_segments(cls, parts: "list[_Totals]") -> "_Totals":
        """The sums, part after part; the extremes of all."""
        durations = [part.duration_s for part in parts]
        known = [duration for duration in durations if duration is not None]
        return cls(
            point_count=sum(part.point_count for part in parts),
            duration_s=_sum(known) if len(known) == len(durations) else None,
            moving_s=_sum([part.moving_s for part in parts]),
            stopped_s=_sum([part.stopped_s for part in parts]),
            moving_m=_sum([part.moving_m for part in parts]),
            stopped_m=_sum([part.stopped_m for part in parts]),
            ascent_m=_sum([part.ascent_m for part in parts]),
            descent_m=_sum([part.descent_m for part in parts]),
            min_alt_m=min((part.min_alt_m for part in parts), default=math.inf),
            max_alt_m=max((part.max_alt_m for part in parts), default=-math.inf),
        )

    of_tracks = of_segments


def _segment_totals(track: Track, stopped_below_kmh: float) -> list[_Totals]:
    """One entry per segment of all tracks."""
    steps = Steps.of(track, stopped_below_kmh=stopped_below_kmh)
    return [
        _totals(track, steps, int(first), int(stop))
        for first, stop in zip(track.segments[:-1], track.segments[1:], strict=True)
    ]


def _totals(track: Track, steps: Steps, first: int, stop: int) -> _Totals:
    """The sums of the segment with the points `first` to `stop`."""
    if stop - first == 0:
        return _Totals(point_count=0, duration_s=0.0)
    inside = slice(first, stop - 1)
    counts = steps.counts[inside]
    seconds, metres = steps.seconds[inside][counts], steps.metres[inside][counts]
    moves = steps.moves[inside][counts]
    elevation = track.elevation[first:stop]
    elevation = elevation[~np.isnan(elevation)]
    ascent, descent = _climb(elevation)
    return _Totals(
        point_count=stop - first,
        duration_s=_duration_s(track.time[first:stop]),
        moving_s=_running_sum(seconds[moves]),
        stopped_s=_running_sum(seconds[~moves]),
        moving_m=_running_sum(metres[moves]),
        stopped_m=_running_sum(metres[~moves]),
        max_speed_ms=_max_speed_ms(seconds, metres, moves),
        ascent_m=ascent,
        descent_m=descent,
        min_alt_m=float(elevation.min(initial=math.inf)),
        max_alt_m=float(elevation.max(initial=-math.inf)),
    )


def _duration_s(times: NDArray[np.datetime64]) -> float | None:
    """Seconds from the first time to the last; a missing one may be its neighbour's.

    None if there is none, or if time went back.
    """
    if len(times) < 2:
        return 0.0
    first = times[1] if np.isnat(times[0]) else times[0]
    last = times[-2] if np.isnat(times[-1]) else times[-1]
    if np.isnat(first) or np.isnat(last) or last < first:
        return None
    return float((last - first) / np.timedelta64(1, "us")) / 1e6


def _max_speed_ms(seconds: Floats, metres: Floats, moves: NDArray[np.bool_]) -> float:
    """The top speed of a segment, m/s: pairs of unusual length and the fastest 5 % don't count."""
    if not moves.any():
        return 0.0
    begun = slice(int(moves.argmax()), None)
    metres, speeds = metres[begun], metres[begun] / seconds[begun]
    if len(metres) < 2:
        return 0.0
    mean = _running_sum(metres) / len(metres)
    deviation = math.sqrt(_running_sum((metres - mean) ** 2) / len(metres))
    usual = np.sort(speeds[np.abs(metres - mean) <= deviation * 1.5])
    if not len(usual):
        return 0.0
    place = int(len(usual) * BELIEVABLE_SHARE)
    return float(usual[min(place, len(usual) - 1)])


def _climb(elevation: Floats) -> tuple[float, float]:
    """Metres up and down of the smoothed elevations; the two ends are not smoothed."""
    smooth = elevation.copy()
    if len(elevation) > 2:
        smooth[1:-1] = elevation[:-2] * 0.3 + elevation[1:-1] * 0.4 + elevation[2:] * 0.3
    steps = np.diff(smooth)
    return _running_sum(steps[steps > 0]), -_running_sum(steps[steps < 0])


def _running_sum(values: Floats) -> float:
    """The sum, added from first to last."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0


def _sum(values: list[float]) -> float:
    return _running_sum(np.array(values))


def _figures(totals: _Totals, max_speed_ms: float, between: timedelta) -> dict[str, Any]:
    """The rounded figures; `between` is the time between segments, a pause."""
    metres = totals.moving_m + totals.stopped_m
    has_elevation = totals.min_alt_m <= totals.max_alt_m
    average = metres / totals.moving_s * 3.6 if totals.moving_s > 0 else 0.0
    return {
        "duration": _whole(_delta(totals.duration_s or 0.0) + between),
        "moving": _whole(_delta(totals.moving_s)),
        "pauses": _whole(_delta(totals.stopped_s) + between),
        "distance_km": half_up(metres / 1000, 3),
        "ave_speed_kmh": half_up(average, 2),
        "max_speed_kmh": half_up(max_speed_ms * 3.6, 2),
        "min_alt_m": half_up(totals.min_alt_m, 2) if has_elevation else None,
        "max_alt_m": half_up(totals.max_alt_m, 2) if has_elevation else None,
        "ascent_m": half_up(totals.ascent_m, 2) if has_elevation else None,
        "descent_m": half_up(totals.descent_m, 2) if has_elevation else None,
    }


def half_up(value: float, decimals: int) -> float:
    """`value` rounded as PostgreSQL rounds a numeric: by its shortest decimal form, halves up."""
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _delta(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _whole(delta: timedelta) -> timedelta:
    return delta // SECOND * SECOND


def _time_between_segments(track: Track) -> timedelta:
    """From the last point of each segment of the first track to the first point of the next."""
    bounds = track.segments[: track.segment_count + 1]
    filled = bounds[1:] > bounds[:-1]
    starts, ends = track.time[bounds[:-1][filled]], track.time[bounds[1:][filled] - 1]
    gaps = starts[1:] - ends[:-1]
    return int(gaps[~np.isnat(gaps)].astype(np.int64).sum()) * MICROSECOND


def start_of(track: Track) -> datetime:
    """The first time of the first track, in UTC."""
    times = track.first_times()
    first: datetime = times[~np.isnat(times)][0].astype(datetime)
    return first.replace(tzinfo=UTC)


def _bounds(track: Track) -> Bounds:
    """The extremes of all tracks."""
    latitude, longitude = track.latitude, track.longitude
    return Bounds(
        float(latitude.min()), float(longitude.min()), float(latitude.max()), float(longitude.max())
    )
