"""What statistics count: distance, time, workouts, speed, climb, each in a reader's words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html, strip_tags
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from workouts.formatting import (
    clock,
    distance,
    distance_unit,
    duration,
    elevation,
    elevation_unit,
    speed,
    speed_unit,
)
from workouts.models import Totals
from workouts.units import km_to_shown, metres_to_shown


@dataclass(frozen=True)
class Measure:
    """One figure of `Totals`: how high a reader's bar is, and how the figure is written."""

    key: str
    name: str | Promise
    of: Callable[[Totals], Any]
    shown: Callable[[Any, bool], float]
    write: Callable[[Any, Any], str]
    unit: Callable[[Any], str]
    adds_up: bool = True
    decimals: int = 0
    words: Callable[[Any], str] | None = None

    def height(self, totals: Totals, reader: Any) -> float:
        """The figure in the reader's unit; seconds for times."""
        return self.shown(self.of(totals), reader.imperial_units)

    def markup(self, totals: Totals, reader: Any) -> str:
        """The figure with its unit, for a page."""
        return self.write(self.of(totals), reader)

    def text(self, totals: Totals, reader: Any) -> str:
        """The figure with its unit, without markup."""
        if self.words is not None:
            return self.words(self.of(totals))
        return strip_tags(self.markup(totals, reader))

    def bare(self, totals: Totals, reader: Any) -> str:
        """The figure for a spreadsheet: a number without unit and grouping, or h:mm:ss."""
        figure = self.of(totals)
        if isinstance(figure, timedelta):
            return clock(figure)
        shown = self.shown(figure, reader.imperial_units)
        return number_format(Decimal(f"{shown:.{self.decimals}f}"), use_l10n=True)

    def heading(self, reader: Any) -> str:
        """The name with the unit of `bare`."""
        unit = self.unit(reader)
        return f"{self.name} ({unit})" if unit else str(self.name)


def _kilometres(value: float, imperial: bool) -> float:
    return km_to_shown(value, imperial=imperial)


def _metres(value: float, imperial: bool) -> float:
    return metres_to_shown(value, imperial=imperial)


def _seconds(value: timedelta, imperial: bool) -> float:
    return value.total_seconds()


def _whole(value: int, imperial: bool) -> float:
    return float(value)


def _write_count(value: int, reader: Any) -> str:
    return format_html('<span class="num">{}</span>', number_format(value, force_grouping=True))


def _count_in_words(value: int) -> str:
    return ngettext("%(number)s workout", "%(number)s workouts", value) % {
        "number": number_format(value, force_grouping=True)
    }


def _no_unit(reader: Any) -> str:
    return ""


MEASURES = {
    measure.key: measure
    for measure in [
        Measure(
            "distance",
            _("Distance"),
            lambda totals: totals.distance_km,
            _kilometres,
            distance,
            distance_unit,
            decimals=3,
        ),
        Measure(
            "duration",
            _("Moving time"),
            lambda totals: totals.moving,
            _seconds,
            lambda value, reader: duration(value),
            _no_unit,
        ),
        Measure(
            "workouts",
            _("Workouts"),
            lambda totals: totals.count,
            _whole,
            _write_count,
            _no_unit,
            words=_count_in_words,
        ),
        Measure(
            "speed",
            _("Average speed"),
            lambda totals: totals.ave_speed_kmh,
            _kilometres,
            speed,
            speed_unit,
            adds_up=False,
            decimals=2,
        ),
        Measure(
            "ascent",
            _("Ascent"),
            lambda totals: totals.ascent_m,
            _metres,
            elevation,
            elevation_unit,
        ),
        Measure(
            "descent",
            _("Descent"),
            lambda totals: totals.descent_m,
            _metres,
            elevation,
            elevation_unit,
        ),
    ]
}
