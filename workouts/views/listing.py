"""The list of one's workouts: find, sort, page through, and what they add up to."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contract.callers import HtmxRequest, caller

from .. import access
from ..formatting import distance_unit, speed_unit
from ..list_filter import WorkoutListFilter
from ..models import Totals, Workout

PAGE_SIZE = 25
# Parameters that arrange the list but leave no workout out.
ARRANGEMENT = frozenset({"order_by", "order", "per_page"})


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address of the list without it."""

    text: str
    address: str


@dataclass(frozen=True)
class Column:
    """The heading of a column: its address sorts by it, or turns the order round."""

    label: str
    address: str = ""
    order: str = ""
    is_number: bool = True


@login_required
@require_safe
def workout_list(request: HtmxRequest) -> HttpResponse:
    """The workouts that match the address; only the results when htmx asks."""
    workouts = access.readable(access.Viewer.of(request))
    chosen = WorkoutListFilter(request.GET, workouts, request=request)
    totals = chosen.qs.totals()
    context = {
        "filter": chosen,
        "totals": totals,
        "page_obj": page_of(chosen, totals),
        "chips": chips_of(chosen),
        "columns": columns_of(request),
        "has_workouts": totals.count > 0 or workouts.exists(),
    }
    whole = not request.htmx or request.htmx.history_restore_request
    template = "workouts/list.html" if whole else "workouts/_results.html"
    response = render(request, template, context, status=422 if chosen.form.errors else 200)
    patch_vary_headers(response, ["HX-Request"])
    return response


def page_of(chosen: WorkoutListFilter, totals: Totals) -> Page[Workout]:
    """The page that the address asks for, the nearest when there is no such page."""
    size = int(chosen.form.cleaned_data.get("per_page") or PAGE_SIZE)
    paginator = Paginator(chosen.qs.for_list(), size)
    # The totals have counted already.
    paginator.count = totals.count
    return paginator.get_page(chosen.data.get("page"))


def chips_of(chosen: WorkoutListFilter) -> list[Chip]:
    """What leaves workouts out, in words."""
    said = chosen.form.cleaned_data
    names = [name for name in said if said[name] not in (None, "") and name not in ARRANGEMENT]
    return [Chip(chip_text(chosen, name), address_without(chosen.data, name)) for name in names]


def chip_text(chosen: WorkoutListFilter, name: str) -> str:
    field = chosen.form[name]
    value = str(field.value())
    if name == "q":
        return f"“{value}”"
    if name == "sport_id":
        return next(sport.name for sport in chosen.sports if str(sport.pk) == value)
    unit = unit_of_column(name, caller(chosen.request))
    return f"{field.label} {value} {unit}".strip()


def unit_of_column(name: str, reader: Any) -> str:
    if name.startswith("distance"):
        return distance_unit(reader)
    return speed_unit(reader) if "speed" in name else ""


def address_without(parameters: QueryDict, *names: str) -> str:
    """The same list without these parameters, from its first page."""
    rest = parameters.copy()
    for name in (*names, "page"):
        rest.pop(name, None)
    return f"?{rest.urlencode()}"


def columns_of(request: HttpRequest) -> list[Column]:
    return [
        Column(_("Workout"), is_number=False),
        sorted_column(request, "", _("Date"), is_number=False),
        sorted_column(request, "distance", _("Distance")),
        sorted_column(request, "duration", _("Moving time")),
        sorted_column(request, "ave_speed", _("Average speed")),
        Column(_("Maximum speed")),
        Column(_("Ascent")),
    ]


def sorted_column(request: HttpRequest, key: str, label: str, *, is_number: bool = True) -> Column:
    """A heading that sorts, descending first."""
    parameters = request.GET.copy()
    is_current = parameters.get("order_by", "") == key
    is_ascending = parameters.get("order") == "asc"
    for name in ("order_by", "order", "page"):
        parameters.pop(name, None)
    if key:
        parameters["order_by"] = key
    if is_current and not is_ascending:
        parameters["order"] = "asc"
    order = ("ascending" if is_ascending else "descending") if is_current else ""
    return Column(label, f"?{parameters.urlencode()}", order, is_number)
