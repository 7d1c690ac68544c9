"""The statistics page and its table as a file."""

import csv
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from contract.callers import HtmxRequest, caller
from workouts.formatting import clock, distance_unit, elevation_unit, speed_unit
from workouts.limits import EARLIEST, LATEST
from workouts.models import Totals
from workouts.periods import Unit
from workouts.units import km_to_shown, metres_to_shown

from ..measures import MEASURES
from ..overview import Overview, Selection, read_overview
from ..statistics_page import StatisticsPage


class SelectionForm(forms.Form):
    """The query of the page's address; what makes no sense counts as not given."""

    unit = forms.ChoiceField(choices=[(unit.value, unit.value) for unit in Unit], required=False)
    figure = forms.ChoiceField(choices=[(key, key) for key in MEASURES], required=False)
    until = forms.DateField(input_formats=["%Y-%m-%d"], required=False)
    sport = forms.TypedMultipleChoiceField(
        choices=[(number, number) for number in range(1, 1000)], coerce=int, required=False
    )

    def selection(self, user: User) -> Selection:
        """What was asked for, completed with the last twelve months' distance."""
        self.is_valid()
        today = timezone.localdate(timezone=user.zone)
        until = self.cleaned_data.get("until") or today
        return Selection(
            unit=Unit(self.cleaned_data.get("unit") or Unit.MONTH),
            measure=MEASURES[self.cleaned_data.get("figure") or "distance"],
            until=min(max(until, EARLIEST), LATEST),
            sport_ids=tuple(self.cleaned_data.get("sport") or ()),
        )


@login_required
@require_safe
def statistics(request: HtmxRequest) -> HttpResponse:
    """Distance, time, climb … by week, month or year and by sport; state is in the address."""
    overview = _overview(request)
    template = "training/_statistics.html" if request.htmx else "training/statistics.html"
    context = {
        "overview": overview,
        "page": StatisticsPage(overview),
        "selection": overview.selection,
    }
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_required
@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """Every figure of the page's window, a line for each period and sport."""
    overview = _overview(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"statistics-{overview.selection.unit}-{overview.selection.until}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(_headings(overview.user))
    for period, totals in zip(overview.periods, overview.totals_of, strict=True):
        for sport in overview.sports:
            if sport.pk in totals:
                figures = _figures(totals[sport.pk], overview.user)
                writer.writerow([period.first, period.last, sport.name, *figures])
    return response


def _overview(request: HttpRequest) -> Overview:
    return read_overview(caller(request), SelectionForm(request.GET).selection(caller(request)))


def _headings(user: User) -> list[str]:
    height = elevation_unit(user)
    return [
        _("First day"),
        _("Last day"),
        _("Sport"),
        _("Workouts"),
        _in_unit(_("Distance"), distance_unit(user)),
        _in_unit(_("Moving time"), "h:mm:ss"),
        _in_unit(_("Elapsed time"), "h:mm:ss"),
        _in_unit(_("Average speed"), speed_unit(user)),
        _in_unit(_("Ascent"), height),
        _in_unit(_("Descent"), height),
    ]


def _in_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})"


def _figures(totals: Totals, user: User) -> list[Any]:
    imperial = user.imperial_units
    return [
        totals.count,
        round(km_to_shown(totals.distance_km, imperial=imperial), 3),
        clock(totals.moving),
        clock(totals.duration),
        round(km_to_shown(totals.ave_speed_kmh, imperial=imperial), 2),
        round(metres_to_shown(totals.ascent_m, imperial=imperial), 2),
        round(metres_to_shown(totals.descent_m, imperial=imperial), 2),
    ]
