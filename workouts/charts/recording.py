"""From a stored recording to the series that charts are drawn from."""

import numpy as np

from tracks.geometry import distances_m, zero_as_missing
from tracks.model import Track

from .sampling import BoolArray, FloatArray, Series, find_pauses

# A value that is missing for so short is drawn as if it had been there.
BRIDGED_S = 60.0


def read_series(track: Track, segment: int | None = None) -> Series:
    """The points of the first track, or of one of its segments (from 0).

    Distances leave out the way between segments, like the distance of the workout. Raises
    IndexError for a segment that does not exist.
    """
    part = track.points_of(segment)
    starts = _segment_starts(track, part)
    latitude, longitude = track.latitude[part], track.longitude[part]
    elevation = track.elevation[part]
    elapsed = _elapsed_s(track.time[part])
    steps = _steps_km(latitude, longitude, elevation, starts)
    return Series(
        distance_km=np.cumsum(steps),
        elapsed_s=elapsed,
        latitude=latitude,
        longitude=longitude,
        speed_kmh=_speed_kmh(steps, elapsed, starts),
        elevation_m=_bridged(elevation, elapsed),
        sensors={name: _bridged(values[part], elapsed) for name, values in track.sensors.items()},
        starts=starts | find_pauses(elapsed),
    )


def _segment_starts(track: Track, part: slice) -> BoolArray:
    """Which points of `part` begin a segment."""
    starts = np.zeros(track.point_count + 1, dtype=bool)
    starts[track.segments] = True
    return starts[part]


def _elapsed_s(times: np.ndarray) -> FloatArray:
    """Seconds since the first time; a clock that goes back stands still, a missing time too."""
    known = ~np.isnat(times)
    if not known.any():
        return np.zeros(times.size)
    since = times - times[known][0]
    seconds = np.where(known, since.astype("timedelta64[us]").astype(np.int64) / 1e6, 0.0)
    return np.maximum.accumulate(np.maximum(seconds, 0.0))


def _steps_km(
    latitude: FloatArray, longitude: FloatArray, elevation: FloatArray, starts: BoolArray
) -> FloatArray:
    """Kilometres from the point before; 0 where a segment begins."""
    steps = np.zeros(latitude.size)
    if latitude.size > 1:
        heights = zero_as_missing(elevation)
        metres = distances_m(latitude, longitude, heights, slice(1, None), slice(0, -1))
        steps[1:] = np.where(starts[1:], 0.0, metres / 1000)
    return steps


def _speed_kmh(steps_km: FloatArray, elapsed_s: FloatArray, starts: BoolArray) -> FloatArray:
    """The speed on the way from the point before; where none is known, that to the next."""
    seconds = np.diff(elapsed_s, prepend=elapsed_s[:1])
    known = (seconds > 0) & ~starts
    speed = np.divide(steps_km * 3600, seconds, out=np.full(steps_km.size, np.nan), where=known)
    following = np.append(speed[1:], np.nan)
    return np.where(np.isnan(speed), following, speed)


def _bridged(values: FloatArray, elapsed_s: FloatArray) -> FloatArray:
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
