"""What the statistics page shows: a window of weeks, months or years of one user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from workouts import access
from workouts.limits import EARLIEST, LATEST
from workouts.models import Sport, Totals
from workouts.periods import ONE_DAY, Period, Unit, period_of, periods_up_to

from .bars import BarChart, Column, draw_bars
from .measures import MEASURES, Measure
from .statistics import BySport, by_period

WINDOWS = {Unit.WEEK: 10, Unit.MONTH: 12, Unit.YEAR: 10}


@dataclass(frozen=True)
class Selection:
    """What a reader asked for: no sports means all of them."""

    unit: Unit
    measure: Measure
    until: date
    sport_ids: tuple[int, ...] = ()

    def query(self, **changes: Any) -> str:
        """The selection as the query of an address, with `changes`."""
        asked = {
            "unit": self.unit.value,
            "figure": self.measure.key,
            "until": self.until.isoformat(),
            "sport": self.sport_ids,
        }
        return urlencode(asked | changes, doseq=True)


@dataclass(frozen=True)
class Cell:
    """A figure in a table: what it is called, for copying, and as markup."""

    name: str
    bare: str
    markup: str


@dataclass(frozen=True)
class Share:
    """A sport's bar beside those of the others, in percent of the longest."""

    sport: Sport
    width: str
    cell: Cell


@dataclass(frozen=True)
class Row:
    """One line of a table: of a period, by sport; or of a sport, by measure."""

    name: str
    cells: list[Cell | None]
    total: Cell | None = None
    query: str = ""
    sport: Sport | None = None


@dataclass(frozen=True)
class Overview:
    """One window of statistics and all that is shown about it."""

    user: User
    selection: Selection
    used_sports: list[Sport]
    periods: list[Period]
    columns: list[Column]
    before: Totals

    @property
    def sports(self) -> list[Sport]:
        """The sports that have workouts in the window."""
        return [sport for sport in self.used_sports if sport.pk in self.by_sport]

    @cached_property
    def by_sport(self) -> BySport:
        seen = {pk for column in self.columns for pk in column.totals}
        return {
            pk: Totals.together(column.totals[pk] for column in self.columns if pk in column.totals)
            for pk in sorted(seen)
        }

    @cached_property
    def totals(self) -> Totals:
        return Totals.together(self.by_sport.values())

    @property
    def title(self) -> str:
        first, last = self.columns[0].name, self.columns[-1].name
        if self.selection.unit is Unit.WEEK:
            first = short_day(self.periods[0].first, self.user)
            last = short_day(self.periods[-1].last, self.user)
        return f"{first} – {last}"

    @property
    def length(self) -> str:
        """The length of the window in words, e.g. “12 months”."""
        count = len(self.periods)
        words = {
            Unit.WEEK: ngettext("%(count)s week", "%(count)s weeks", count),
            Unit.MONTH: ngettext("%(count)s month", "%(count)s months", count),
            Unit.YEAR: ngettext("%(count)s year", "%(count)s years", count),
        }
        return words[self.selection.unit] % {"count": count}

    @property
    def earlier(self) -> str:
        """The query of the window just before, empty at the end of the calendar."""
        until = self.periods[0].first - ONE_DAY
        return self.selection.query(until=until.isoformat()) if until >= EARLIEST else ""

    @property
    def later(self) -> str:
        """The query of the window just after, empty where only the future lies."""
        if self.periods[-1].end > _today(self.user):
            return ""
        later = self.periods[-1]
        for _step in self.periods:
            later = _period(later.end, self.selection.unit, self.user)
        return self.selection.query(until=min(later.last, LATEST).isoformat())

    @cached_property
    def chart(self) -> BarChart:
        return draw_bars(self.columns, self.selection.measure, self.sports, self.user)

    @property
    def chart_label(self) -> str:
        """What the chart shows, for those who do not see it."""
        return _("%(figure)s, %(window)s: %(total)s. The table below has every figure.") % {
            "figure": self.selection.measure.name,
            "window": self.title,
            "total": self.selection.measure.text(self.totals, self.user),
        }

    @property
    def total(self) -> str:
        return self.selection.measure.markup(self.totals, self.user)

    @property
    def total_before(self) -> str:
        return self.selection.measure.markup(self.before, self.user)

    @property
    def here(self) -> str:
        """The query of this very window."""
        return self.selection.query()

    @property
    def all_sports(self) -> str:
        """The query of this window with every sport."""
        return self.selection.query(sport=())

    @property
    def shares(self) -> list[Share]:
        """The chosen measure of each sport, the greatest first."""
        measure = self.selection.measure
        heights = {
            sport: measure.height(self.by_sport[sport.pk], self.user) for sport in self.sports
        }
        longest = max(heights.values(), default=0.0) or 1.0
        return [
            Share(
                sport,
                f"{height / longest * 100:.2f}%",
                self._cell(measure, self.by_sport[sport.pk]),
            )
            for sport, height in sorted(heights.items(), key=lambda item: -item[1])
        ]

    @property
    def rows(self) -> list[Row]:
        """The chart as a table, newest period first."""
        return [self._row(column) for column in reversed(self.columns) if column.totals]

    @property
    def sport_rows(self) -> list[Row]:
        """Every measure of each sport over the whole window."""
        return [
            Row(
                name=sport.name,
                sport=sport,
                cells=[
                    self._cell(measure, self.by_sport[sport.pk]) for measure in MEASURES.values()
                ],
            )
            for sport in self.sports
        ]

    @property
    def total_row(self) -> Row:
        return Row(
            name=_("Together"),
            cells=[self._cell(measure, self.totals) for measure in MEASURES.values()],
        )

    @property
    def measures(self) -> list[Measure]:
        return list(MEASURES.values())

    @property
    def text(self) -> str:
        """The table for copying: one line per period, cells apart by tabs."""
        head = [self.selection.measure.heading(self.user), _("Together")]
        lines = [[*head, *(sport.name for sport in self.sports)]]
        for row in self.rows:
            cells = [row.total, *row.cells]
            lines.append([row.name, *(cell.bare if cell else "" for cell in cells)])
        return "\n".join("\t".join(line) for line in lines)

    def _row(self, column: Column) -> Row:
        measure = self.selection.measure
        found = [column.totals.get(sport.pk) for sport in self.sports]
        return Row(
            name=column.name,
            query=column.query,
            cells=[self._cell(measure, totals) if totals else None for totals in found],
            total=self._cell(measure, Totals.together(column.totals.values())),
        )

    def _cell(self, measure: Measure, totals: Totals) -> Cell:
        bare, markup = measure.bare(totals, self.user), measure.markup(totals, self.user)
        return Cell(str(measure.name), bare, markup)


