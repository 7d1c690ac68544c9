"""The marks on the axes of a chart, and where they stand."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracks.analysis.series import Over

from ..formatting import number, pace_at, short_clock
from ..units import distance_name, km_to_shown
from .quantities import PACE, Quantity
from .sampling import Window
from .ticks import DAY, clock_step, is_multiple, multiples, pace_speeds, round_step

MOST_TICKS, MOST_MAJOR_TICKS, MOST_VALUE_TICKS = 12, 6, 5
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Tick:
    """A mark on an axis; `minor` ones are left out on narrow screens."""

    at: str
    label: str
    minor: bool = False


def axis_ticks(over: Over, window: Window, *, imperial: bool) -> list[Tick]:
    """The marks below all lanes: round distances, or round times."""
    factor = km_to_shown(1.0, imperial=imperial) if over is Over.DISTANCE else 1.0
    low, high = window.low * factor, window.high * factor
    choose = round_step if over is Over.DISTANCE else clock_step
    step = choose(high - low, MOST_TICKS)
    major = next(step * n for n in (1, 2, 5, 10) if (high - low) / (step * n) <= MOST_MAJOR_TICKS)
    label = _distance_label if over is Over.DISTANCE else _time_label
    return [
        Tick(
            percent_of((value - low) / (high - low)),
            label(value, step, high),
            minor=not is_multiple(value, major),
        )
        for value in multiples(step, low, high)
    ]


def _distance_label(value: float, step: float, high: float) -> str:
    return number(value, max(0, -math.floor(math.log10(step) + 1e-9)))


def _time_label(value: float, step: float, high: float) -> str:
    """Days, hours and minutes, minutes, or all with seconds; see `axis_unit`."""
    if step >= DAY:
        return number(value / DAY, 0)
    if step < MINUTE:
        return short_clock(value)
    minutes = round(value / MINUTE)
    return f"{minutes // 60}:{minutes % 60:02d}" if high >= HOUR else str(minutes)


def axis_unit(over: Over, window: Window, *, imperial: bool) -> str:
    """What the numbers of `axis_ticks` count."""
    if over is Over.DISTANCE:
        return distance_name(imperial=imperial)
    if clock_step(window.span, MOST_TICKS) >= DAY:
        return pgettext("days", "d")
    return pgettext("hours", "h") if window.high >= HOUR else _("min")


def value_ticks(quantity: Quantity, low: float, high: float) -> list[Tick]:
    """The marks beside one lane, from `low` at its foot to `high` at its top."""
    if quantity is PACE:
        return [
            Tick(percent_of(1 - (speed - low) / (high - low)), pace_at(speed))
            for _pace, speed in pace_speeds(low, high)
        ]
    step = max(round_step(high - low, MOST_VALUE_TICKS), 1)
    return [
        Tick(percent_of(1 - (value - low) / (high - low)), number(value, 0))
        for value in multiples(step, low, high)
    ]


def percent_of(share: float) -> str:
    """A place on an axis: percent from its beginning, or from the top."""
    return f"{share * 100:.2f}%"
