"""What charts and maps draw: every point for the API, thinned lines for pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..geometry import distances_m, seconds_between, zero_as_missing
from ..model import Counts, Floats, Times, Track

Flags = NDArray[np.bool_]
# Longer without a point is a gap in a line: the device was paused, or had no reception.
GAP_S = 60
TIE = 1e-6


@dataclass(frozen=True, eq=False)
class Chart:
    """One row per point, rounded: km and km/h with 2 decimals, metres with 1.

    `duration_s` are seconds from the first point (NaN where one of both times is missing);
    `elevation_m` is 0 and `speed_kmh` is 0 where unknown; sensors are NaN where unknown.
    """

    distance_km: Floats
    duration_s: Floats
    elevation_m: Floats
    speed_kmh: Floats
    time: Times
    latitude: Floats
    longitude: Floats
    sensors: Mapping[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True, eq=False)
class ChartSeries:
    """The lines of a page's charts: some of the points, extremes of speed and height among them.

    All arrays have one length, NaN where unknown; `index` is the place in the recording. A line is
    interrupted before the places in `breaks`: there begins a segment, or recording went on.
    """

    index: Counts
    breaks: Counts
    distance_km: Floats
    elapsed_s: Floats
    speed_kmh: Floats
    elevation_m: Floats
    latitude: Floats
    longitude: Floats
    sensors: Mapping[str, Floats] = field(default_factory=dict)


def chart(track: Track, segment: int | None = None) -> Chart:
    """Every point of the first track or of one of its segments (from 0), as the API shows it.

    IndexError for a segment that does not exist.
    """
    points = track.points_of(segment)
    return Chart(
        distance_km=rounded(running_distance_m(track, points) / 1000, 2),
        duration_s=np.abs(_elapsed_s(track.time[points])),
        elevation_m=rounded(np.nan_to_num(track.elevation[points]), 1),
        speed_kmh=rounded(np.nan_to_num(speeds_ms(track, points)) * 3.6, 2),
        time=track.time[points],
        latitude=track.latitude[points],
        longitude=track.longitude[points],
        sensors={kind: values[points] for kind, values in track.sensors.items()},
    )


def running_distance_m(track: Track, points: slice) -> Floats:
    """Metres from the first of `points`, gaps between segments included; 0 m is no elevation."""
    elevation = zero_as_missing(track.elevation[points])
    latitude, longitude = track.latitude[points], track.longitude[points]
    steps = distances_m(latitude, longitude, elevation, slice(1, None), slice(None, -1))
    return np.concatenate([np.zeros(min(1, len(latitude))), np.cumsum(steps)])


def speeds_ms(track: Track, points: slice) -> Floats:
    """The mean of the speeds from the previous and to the next point of the same segment, m/s.

    A speed of zero on one side is passed over; NaN where neither is known.
    """
    latitude, longitude, elevation = (
        values[points] for values in (track.latitude, track.longitude, track.elevation)
    )
    here, there = slice(1, None), slice(None, -1)
    seconds = np.abs(seconds_between(track.time[points], here, there))
    seconds[(seconds == 0) | _segment_starts(track, points)[1:]] = np.nan
    back = distances_m(latitude, longitude, elevation, here, there) / seconds
    ahead = distances_m(latitude, longitude, elevation, there, here) / seconds
    nothing = np.full(min(1, len(latitude)), np.nan)
    before, after = np.concatenate([nothing, back]), np.concatenate([ahead, nothing])
    both = (before > 0) & (after > 0)
    return np.where(both, (before + after) / 2, np.where(before > 0, before, after))


def rounded(values: Floats, decimals: int) -> Floats:
    """Each value as Python's `round` rounds it: by what the float is, not by how it shows."""
    scaled = values * 10.0**decimals
    result = np.rint(scaled) / 10.0**decimals
    for at in np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < TIE * (1 + np.abs(scaled))):
        result[at] = round(float(values[at]), decimals)
    return result