def read_overview(user: User, selection: Selection) -> Overview:
    """The window that ends with the period of `selection.until`; two queries."""
    count = WINDOWS[selection.unit]
    periods = periods_up_to(
        selection.until, selection.unit, 2 * count, monday_first=user.week_starts_monday
    )
    workouts = access.owned(user)
    if selection.sport_ids:
        workouts = workouts.filter(sport__in=selection.sport_ids)
    statistics = by_period(workouts, periods, user.zone)
    return Overview(
        user=user,
        selection=selection,
        used_sports=used_sports(user),
        periods=periods[count:],
        columns=name_columns(periods[count:], statistics[count:], selection.unit, user),
        before=Totals.together(
            totals for sports in statistics[:count] for totals in sports.values()
        ),
    )


def used_sports(user: User) -> list[Sport]:
    """The sports that `user` has workouts of."""
    return list(Sport.objects.used_in(access.owned(user)))


def name_columns(
    periods: Sequence[Period], statistics: Sequence[Mapping[int, Totals]], unit: Unit, user: User
) -> list[Column]:
    """The columns of a chart over `periods`, named in the reader's language."""
    labels = _labels(periods, unit)
    return [
        Column(label, sublabel, name_of(period, unit, user), dict(sports), days_query(period))
        for (label, sublabel), period, sports in zip(labels, periods, statistics, strict=True)
    ]


def name_of(period: Period, unit: Unit, user: User) -> str:
    """“Week of 23 Nov 2026”, “November 2026” or “2026”."""
    if unit is Unit.YEAR:
        return str(period.first.year)
    if unit is Unit.MONTH:
        return date_format(period.first, _("F Y"))
    return _("Week of %(day)s") % {"day": short_day(period.first, user)}


def short_day(day: date, user: User) -> str:
    """A day as the reader writes days, e.g. “23 Nov 2026”."""
    return date_format(day, user.date_format or _("j M Y"))


def days_query(period: Period) -> str:
    """The query of the workouts list that asks for these days."""
    return urlencode({"from": period.first.isoformat(), "to": period.last.isoformat()})


def _labels(periods: Sequence[Period], unit: Unit) -> list[tuple[str, str]]:
    """What stands below each column: day or month, and below it the month or year that begins."""
    if unit is Unit.YEAR:
        return [(str(period.first.year), "") for period in periods]
    small, large = ("j", "M") if unit is Unit.WEEK else ("M", "Y")
    names = [(date_format(one.first, small), date_format(one.first, large)) for one in periods]
    follows = [
        (label, name if name != before else "")
        for (_label, before), (label, name) in pairwise(names)
    ]
    crowded = any(name for _label, name in follows[:2])
    return [(names[0][0], "" if crowded else names[0][1]), *follows]


def _today(user: User) -> date:
    return timezone.localdate(timezone=user.zone)


def _period(day: date, unit: Unit, user: User) -> Period:
    return period_of(day, unit, monday_first=user.week_starts_monday)
