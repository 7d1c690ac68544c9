"""From every recorded point to the few that a screen can show."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracks.analysis.series import Over, Series, weights_s
from tracks.model import Floats

BoolArray = NDArray[np.bool_]

SAMPLES = 450


@dataclass(frozen=True)
class Window:
    """A stretch of an axis, in kilometres or seconds."""

    low: float
    high: float

    @property
    def span(self) -> float:
        return self.high - self.low


def smooth(speed: Floats, elapsed_s: Floats) -> Floats:
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


def _running_sum(values: Floats, width: int) -> Floats:
    """The sum of the `width` values around each, fewer at the ends."""
    half = width // 2
    sums = np.concatenate(([0.0], np.cumsum(values)))
    places = np.arange(values.size)
    return sums[np.minimum(places + half + 1, values.size)] - sums[np.maximum(places - half, 0)]


def cut(series: Series, axis: Over, window: Window) -> Series:
    """The points of `series` within `window`, and one more at each side."""
    positions = series.over(axis)
    first = max(int(np.searchsorted(positions, window.low, side="left")) - 1, 0)
    last = min(int(np.searchsorted(positions, window.high, side="right")) + 1, positions.size)
    return series.at(slice(first, last))


def sample(series: Series, axis: Over, window: Window, most: int = SAMPLES) -> Series:
    """The points of `series` reduced to at most about `most` over `window`, with a smooth speed.

    Values are means over equal stretches of the axis, weighted by time; positions stay those
    of recorded points.
    """
    calm = replace(series, speed_kmh=smooth(series.speed_kmh, series.elapsed_s))
    if series.distance_km.size <= most or window.span <= 0:
        return calm
    return _average(calm, _bucket_starts(series.over(axis), window, most))


def _bucket_starts(positions: Floats, window: Window, most: int) -> NDArray[np.intp]:
    buckets = np.floor((positions - window.low) / window.span * most)
    return np.flatnonzero(np.diff(buckets, prepend=buckets[0] - 1))


def _average(series: Series, firsts: NDArray[np.intp]) -> Series:
    weights = weights_s(series.elapsed_s)

    def mean(values: Floats) -> Floats:
        known = np.isfinite(values)
        total = np.add.reduceat(np.where(known, values * weights, 0.0), firsts)
        weight = np.add.reduceat(np.where(known, weights, 0.0), firsts)
        unknown = np.full(total.shape, np.nan)
        means: Floats = np.divide(total, weight, out=unknown, where=weight > 0)
        return means

    return replace(
        series.at(firsts),
        speed_kmh=mean(series.speed_kmh),
        elevation_m=mean(series.elevation_m),
        starts=np.logical_or.reduceat(series.starts, firsts),
        sensors={name: mean(values) for name, values in series.sensors.items()},
    )
