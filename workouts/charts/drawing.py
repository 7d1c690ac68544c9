"""Charts as the numbers an SVG is made of, for one reader.

All lanes share one horizontal axis. A lane is drawn in a box of 10000 × 1000 units that the page
stretches, so that paths are whole numbers; everything else is placed in percent.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tracks.analysis.series import Over, Series, mean_over_time

from ..units import km_to_shown, metres_to_shown
from .sampling import BoolArray, FloatArray, Window, cut, sample
from .ticks import DAY, clock_step, is_multiple, multiples, pace_speeds, round_step

WIDTH, HEIGHT = 10_000, 1_000
MOST_TICKS, MOST_MAJOR_TICKS, MOST_VALUE_TICKS = 12, 6, 5
MINUTE, HOUR = 60, 3600
TABLE_ROWS = 25
# So slow a line tells nothing, whatever the threshold: an hour and more for a kilometre.
SLOWEST_DRAWN_KMH = 0.5


@dataclass(frozen=True)
class Quantity:
    """What one lane shows, and how its vertical axis is chosen."""

    key: str
    name: str | Promise
    decimals: int
    least_span: float
    from_zero: bool = False
    filled: bool = False


ELEVATION = Quantity("elevation", gettext_lazy("Elevation"), 0, 40, filled=True)
SPEED = Quantity("speed", gettext_lazy("Speed"), 1, 4, from_zero=True)
PACE = Quantity("pace", gettext_lazy("Pace"), 0, 2)
SENSORS = {
    "heart_rate": Quantity("heart_rate", gettext_lazy("Heart rate"), 0, 30),
    "power": Quantity("power", gettext_lazy("Power"), 0, 50, from_zero=True),
    "cadence": Quantity("cadence", gettext_lazy("Cadence"), 0, 20, from_zero=True),
    "temperature": Quantity("temperature", gettext_lazy("Temperature"), 0, 6),
}


@dataclass(frozen=True)
class Tick:
    """A mark on an axis; `minor` ones are left out on narrow screens."""

    at: str
    label: str
    minor: bool = False


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

    def shown(self, series: Series) -> dict[Quantity, FloatArray]:
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


@dataclass(frozen=True)
class Row:
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
        return f"{_number(km, 2)} {_distance_unit(self.imperial)}"

    @property
    def elapsed(self) -> str:
        """How long the window takes, as on a clock."""
        return clock(self._length_of(self.samples.elapsed_s))

    def _length_of(self, positions: FloatArray) -> float:
        ends = [self.window.low, self.window.high]
        first, last = np.interp(ends, self.samples.over(self.over), positions)
        return float(last - first)

    def rows(self) -> list[Row]:
        """The samples thinned to what a person reads through."""
        count = len(self.samples.distance_km)
        chosen = np.unique(np.linspace(0, count - 1, min(count, TABLE_ROWS)).round().astype(int))
        return [self._row(index) for index in chosen.tolist()]

    def _shown(self, km: float) -> float:
        return km_to_shown(km, imperial=self.imperial)

    def _row(self, index: int) -> Row:
        km = float(self.samples.distance_km[index])
        return Row(
            _number(self._shown(km), 2),
            clock(float(self.samples.elapsed_s[index])),
            [_value_text(lane.quantity, lane.values[index]) for lane in self.lanes],
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
            "unit": _distance_unit(self.imperial),
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
    lanes = _lanes(part, samples, style, said_kmh)
    if not lanes:
        return None
    ticks = _axis_ticks(over, window, imperial)
    unit = _distance_unit(imperial) if over is Over.DISTANCE else _time_unit(window)
    return Charts(over, window, whole, unit, ticks, lanes, samples, imperial)


def clock(seconds: float) -> str:
    """Hours, minutes and seconds, without hours below one: “43:05”, “1:43:05”."""
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _within(window: Window | None, whole: Window) -> Window:
    """`window` cut to the recording; the whole of it when nothing sensible is left."""
    if window is None or not (math.isfinite(window.low) and math.isfinite(window.high)):
        return whole
    low, high = max(window.low, whole.low), min(window.high, whole.high)
    return Window(low, high) if high - low > whole.span / 2000 else whole


def _lanes(part: Series, samples: Series, style: "Style", said_kmh: float | None) -> list[Lane]:
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


def _is_worth_drawing(quantity: Quantity, values: FloatArray) -> bool:
    known = values[np.isfinite(values)]
    return known.size > 1 and (not quantity.from_zero or bool((known > 0).any()))


def _lane(
    quantity: Quantity,
    positions: FloatArray,
    values: FloatArray,
    starts: BoolArray,
    recorded: FloatArray,
    mean: float,
    style: "Style",
) -> Lane:
    low, high = _range(quantity, values)
    heights = (np.clip(values, low, high) - low) / (high - low)
    points_x = np.round(positions * WIDTH).astype(int)
    points_y = np.where(np.isfinite(heights), np.round((1 - heights) * HEIGHT), np.nan)
    has_mean = not quantity.filled and low < mean < high
    return Lane(
        quantity=quantity,
        unit=_unit(quantity, style.imperial),
        line=line_path(points_x, points_y, starts),
        area=area_path(points_x, points_y, starts) if quantity.filled else "",
        ticks=_value_ticks(quantity, low, high),
        mean_at=_percent(1 - (mean - low) / (high - low)) if has_mean else "",
        summary=_summary(quantity, recorded, mean),
        low=low,
        high=high,
        values=[
            None if math.isnan(value) else value
            for value in np.round(values, 3 if quantity is PACE else quantity.decimals).tolist()
        ],
    )


def _range(quantity: Quantity, values: FloatArray) -> tuple[float, float]:
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


def line_path(x: np.ndarray, y: FloatArray, starts: BoolArray) -> str:
    """SVG path data through the known points, interrupted at gaps and starts."""
    return "".join(_polyline(x[run], y[run]) for run in _runs(y, starts))


def area_path(x: np.ndarray, y: FloatArray, starts: BoolArray) -> str:
    """SVG path data of the surface below the line."""
    return "".join(
        f"M{x[run][0]} {HEIGHT}V{int(y[run][0])}{_polyline(x[run], y[run], move=False)}V{HEIGHT}z"
        for run in _runs(y, starts)
    )


def _runs(y: FloatArray, starts: BoolArray) -> list[slice]:
    """The uninterrupted stretches of known values."""
    known = np.isfinite(y)
    begins = known & (starts | ~np.concatenate(([False], known[:-1])))
    ends = known & np.concatenate((begins[1:] | ~known[1:], [True]))
    pairs = zip(np.flatnonzero(begins).tolist(), np.flatnonzero(ends).tolist(), strict=True)
    return [slice(first, last + 1) for first, last in pairs]


def _polyline(x: np.ndarray, y: FloatArray, *, move: bool = True) -> str:
    steps = zip(np.diff(x).tolist(), np.diff(y).astype(int).tolist(), strict=True)
    line = "".join(
        f"{right}{down:+d}" if i == 0 else f"{right:+d}{down:+d}"
        for i, (right, down) in enumerate(steps)
    )
    begin = f"M{x[0]} {int(y[0])}" if move else ""
    # A lone point shows as a dot thanks to its round cap.
    return f"{begin}l{line}" if line else f"{begin}h0"


def _axis_ticks(over: Over, window: Window, imperial: bool) -> list[Tick]:
    factor = km_to_shown(1.0, imperial=imperial) if over is Over.DISTANCE else 1.0
    low, high = window.low * factor, window.high * factor
    choose = round_step if over is Over.DISTANCE else clock_step
    step = choose(high - low, MOST_TICKS)
    major = next(step * n for n in (1, 2, 5, 10) if (high - low) / (step * n) <= MOST_MAJOR_TICKS)
    label = _distance_label if over is Over.DISTANCE else _time_label
    return [
        Tick(
            _percent((value - low) / (high - low)),
            label(value, step, high),
            minor=not is_multiple(value, major),
        )
        for value in multiples(step, low, high)
    ]


def _distance_label(value: float, step: float, high: float) -> str:
    return _number(value, max(0, -math.floor(math.log10(step) + 1e-9)))


def _time_label(value: float, step: float, high: float) -> str:
    """Days, hours and minutes, minutes, or all with seconds; see `_time_unit`."""
    if step >= DAY:
        return _number(value / DAY, 0)
    if step < MINUTE:
        return clock(value)
    minutes = round(value / MINUTE)
    return f"{minutes // 60}:{minutes % 60:02d}" if high >= HOUR else str(minutes)


def _time_unit(window: Window) -> str:
    if clock_step(window.span, MOST_TICKS) >= DAY:
        return pgettext("days", "d")
    return pgettext("hours", "h") if window.high >= HOUR else _("min")


def _value_ticks(quantity: Quantity, low: float, high: float) -> list[Tick]:
    if quantity is PACE:
        return [
            Tick(_percent(1 - (speed - low) / (high - low)), pace_text(speed))
            for _pace, speed in pace_speeds(low, high)
        ]
    step = max(round_step(high - low, MOST_VALUE_TICKS), 1)
    return [
        Tick(_percent(1 - (value - low) / (high - low)), _number(value, 0))
        for value in multiples(step, low, high)
    ]


def _summary(quantity: Quantity, recorded: FloatArray, mean: float) -> str:
    if math.isnan(mean):
        return ""
    lowest, highest = float(np.nanmin(recorded)), float(np.nanmax(recorded))
    if quantity in (ELEVATION, SENSORS["temperature"]):
        return f"{_number(lowest, 0)} – {_number(highest, 0)}"
    if quantity in (PACE, SPEED):
        return _("average %(mean)s") % {"mean": _value_text(quantity, mean)}
    texts = {"mean": _number(mean, quantity.decimals), "most": _number(highest, quantity.decimals)}
    return _("average %(mean)s, highest %(most)s") % texts


def pace_text(speed: float) -> str:
    """Minutes and seconds for one unit of distance at `speed` units per hour."""
    seconds = round(3600 / speed)
    return f"{seconds // 60}:{seconds % 60:02d}"


def _value_text(quantity: Quantity, value: float | None) -> str:
    if value is None:
        return "–"
    return pace_text(value) if quantity is PACE else _number(value, quantity.decimals)


def _unit(quantity: Quantity, imperial: bool) -> str:
    return {
        "elevation": _("ft") if imperial else _("m"),
        "speed": _("mph") if imperial else _("km/h"),
        "pace": _("/mi") if imperial else _("/km"),
        "heart_rate": _("bpm"),
        "cadence": _("rpm"),
        "power": "W",
        "temperature": "°C",
    }[quantity.key]


def _for_script(lane: Lane) -> dict[str, Any]:
    return {
        "key": lane.quantity.key,
        "decimals": lane.quantity.decimals,
        "low": round(lane.low, 3),
        "high": round(lane.high, 3),
        "values": lane.values,
    }


def _distance_unit(imperial: bool) -> str:
    return _("mi") if imperial else _("km")


def _distances(samples: Series, imperial: bool) -> FloatArray:
    return samples.distance_km * km_to_shown(1.0, imperial=imperial)


def _pairs(samples: Series) -> list[list[float]]:
    return np.round(np.column_stack((samples.latitude, samples.longitude)), 5).tolist()


def _rounded(values: FloatArray, decimals: int) -> list[float]:
    rounded: list[float] = np.round(values, decimals).tolist()
    return [int(value) for value in rounded] if decimals == 0 else rounded


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"


def _number(value: float, decimals: int) -> str:
    # Django cuts the digits of a float; a decimal of the right length keeps them rounded.
    rounded = Decimal(f"{value:.{decimals}f}")
    return number_format(rounded, decimals, use_l10n=True, force_grouping=True)
