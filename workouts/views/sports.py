"""The page where people choose colours and thresholds of sports, and which ones they do."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from contract.callers import caller
from contract.pages import posted

from .. import access
from ..limits import FASTEST_KMH
from ..models import Sport, SportPreference
from ..services.sport_preferences import (
    SportPreferenceChange,
    change_preference,
    reset_preference,
)
from ..units import km_to_shown, shown_to_km


class SportPreferenceForm(forms.Form):
    """One sport's row; the threshold is in the reader's unit."""

    color = forms.RegexField(
        label=gettext_lazy("Colour"),
        regex=r"^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Offered to me"), required=False)
    threshold = forms.FloatField(
        label=gettext_lazy("Counts as a stop below"),
        min_value=0,
        max_value=FASTEST_KMH,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )

    def __init__(self, *args: Any, imperial: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.imperial = imperial

    def change(self) -> SportPreferenceChange:
        """What was changed; the rest stays."""
        values = {name: self.cleaned_data[name] for name in self.changed_data}
        threshold = values.pop("threshold", None)
        return SportPreferenceChange(
            stopped_speed_threshold_kmh=(
                None if threshold is None else shown_to_km(threshold, imperial=self.imperial)
            ),
            **values,
        )


@dataclass(frozen=True)
class SportRow:
    """A sport, what its reader prefers, and the form that changes it."""

    sport: Sport
    preference: SportPreference | None
    form: SportPreferenceForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sport_preferences(request: HttpRequest) -> HttpResponse:
    """All sports that are in use here, or were by this reader."""
    rows = read_rows(request)
    # Every form is validated, so that all mistakes are shown at once.
    wrong = [row for row in rows if not row.form.is_valid()]
    if request.method == "POST" and not wrong:
        for row in rows:
            if row.form.has_changed():
                change_preference(caller(request), row.sport, row.form.change())
        messages.success(request, _("Your sports are saved."))
        return redirect("workouts:sport_preferences")
    status = 422 if request.method == "POST" else 200
    return render(request, "workouts/sport_preferences.html", {"rows": rows}, status=status)


@login_required
@require_POST
def reset_sport(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the defaults of one sport."""
    sport = get_object_or_404(Sport, pk=pk)
    reset_preference(caller(request), sport)
    messages.success(request, _("%(sport)s is as at the beginning.") % {"sport": sport.name})
    return redirect("workouts:sport_preferences")


def read_rows(request: HttpRequest) -> list[SportRow]:
    rows = [_row(request, sport) for sport in _sports_of(caller(request))]
    return sorted(rows, key=lambda row: row.sport.name.lower())


def _sports_of(user: User) -> list[Sport]:
    sports = Sport.objects.with_preferences_of(user)
    used = sports.used_in(access.owned(user))
    return list(sports.filter(is_active=True) | used)


def _row(request: HttpRequest, sport: Sport) -> SportRow:
    preference = sport.own_preference
    threshold = (preference or sport).stopped_speed_threshold_kmh
    imperial = caller(request).imperial_units
    form = SportPreferenceForm(
        posted(request),
        prefix=f"sport-{sport.pk}",
        imperial=imperial,
        initial={
            "color": (preference.color if preference else "") or sport.kind.color,
            "is_active": preference.is_active if preference else True,
            "threshold": round(km_to_shown(threshold, imperial=imperial), 2),
        },
    )
    if not sport.is_active:
        form.fields["is_active"].disabled = form.fields["threshold"].disabled = True
    return SportRow(sport, preference, form)
