"""What charts and maps are drawn from: every point for the API and for pages, thinned map lines.

The API's values follow its contract, those of pages follow the figures of the workout.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

import numpy as np

from ..geometry import distances_m, seconds_between, zero_as_missing
from ..model import Counts, Floats, Times, Track
from .steps import Flags, Steps, effective_threshold_kmh

# A device that is silent for longer than this, and than five of its usual intervals, paused.
SILENCE_S = 30.0
# A value that is missing for so short is taken as if it had been there.
BRIDGED_S = 60.0
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


class Over(StrEnum):
    """What lines run over."""

    DISTANCE = "distance"
    TIME = "time"


@dataclass(frozen=True, eq=False)
class Series:
    """What a page draws of a recording: one value for each point, NaN where unknown.

    `distance_km` and `elapsed_s` begin with 0 and never fall, nor do `counted_km` and `moving_s`,
    the way and the time of which figures make an average; between segments there is no way.
    `speed_kmh` is that on the way from the point before; up to `stopped_below_kmh` somebody stands.
    `starts` marks points before which a line is interrupted.
    """

    distance_km: Floats
    elapsed_s: Floats
    counted_km: Floats
    moving_s: Floats
    latitude: Floats
    longitude: Floats
    speed_kmh: Floats
    elevation_m: Floats
    starts: Flags
    stopped_below_kmh: float
    sensors: Mapping[str, Floats] = field(default_factory=dict)

    def over(self, axis: Over) -> Floats:
        """The positions on that axis: kilometres or seconds."""
        return self.distance_km if axis is Over.DISTANCE else self.elapsed_s

    def span(self, axis: Over) -> float:
        """The length of that axis: kilometres or seconds."""
        return _length(self.over(axis))

    @property
    def average_kmh(self) -> float:
        """As in figures: the way, also that of stops, over the time of moving; NaN without any."""
        seconds = _length(self.moving_s)
        return _length(self.counted_km) / seconds * 3600 if seconds else math.nan

    def at(self, points: slice | Counts) -> Self:
        """The series of some of the points only, in their order."""
        return replace(
            self,
            distance_km=self.distance_km[points],
            elapsed_s=self.elapsed_s[points],
            counted_km=self.counted_km[points],
            moving_s=self.moving_s[points],
            latitude=self.latitude[points],
            longitude=self.longitude[points],
            speed_kmh=self.speed_kmh[points],
            elevation_m=self.elevation_m[points],
            starts=self.starts[points],
            sensors={kind: values[points] for kind, values in self.sensors.items()},
        )


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
    return np.append(0.0, np.cumsum(steps))[: len(latitude)]


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


def read_series(track: Track, segment: int | None = None, *, stopped_below_kmh: float) -> Series:
    """The points of the first track, or of one of its segments (from 0), as pages draw them.

    IndexError for a segment that does not exist.
    """
    points = track.points_of(segment)
    begins, elapsed = _segment_starts(track, points), _clock_s(track.time[points])
    steps = Steps.of(track, points, stopped_below_kmh=stopped_below_kmh)
    inside, km = ~begins[1:], steps.metres / 1000
    count = elapsed.size
    return Series(
        distance_km=_sums(km, inside, count),
        elapsed_s=elapsed,
        counted_km=_sums(km, inside & steps.counts, count),
        moving_s=_sums(steps.seconds, inside & steps.moves, count),
        latitude=track.latitude[points],
        longitude=track.longitude[points],
        speed_kmh=_arriving(np.where(inside, steps.speed_kmh, np.nan), count),
        elevation_m=_bridged(track.elevation[points], elapsed),
        starts=begins | find_pauses(elapsed),
        stopped_below_kmh=effective_threshold_kmh(stopped_below_kmh),
        sensors={kind: _bridged(v[points], elapsed) for kind, v in track.sensors.items()},
    )


def find_pauses(elapsed_s: Floats) -> Flags:
    """Mark the points before which the device was silent for unusually long."""
    passed = np.diff(elapsed_s, prepend=elapsed_s[:1])
    usual = float(np.median(passed[1:])) if passed.size > 1 else 0.0
    return passed > max(SILENCE_S, 5 * usual)


def weights_s(elapsed_s: Floats) -> Floats:
    """The seconds that the value of each point stands for: those since the point before."""
    return np.clip(np.diff(elapsed_s, prepend=elapsed_s[:1]), 0.01, SILENCE_S)


def mean_over_time(values: Floats, elapsed_s: Floats) -> float:
    """The mean of the known values, each as long as it lasted; NaN when none is known."""
    known = np.isfinite(values)
    weights = weights_s(elapsed_s)[known]
    return float(np.average(values[known], weights=weights)) if known.any() else math.nan


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


def _clock_s(times: Times) -> Floats:
    """Seconds since the first time; a clock that goes back stands still, a missing time too."""
    known = ~np.isnat(times)
    if not known.any():
        return np.zeros(times.size)
    since = times - times[known][0]
    seconds = np.where(known, since.astype("timedelta64[us]").astype(np.int64) / 1e6, 0.0)
    return np.maximum.accumulate(np.maximum(seconds, 0.0))


def _length(positions: Floats) -> float:
    return float(positions[-1] - positions[0]) if positions.size else 0.0


def _sums(steps: Floats, chosen: Flags, count: int) -> Floats:
    """For each of `count` points the sum of the chosen steps up to there, 0 at the first."""
    return np.append(0.0, np.cumsum(np.where(chosen, steps, 0.0)))[:count]


def _arriving(steps: Floats, count: int) -> Floats:
    """For each of `count` points the step that ends there; where it is unknown, the next."""
    before, after = np.append(np.nan, steps)[:count], np.append(steps, np.nan)[:count]
    return np.where(np.isnan(before), after, before)


def _bridged(values: Floats, elapsed_s: Floats) -> Floats:
    """`values` with short gaps filled along a straight line."""
    known = np.flatnonzero(np.isfinite(values))
    if known.size in (0, values.size):
        return values
    places = np.arange(values.size)
    after = np.searchsorted(known, places)
    inside = (after > 0) & (after < known.size)
    left = known[np.clip(after - 1, 0, None)]
    right = known[np.clip(after, None, known.size - 1)]
    short = inside & (elapsed_s[right] - elapsed_s[left] <= BRIDGED_S)
    filled = np.interp(places, known, values[known])
    return np.where(np.isfinite(values) | ~short, values, filled)


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
