"""From every recorded point to the few that a screen can show."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SAMPLES = 450
# A device that is silent for longer than this, and than five of its usual intervals, paused.
SILENCE_S = 30.0


class Over(StrEnum):
    """What a chart's horizontal axis counts."""

    DISTANCE = "distance"
    TIME = "time"


@dataclass(frozen=True)
class Series:
    """What was recorded at each point; NaN where the device recorded nothing.

    Both `distance_km` and `elapsed_s` begin with 0 and never fall. `starts` marks the points
    before which a line is interrupted.
    """

    distance_km: FloatArray
    elapsed_s: FloatArray
    latitude: FloatArray
    longitude: FloatArray
    speed_kmh: FloatArray
    elevation_m: FloatArray
    sensors: dict[str, FloatArray]
    starts: BoolArray

    def over(self, axis: Over) -> FloatArray:
        """The positions on that axis: kilometres or seconds."""
        return self.distance_km if axis is Over.DISTANCE else self.elapsed_s

    def span(self, axis: Over) -> float:
        """The length of that axis: kilometres or seconds."""
        positions = self.over(axis)
        return float(positions[-1]) if positions.size else 0.0


@dataclass(frozen=True)
class Window:
    """A stretch of an axis, in kilometres or seconds."""

    low: float
    high: float

    @property
    def span(self) -> float:
        return self.high - self.low


def find_pauses(elapsed_s: FloatArray) -> BoolArray:
    """Mark the points before which the device was silent for unusually long."""
    steps = np.diff(elapsed_s, prepend=elapsed_s[:1])
    usual = float(np.median(steps[1:])) if steps.size > 1 else 0.0
    return steps > max(SILENCE_S, 5 * usual)


def smooth(speed: FloatArray, elapsed_s: FloatArray) -> FloatArray:
    """The running mean of a speed over about 10 seconds, more in long recordings.

    It hides the noise of positions, which makes the speed between two of them tremble.
    """
    if speed.size < 3:
        return speed
    usual = max(float(np.median(np.diff(elapsed_s))), 0.5)
    window_s = max(10.0, usual * speed.size / 160)
    width = int(min(round(window_s / usual), speed.size)) | 1
    known = np.isfinite(speed)
    total = _running_sum(np.where(known, speed, 0.0), width)
    count = _running_sum(known.astype(float), width)
    return np.where(known, total / np.maximum(count, 1), np.nan)


def _running_sum(values: FloatArray, width: int) -> FloatArray:
    """The sum of the `width` values around each, fewer at the ends."""
    half = width // 2
    sums = np.concatenate(([0.0], np.cumsum(values)))
    places = np.arange(values.size)
    return sums[np.minimum(places + half + 1, values.size)] - sums[np.maximum(places - half, 0)]


def mean_over_time(values: FloatArray, elapsed_s: FloatArray) -> float:
    """The mean of the known values, each as long as it lasted; NaN when none is known."""
    known = np.isfinite(values)
    weights = _weights(elapsed_s)[known]
    return float(np.average(values[known], weights=weights)) if known.any() else float("nan")


def speed_while_moving(series: Series, stopped_below_kmh: float) -> float:
    """Kilometres per hour over the stretches that were not slower; NaN without any."""
    moving = (series.speed_kmh >= stopped_below_kmh) & ~series.starts
    seconds = np.diff(series.elapsed_s, prepend=series.elapsed_s[:1])[moving].sum()
    km = np.diff(series.distance_km, prepend=series.distance_km[:1])[moving].sum()
    return float(km / seconds * 3600) if seconds else float("nan")


def _weights(elapsed_s: FloatArray) -> FloatArray:
    return np.clip(np.diff(elapsed_s, prepend=elapsed_s[:1]), 0.01, SILENCE_S)


def cut(series: Series, axis: Over, window: Window) -> Series:
    """The points of `series` within `window`, and one more at each side."""
    positions = series.over(axis)
    first = max(int(np.searchsorted(positions, window.low, side="left")) - 1, 0)
    last = min(int(np.searchsorted(positions, window.high, side="right")) + 1, positions.size)
    part = slice(first, last)
    return Series(
        series.distance_km[part],
        series.elapsed_s[part],
        series.latitude[part],
        series.longitude[part],
        series.speed_kmh[part],
        series.elevation_m[part],
        {name: values[part] for name, values in series.sensors.items()},
        series.starts[part],
    )


def sample(series: Series, axis: Over, window: Window, most: int = SAMPLES) -> Series:
    """The points of `series` reduced to at most about `most` over `window`, with a smooth speed.

    Values are means over equal stretches of the axis, weighted by time; positions stay those
    of recorded points.
    """
    calm = replace(series, speed_kmh=smooth(series.speed_kmh, series.elapsed_s))
    if series.distance_km.size <= most or window.span <= 0:
        return calm
    return _average(calm, _bucket_starts(series.over(axis), window, most))


def _bucket_starts(positions: FloatArray, window: Window, most: int) -> NDArray[np.intp]:
    buckets = np.floor((positions - window.low) / window.span * most)
    return np.flatnonzero(np.diff(buckets, prepend=buckets[0] - 1))


def _average(series: Series, firsts: NDArray[np.intp]) -> Series:
    weights = _weights(series.elapsed_s)

    def mean(values: FloatArray) -> FloatArray:
        known = np.isfinite(values)
        total = np.add.reduceat(np.where(known, values * weights, 0.0), firsts)
        weight = np.add.reduceat(np.where(known, weights, 0.0), firsts)
        unknown = np.full(total.shape, np.nan)
        means: FloatArray = np.divide(total, weight, out=unknown, where=weight > 0)
        return means

    return Series(
        series.distance_km[firsts],
        series.elapsed_s[firsts],
        series.latitude[firsts],
        series.longitude[firsts],
        mean(series.speed_kmh),
        mean(series.elevation_m),
        {name: mean(values) for name, values in series.sensors.items()},
        np.logical_or.reduceat(series.starts, firsts),
    )
