"""How the statistics page shows a window: its words, chart, tables and ways on."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workouts.limits import EARLIEST, LATEST
from workouts.models import Sport, Totals
from workouts.periods import ONE_DAY, Period, Unit, period_of

from .bars import BarChart, Column, draw_bars
from .columns import name_columns, short_day
from .measures import MEASURES, Measure
from .overview import Overview


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
class StatisticsPage:
    """All that is shown about one window."""

    about: Overview

    @cached_property
    def columns(self) -> list[Column]:
        of = self.about
        return name_columns(of.periods, of.totals_of, of.selection.unit, of.user)

    @property
    def title(self) -> str:
        first, last = self.columns[0].name, self.columns[-1].name
        if self.about.selection.unit is Unit.WEEK:
            first = short_day(self.about.periods[0].first, self.about.user)
            last = short_day(self.about.periods[-1].last, self.about.user)
        return f"{first} – {last}"

    @property
    def length(self) -> str:
        """The length of the window in words, e.g. “12 months”."""
        count = len(self.about.periods)
        words = {
            Unit.WEEK: ngettext("%(count)s week", "%(count)s weeks", count),
            Unit.MONTH: ngettext("%(count)s month", "%(count)s months", count),
            Unit.YEAR: ngettext("%(count)s year", "%(count)s years", count),
        }
        return words[self.about.selection.unit] % {"count": count}

    @property
    def earlier(self) -> str:
        """The query of the window just before, empty at the end of the calendar."""
        until = self.about.periods[0].first - ONE_DAY
        return self.about.selection.query(until=until.isoformat()) if until >= EARLIEST else ""

    @property
    def later(self) -> str:
        """The query of the window just after, empty where only the future lies."""
        if self.about.periods[-1].end > timezone.localdate(timezone=self.about.user.zone):
            return ""
        later = self.about.periods[-1]
        for _step in self.about.periods:
            later = self._period_of(later.end)
        return self.about.selection.query(until=min(later.last, LATEST).isoformat())

    @cached_property
    def chart(self) -> BarChart:
        of = self.about
        return draw_bars(self.columns, of.selection.measure, of.sports, of.user)

    @property
    def chart_label(self) -> str:
        """What the chart shows, for those who do not see it."""
        return _("%(figure)s, %(window)s: %(total)s. The table below has every figure.") % {
            "figure": self.about.selection.measure.name,
            "window": self.title,
            "total": self.about.selection.measure.text(self.about.totals, self.about.user),
        }

    @property
    def total(self) -> str:
        return self.about.selection.measure.markup(self.about.totals, self.about.user)

    @property
    def total_before(self) -> str:
        return self.about.selection.measure.markup(self.about.before, self.about.user)

    @property
    def here(self) -> str:
        """The query of this very window."""
        return self.about.selection.query()

    @property
    def all_sports(self) -> str:
        """The query of this window with every sport."""
        return self.about.selection.query(sport=())

    @property
    def shares(self) -> list[Share]:
        """The chosen measure of each sport, the greatest first."""
        of, measure = self.about, self.about.selection.measure
        heights = {sport: measure.height(of.by_sport[sport.pk], of.user) for sport in of.sports}
        longest = max(heights.values(), default=0.0) or 1.0
        return [
            Share(
                sport,
                f"{height / longest * 100:.2f}%",
                self._cell(measure, of.by_sport[sport.pk]),
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
                cells=self._cells(self.about.by_sport[sport.pk]),
            )
            for sport in self.about.sports
        ]

    @property
    def total_row(self) -> Row:
        return Row(name=_("Together"), cells=self._cells(self.about.totals))

    @property
    def measures(self) -> list[Measure]:
        return list(MEASURES.values())

    @property
    def text(self) -> str:
        """The table for copying: one line per period, cells apart by tabs."""
        head = [self.about.selection.measure.heading(self.about.user), _("Together")]
        lines = [[*head, *(sport.name for sport in self.about.sports)]]
        for row in self.rows:
            cells = [row.total, *row.cells]
            lines.append([row.name, *(cell.bare if cell else "" for cell in cells)])
        return "\n".join("\t".join(line) for line in lines)

    def _row(self, column: Column) -> Row:
        measure = self.about.selection.measure
        found = [column.totals.get(sport.pk) for sport in self.about.sports]
        return Row(
            name=column.name,
            query=column.query,
            cells=[self._cell(measure, totals) if totals else None for totals in found],
            total=self._cell(measure, Totals.together(column.totals.values())),
        )

    def _cells(self, totals: Totals) -> list[Cell | None]:
        return [self._cell(measure, totals) for measure in MEASURES.values()]

    def _cell(self, measure: Measure, totals: Totals) -> Cell:
        reader = self.about.user
        return Cell(str(measure.name), measure.bare(totals, reader), measure.markup(totals, reader))

    def _period_of(self, day: date) -> Period:
        monday_first = self.about.user.week_starts_monday
        return period_of(day, self.about.selection.unit, monday_first=monday_first)
