"""The first page of somebody signed in."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import User
from contract.callers import HtmxRequest, caller
from workouts import access
from workouts.limits import EARLIEST, LATEST
from workouts.periods import Unit, month_of

from .. import dashboard as content
from ..measures import MEASURES
from ..overview import used_sports

FIGURES = ("distance", "duration", "workouts")


class DashboardForm(forms.Form):
    """The query of the page's address; what makes no sense counts as not given."""

    month = forms.DateField(input_formats=["%Y-%m"], required=False)
    day = forms.DateField(input_formats=["%Y-%m-%d"], required=False)
    figure = forms.ChoiceField(choices=[(key, key) for key in FIGURES], required=False)

    def chosen(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)


@require_safe
def dashboard(request: HtmxRequest) -> HttpResponse:
    """This week and month, the calendar, the latest workouts, records and lifetime figures."""
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    form = DashboardForm(request.GET)
    target = request.htmx.target if request.htmx else None
    if target == "calendar":
        response = render(request, "training/_calendar.html", _calendar(caller(request), form))
    elif target == "month":
        response = render(request, "training/_month.html", _month(caller(request), form))
    else:
        response = render(request, "training/dashboard.html", _page(caller(request), form))
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _page(user: User, form: DashboardForm) -> dict[str, Any]:
    """Everything on the page; the number of queries does not depend on the workouts."""
    latest = content.latest_workouts(user)
    if not latest:
        return {"is_new": True}
    return {
        **_month(user, form),
        **_calendar(user, form),
        "week": content.compare(user, Unit.WEEK, _today(user)),
        "latest": latest,
        "lifetime": access.owned(user).totals(),
    }


def _month(user: User, form: DashboardForm) -> dict[str, Any]:
    month = content.compare(user, Unit.MONTH, _today(user))
    measure = MEASURES[form.chosen("figure") or "distance"]
    sports = used_sports(user)
    return {
        "month": month,
        "measure": measure,
        "measures": [MEASURES[key] for key in FIGURES],
        "sports": sports,
        "chart": content.draw_month(month, measure, sports, user),
    }


def _calendar(user: User, form: DashboardForm) -> dict[str, Any]:
    records = content.read_records(user)
    today = _today(user)
    day: date | None = form.chosen("day")
    month = month_of(_bounded(form.chosen("month") or day or today))
    if day is None and today in month:
        day = today
    return {
        "calendar": content.read_calendar(user, month, day, records),
        "records": content.records_by_sport(records),
        "held": content.held_kinds(records),
        "today": today,
    }


def _today(user: User) -> date:
    return timezone.localdate(timezone=user.zone)


def _bounded(day: date) -> date:
    return min(max(day, EARLIEST), LATEST)
