"""Bars and lines over weeks, months or years as the numbers an SVG is made of.

Everything is placed in percent of the plot, so that a page can give it any size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format

from workouts.charts.ticks import clock_step, multiples, round_step
from workouts.models import Sport, Totals

from .measures import Measure

MOST_TICKS = 5
BAR_SHARE = 0.62
BOX = 1000


@dataclass(frozen=True)
class Column:
    """One period of a chart: short labels for the axis, the whole name, its totals by sport,
    and the query of the workouts list that asks for its days."""

    label: str
    sublabel: str
    name: str
    totals: dict[int, Totals]
    query: str = ""


@dataclass(frozen=True)
class Part:
    """One sport's share of a bar, or its point of a line."""

    sport: Sport
    y: str
    height: str
    text: str


@dataclass(frozen=True)
class Bar:
    column: Column
    left: str
    middle: str
    width: str
    band: str
    band_width: str
    top: str
    total: str
    short_total: str
    parts: list[Part]

    @property
    def reading(self) -> str:
        """What the bar says, for a pointer: the name, the total, then each sport."""
        shares = [f"{part.sport.name} {part.text}" for part in self.parts]
        words = [f"{self.column.name}: {self.total}" if self.total else self.column.name, *shares]
        return " · ".join(words)


@dataclass(frozen=True)
class Line:
    """One sport's points joined, in a box of 1000 × 1000 units."""

    sport: Sport
    points: str


@dataclass(frozen=True)
class AxisTick:
    y: str
    label: str


@dataclass(frozen=True)
class BarChart:
    """A chart of one measure; `lines` replace the bars of what does not add up."""

    measure: Measure
    unit: str
    bars: list[Bar]
    ticks: list[AxisTick]
    lines: list[Line] = field(default_factory=list)


def draw_bars(
    columns: Sequence[Column], measure: Measure, sports: Sequence[Sport], reader: Any
) -> BarChart:
    """A bar for each column, stacked by sport; points and lines for what does not add up."""
    heights = [_height(column, measure, reader) for column in columns]
    step, top = _scale(max(heights, default=0.0), measure)
    bars = [
        _bar(place, len(columns), column, measure, sports, reader, top)
        for place, column in enumerate(columns)
    ]
    ticks = [
        AxisTick(_percent(1 - value / top), _tick_label(value, step, measure))
        for value in multiples(step, 0, top)
    ]
    lines = [] if measure.adds_up else _lines(columns, measure, sports, reader, top)
    return BarChart(measure, measure.unit(reader), bars, ticks, lines)


def _height(column: Column, measure: Measure, reader: Any) -> float:
    heights = [measure.height(totals, reader) for totals in column.totals.values()]
    return sum(heights) if measure.adds_up else max(heights, default=0.0)


def _scale(highest: float, measure: Measure) -> tuple[float, float]:
    """The step between ticks and the upper end of the axis."""
    if measure.key == "duration":
        step = clock_step(max(highest, 3600.0), MOST_TICKS)
    else:
        step = round_step(max(highest, 1.0), MOST_TICKS)
    if measure.key == "workouts":
        step = max(step, 1.0)
    return step, step * max(1, -(-highest // step))


def _tick_label(value: float, step: float, measure: Measure) -> str:
    if measure.key == "duration":
        return _clock_label(round(value), step)
    return number_format(Decimal(f"{value:.{0 if step >= 1 else 1}f}"), force_grouping=True)


def _clock_label(seconds: int, step: float) -> str:
    if step % 3600 == 0 or seconds == 0:
        return f"{number_format(seconds // 3600, force_grouping=True)} h"
    return f"{seconds // 3600}:{seconds // 60 % 60:02d} h"


def _bar(
    place: int,
    count: int,
    column: Column,
    measure: Measure,
    sports: Sequence[Sport],
    reader: Any,
    top: float,
) -> Bar:
    band = 1 / count
    parts = _parts(column, measure, sports, reader, top)
    height = _height(column, measure, reader)
    adds_up = measure.adds_up and bool(parts)
    whole = Totals.together(column.totals.values())
    return Bar(
        column=column,
        left=_percent((place + (1 - BAR_SHARE) / 2) * band),
        middle=_percent((place + 0.5) * band),
        width=_percent(band * BAR_SHARE),
        band=_percent(place * band),
        band_width=_percent(band),
        top=_percent(1 - height / top),
        total=measure.text(whole, reader) if adds_up else "",
        short_total=_short(height, measure) if adds_up else "",
        parts=parts,
    )


def _parts(
    column: Column, measure: Measure, sports: Sequence[Sport], reader: Any, top: float
) -> list[Part]:
    parts: list[Part] = []
    base = 0.0
    for sport in sports:
        totals = column.totals.get(sport.pk)
        if totals is None:
            continue
        height = measure.height(totals, reader)
        low = base if measure.adds_up else 0.0
        parts.append(
            Part(
                sport=sport,
                y=_percent(1 - (low + height) / top),
                height=_percent(height / top),
                text=measure.text(totals, reader),
            )
        )
        base += height
    return parts


def _lines(
    columns: Sequence[Column], measure: Measure, sports: Sequence[Sport], reader: Any, top: float
) -> list[Line]:
    """One line for each sport through its own columns; columns without it are bridged."""
    lines = []
    for sport in sports:
        points = [
            f"{(place + 0.5) / len(columns) * BOX:.0f},"
            f"{(1 - measure.height(column.totals[sport.pk], reader) / top) * BOX:.0f}"
            for place, column in enumerate(columns)
            if sport.pk in column.totals
        ]
        if points:
            lines.append(Line(sport, " ".join(points)))
    return lines


def _short(height: float, measure: Measure) -> str:
    """A total as it fits above a bar, without its unit."""
    if measure.key == "duration":
        minutes = round(height / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return number_format(round(height), force_grouping=True)


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"