def chart_series(track: Track, max_points: int, segment: int | None = None) -> ChartSeries:
    """At most `max_points` points (but both ends) of the first track, or of one of its segments."""
    points = track.points_of(segment)
    distance = running_distance_m(track, points)
    speed = speeds_ms(track, points) * 3.6
    elevation = track.elevation[points]
    elapsed = _elapsed_s(track.time[points])
    starts = _line_starts(track, points)
    kept = _extremes([speed, elevation], max_points)
    return ChartSeries(
        index=kept + points.start,
        breaks=_breaks(starts, kept),
        distance_km=np.round(distance[kept] / 1000, 3),
        elapsed_s=elapsed[kept],
        speed_kmh=np.round(speed[kept], 2),
        elevation_m=np.round(elevation[kept], 1),
        latitude=np.round(track.latitude[points][kept], 6),
        longitude=np.round(track.longitude[points][kept], 6),
        sensors={kind: values[points][kept] for kind, values in track.sensors.items()},
    )


def map_line(track: Track, max_points: int, segment: int | None = None) -> list[Floats]:
    """One line per segment: rows of latitude and longitude, 6 decimals, about `max_points` in all.

    Segments without a position are left out. Of each stretch the two points that stand out most
    are kept, so that corners stay where they are.
    """
    points = track.points_of(segment)
    place = np.column_stack([track.latitude[points], track.longitude[points]])
    starts = np.flatnonzero(np.diff(_segment_numbers(track, points))) + 1
    kept = _standing_out(place, starts, max_points)
    lines = np.split(np.round(place[kept], 6), np.searchsorted(kept, starts))
    return [line for line in lines if len(line)]


def _elapsed_s(times: Times) -> Floats:
    """Seconds since the first time, NaN where unknown."""
    return seconds_between(times, slice(None), slice(0, 1)) if len(times) else np.zeros(0)


def _segment_starts(track: Track, points: slice) -> Flags:
    """True where a segment begins."""
    starts = np.zeros(points.stop - points.start, bool)
    bounds = track.segments - points.start
    starts[bounds[(bounds >= 0) & (bounds < len(starts))]] = True
    return starts


def _segment_numbers(track: Track, points: slice) -> Counts:
    return np.cumsum(_segment_starts(track, points))


def _line_starts(track: Track, points: slice) -> Flags:
    """True where a line begins anew: at a segment, or after a long time without a point."""
    starts = _segment_starts(track, points)
    passed = np.abs(seconds_between(track.time[points], slice(1, None), slice(None, -1)))
    starts[1:] |= passed > GAP_S
    return starts


def _breaks(starts: Flags, kept: Counts) -> Counts:
    """The places in `kept` before which a line began anew."""
    lines = np.cumsum(starts)[kept]
    return np.flatnonzero(np.diff(lines)) + 1


def _extremes(lines: list[Floats], max_points: int) -> Counts:
    """Places of the lowest and highest value of each line in each of as many stretches as fit."""
    count = len(lines[0])
    if count <= max_points:
        return np.arange(count)
    stretches = _stretches(count, max(1, (max_points - 2) // (2 * len(lines))))
    first = stretches[:, 0]
    kept = [np.array([0, count - 1])]
    for line in lines:
        values = line[stretches]
        low, high = (
            np.where(np.isnan(values), np.inf, values),
            np.where(np.isnan(values), -np.inf, values),
        )
        kept += [first + low.argmin(axis=1), first + high.argmax(axis=1)]
    return np.unique(np.minimum(np.concatenate(kept), count - 1))


def _standing_out(place: Floats, starts: Counts, max_points: int) -> Counts:
    """Places of the points farthest to either side of the chord of their stretch."""
    count = len(place)
    if count <= max_points:
        return np.arange(count)
    stretches = _stretches(count, max(1, max_points // 3))
    first, path = stretches[:, 0], place[stretches]
    path = path * [1.0, np.cos(np.radians(place[:, 0].mean()))]
    chord = path[:, -1:] - path[:, :1]
    away = path - path[:, :1]
    side = chord[..., 0] * away[..., 1] - chord[..., 1] * away[..., 0]
    # A stretch that ends where it began has no chord: the farthest point of it counts.
    side = np.where((chord == 0).all(axis=2), np.hypot(away[..., 0], away[..., 1]), side)
    ends = np.concatenate([[0, count - 1], starts, starts - 1])
    kept = [first, first + side.argmin(axis=1), first + side.argmax(axis=1), ends]
    return np.unique(np.minimum(np.concatenate(kept), count - 1))


def _stretches(count: int, wanted: int) -> Counts:
    """Places 0 … count - 1 in `wanted` rows of equal length; the last place fills the last row."""
    length = -(-count // wanted)
    rows = -(-count // length)
    return np.minimum(np.arange(rows * length).reshape(rows, length), count - 1)
