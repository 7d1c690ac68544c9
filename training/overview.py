"""What the statistics page is about: a window of weeks, months or years of one user."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from accounts.models import User
from workouts import access
from workouts.models import Sport, Totals
from workouts.periods import Period, Unit, periods_up_to

from .measures import Measure
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
class Overview:
    """One window: `totals_of` holds the totals of each of its periods, by sport; `before` those of
    the window before it.
    """

    user: User
    selection: Selection
    used_sports: list[Sport]
    periods: list[Period]
    totals_of: list[Mapping[int, Totals]]
    before: Totals

    @property
    def sports(self) -> list[Sport]:
        """The sports that have workouts in the window."""
        return [sport for sport in self.used_sports if sport.pk in self.by_sport]

    @cached_property
    def by_sport(self) -> BySport:
        seen = {pk for totals in self.totals_of for pk in totals}
        return {
            pk: Totals.together(totals[pk] for totals in self.totals_of if pk in totals)
            for pk in sorted(seen)
        }

    @cached_property
    def totals(self) -> Totals:
        return Totals.together(self.by_sport.values())


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
    before = [totals for sports in statistics[:count] for totals in sports.values()]
    return Overview(
        user=user,
        selection=selection,
        used_sports=used_sports(user),
        periods=periods[count:],
        totals_of=[dict(sports) for sports in statistics[count:]],
        before=Totals.together(before),
    )


def used_sports(user: User) -> list[Sport]:
    """The sports that `user` has workouts of."""
    return list(Sport.objects.used_in(access.owned(user)))
