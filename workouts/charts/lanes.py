"""The lanes of a chart: one quantity each, over the shared axis."""

import math
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from tracks.analysis.series import Over, Series, mean_over_time
from tracks.model import Floats

from ..formatting import number
from ..units import km_to_shown, metres_to_shown
from .axes import Tick, percent_of, value_ticks
from .paths import HEIGHT, WIDTH, area_path, line_path
from .quantities import ELEVATION, PACE, SENSORS, SPEED, Quantity, unit_of, value_text
from .sampling import BoolArray, Window

# So slow a line tells nothing, whatever the threshold: an hour and more for a kilometre.
SLOWEST_DRAWN_KMH = 0.5


@dataclass(frozen=True)
class Style:
    """How a recording is to be shown: over which stretch, and for whom."""

    over: Over
    window: Window
    imperial: bool
    paced: bool

    @property
    def speed_or_pace(self) -> Quantity:
        return PACE if self.paced else SPEED

    def speed(self, kmh: float) -> float:
        """A speed as shown, in kilometres or miles per hour."""
        return km_to_shown(kmh, imperial=self.imperial)

    def shown(self, series: Series) -> dict[Quantity, Floats]:
        """The values of each quantity in the reader's units; standing still is a gap."""
        moving = series.speed_kmh > max(series.stopped_below_kmh, SLOWEST_DRAWN_KMH)
        speeds = np.where(moving, series.speed_kmh, np.nan)
        return {
            ELEVATION: series.elevation_m * metres_to_shown(1.0, imperial=self.imperial),
            self.speed_or_pace: speeds * km_to_shown(1.0, imperial=self.imperial),
            **{SENSORS[key]: series.sensors[key] for key in SENSORS if key in series.sensors},
        }


@dataclass(frozen=True)
class Lane:
    """One quantity drawn over the shared axis; `values` are those of the samples, as shown."""

    quantity: Quantity
    unit: str
    line: str
    area: str
    ticks: list[Tick]
    mean_at: str
    summary: str
    low: float
    high: float
    values: list[float | None]


def draw_lanes(part: Series, samples: Series, style: Style, said_kmh: float | None) -> list[Lane]:
    """The lanes worth drawing: `samples` are drawn, the words count every point of `part`."""
    recorded = style.shown(part)
    shown = style.shown(samples)
    means = {
        quantity: mean_over_time(values, part.elapsed_s) for quantity, values in recorded.items()
    }
    means[style.speed_or_pace] = style.speed(_average_kmh(part, said_kmh))
    positions = (samples.over(style.over) - style.window.low) / style.window.span
    return [
        _lane(
            quantity, positions, values, samples.starts, recorded[quantity], means[quantity], style
        )
        for quantity, values in shown.items()
        if _is_worth_drawing(quantity, values)
    ]


def _average_kmh(part: Series, said_kmh: float | None) -> float:
    """What the page says, or else the average of what is drawn; NaN when nobody moved."""
    return part.average_kmh if said_kmh is None else said_kmh or math.nan


def _is_worth_drawing(quantity: Quantity, values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return known.size > 1 and (not quantity.from_zero or bool((known > 0).any()))


def _lane(
    quantity: Quantity,
    positions: Floats,
    values: Floats,
    starts: BoolArray,
    recorded: Floats,
    mean: float,
    style: Style,
) -> Lane:
    low, high = _range(quantity, values)
    heights = (np.clip(values, low, high) - low) / (high - low)
    points_x = np.round(positions * WIDTH).astype(int)
    points_y = np.where(np.isfinite(heights), np.round((1 - heights) * HEIGHT), np.nan)
    has_mean = not quantity.filled and low < mean < high
    return Lane(
        quantity=quantity,
        unit=unit_of(quantity, imperial=style.imperial),
        line=line_path(points_x, points_y, starts),
        area=area_path(points_x, points_y, starts) if quantity.filled else "",
        ticks=value_ticks(quantity, low, high),
        mean_at=percent_of(1 - (mean - low) / (high - low)) if has_mean else "",
        summary=_summary(quantity, recorded, mean),
        low=low,
        high=high,
        values=[
            None if math.isnan(value) else value
            for value in np.round(values, 3 if quantity is PACE else quantity.decimals).tolist()
        ],
    )


def _range(quantity: Quantity, values: Floats) -> tuple[float, float]:
    """The ends of a vertical axis; single outliers are cut off rather than flattening the rest."""
    known = values[np.isfinite(values)]
    lowest, low, high, highest = np.percentile(known, [0, 2, 98, 100]).tolist()
    if quantity is ELEVATION:
        low, high = lowest, highest
    if quantity is PACE:
        low = float(np.percentile(known, 5))
    top = min(highest, high + 2 * max(high - low, quantity.least_span / 2))
    bottom = max(lowest, low - 0.5 * (high - low)) if quantity is PACE else lowest
    missing = quantity.least_span - (top - bottom)
    if missing > 0:
        top, bottom = top + missing / 2, bottom - missing / 2
    margin = (top - bottom) * 0.08
    if quantity.from_zero:
        return 0.0, max(top + margin, quantity.least_span)
    floor = 0.5 if quantity is PACE else -math.inf
    return max(bottom - margin, floor), top + margin


def _summary(quantity: Quantity, recorded: Floats, mean: float) -> str:
    if math.isnan(mean):
        return ""
    lowest, highest = float(np.nanmin(recorded)), float(np.nanmax(recorded))
    if quantity in (ELEVATION, SENSORS["temperature"]):
        return f"{number(lowest, 0)} – {number(highest, 0)}"
    if quantity in (PACE, SPEED):
        return _("average %(mean)s") % {"mean": value_text(quantity, mean)}
    texts = {"mean": number(mean, quantity.decimals), "most": number(highest, quantity.decimals)}
    return _("average %(mean)s, highest %(most)s") % texts
