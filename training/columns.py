"""The columns of a chart over time: what stands below them, and where they lead."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from workouts.models import Totals
from workouts.periods import Period, Unit

from .bars import Column


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
