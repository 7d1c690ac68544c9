"""Administration: the instance at a glance, and its sports."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.services.registration import registration_is_open
from contract.callers import administrators_only
from workouts.models import Sport

from ..statistics import instance_totals


@administrators_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The instance in figures, and the way to everything."""
    context = {"totals": instance_totals(), "registration_is_open": registration_is_open()}
    return render(request, "administration/home.html", context)


@administrators_only
@require_safe
def sports(request: HttpRequest) -> HttpResponse:
    """All sports with their number of workouts."""
    counted = Sport.objects.annotate(workouts_count=Count("workouts"))
    in_order = sorted(counted, key=lambda sport: sport.name)
    return render(request, "administration/sports.html", {"sports": in_order})


@administrators_only
@require_POST
def switch_sport(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a sport for new workouts, or no longer; those there are stay."""
    sport = get_object_or_404(Sport, pk=pk)
    sport.is_active = request.POST.get("active") == "true"
    sport.save(update_fields=["is_active"])
    said = _("%(sport)s is on.") if sport.is_active else _("%(sport)s is off.")
    messages.success(request, said % {"sport": sport.name})
    return redirect("administration:sports")
