"""Charts as the numbers an SVG is made of, for one reader.

All lanes share one horizontal axis. A lane is drawn in a box of 10000 × 1000 units that the page
stretches, so that paths are whole numbers; everything else is placed in percent.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracks.analysis.series import Over, Series
from tracks.model import Floats

from ..formatting import number, short_clock
from ..units import distance_name, km_to_shown
from .axes import Tick, axis_ticks, axis_unit
from .lanes import Lane, Style, draw_lanes
from .quantities import value_text
from .sampling import Window, cut, sample

TABLE_ROWS = 25


@dataclass(frozen=True)
class TableRow:
    """One line of the table that stands for the charts."""

    distance: str
    elapsed: str
    values: list[str]


@dataclass(frozen=True)
class Charts:
    """All lanes over one window, what the script needs to point at them, and a table."""

    over: Over
    window: Window
    whole: Window
    unit: str
    ticks: list[Tick]
    lanes: list[Lane]
    samples: Series
    imperial: bool

    @property
    def is_zoomed(self) -> bool:
        return self.window != self.whole

    @property
    def distance(self) -> str:
        """How far the window reaches, in words."""
        km = self._shown(self._length_of(self.samples.distance_km))
        return f"{number(km, 2)} {distance_name(imperial=self.imperial)}"

    @property
    def elapsed(self) -> str:
        """How long the window takes, as on a clock."""
        return short_clock(self._length_of(self.samples.elapsed_s))

    def _length_of(self, positions: Floats) -> float:
        ends = [self.window.low, self.window.high]
        first, last = np.interp(ends, self.samples.over(self.over), positions)
        return float(last - first)

    def rows(self) -> list[TableRow]:
        """The samples thinned to what a person reads through."""
        count = len(self.samples.distance_km)
        chosen = np.unique(np.linspace(0, count - 1, min(count, TABLE_ROWS)).round().astype(int))
        return [self._row(index) for index in chosen.tolist()]

    def _shown(self, km: float) -> float:
        return km_to_shown(km, imperial=self.imperial)

    def _row(self, index: int) -> TableRow:
        km = float(self.samples.distance_km[index])
        return TableRow(
            number(self._shown(km), 2),
            short_clock(float(self.samples.elapsed_s[index])),
            [value_text(lane.quantity, lane.values[index]) for lane in self.lanes],
        )

    def for_script(self) -> dict[str, Any]:
        """What the pointer reads: positions on the axis and on earth, and each lane's values."""
        return {
            "over": self.over.value,
            "low": self.window.low,
            "high": self.window.high,
            "zoomed": self.is_zoomed,
            "x": _rounded(self.samples.over(self.over), 3),
            "distance": _rounded(_distances(self.samples, self.imperial), 2),
            "elapsed": _rounded(self.samples.elapsed_s, 0),
            "at": _pairs(self.samples),
            "unit": distance_name(imperial=self.imperial),
            "lanes": [_for_script(lane) for lane in self.lanes],
        }


def draw_charts(
    series: Series,
    *,
    over: Over,
    window: Window | None = None,
    imperial: bool = False,
    paced: bool = False,
    average_kmh: float | None = None,
) -> Charts | None:
    """The charts of a recording; None when it has no length to draw them over.

    `average_kmh` is what the page says about the whole, so that the chart says the same.
    """
    whole = Window(0.0, series.span(over))
    window = _within(window, whole)
    if not whole.span > 0:
        return None
    part = cut(series, over, window)
    samples = sample(part, over, window)
    style = Style(over, window, imperial, paced)
    said_kmh = average_kmh if window == whole else None
    lanes = draw_lanes(part, samples, style, said_kmh)
    if not lanes:
        return None
    ticks = axis_ticks(over, window, imperial=imperial)
    unit = axis_unit(over, window, imperial=imperial)
    return Charts(over, window, whole, unit, ticks, lanes, samples, imperial)


def _within(window: Window | None, whole: Window) -> Window:
    """`window` cut to the recording; the whole of it when nothing sensible is left."""
    if window is None or not (math.isfinite(window.low) and math.isfinite(window.high)):
        return whole
    low, high = max(window.low, whole.low), min(window.high, whole.high)
    return Window(low, high) if high - low > whole.span / 2000 else whole


def _for_script(lane: Lane) -> dict[str, Any]:
    return {
        "key": lane.quantity.key,
        "decimals": lane.quantity.decimals,
        "low": round(lane.low, 3),
        "high": round(lane.high, 3),
        "values": lane.values,
    }


def _distances(samples: Series, imperial: bool) -> Floats:
    return samples.distance_km * km_to_shown(1.0, imperial=imperial)


def _pairs(samples: Series) -> list[list[float]]:
    positions = np.column_stack((samples.latitude, samples.longitude))
    pairs: list[list[float]] = np.round(positions, 5).tolist()
    return pairs


def _rounded(values: Floats, decimals: int) -> list[float]:
    rounded: list[float] = np.round(values, decimals).tolist()
    return [int(value) for value in rounded] if decimals == 0 else rounded
