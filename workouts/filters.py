"""Choosing workouts: the same questions in the API's list and on the page."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_filters import DateFilter, Filter, FilterSet, NumberFilter

from .limits import DAY_RANGE, HIGHEST_SEARCHED
from .models import Workout, WorkoutQuerySet
from .periods import ONE_DAY, start_of_day

HIGHEST_ID = 32_767
ORDERS = {
    "workout_date": "start",
    "duration": "moving",
    "distance": "distance_km",
    "ave_speed": "ave_speed_kmh",
}


class HoursMinutesField(forms.CharField):
    """A duration typed as H:MM; the hours may exceed 23."""

    def clean(self, value: Any) -> timedelta | None:
        text = super().clean(value)
        if not text:
            return None
        found = re.fullmatch(r"([0-9]{1,5}):([0-5]?[0-9])", text)
        if found is None:
            raise ValidationError(_("Enter a duration as hours and minutes, like 1:30."))
        return timedelta(hours=int(found[1]), minutes=int(found[2]))


class DurationFilter(Filter):
    field_class = HoursMinutesField


class WholeNumberFilter(Filter):
    field_class = forms.IntegerField


def day_filter(method: str, label: Any) -> DateFilter:
    return DateFilter(method=method, label=label, input_formats=["%Y-%m-%d"], validators=DAY_RANGE)


def number_filter(field: str, lookup: str, label: Any) -> NumberFilter:
    return NumberFilter(
        field_name=field, lookup_expr=lookup, label=label, min_value=0, max_value=HIGHEST_SEARCHED
    )


def duration_filter(lookup: str, label: Any) -> DurationFilter:
    return DurationFilter(field_name="moving", lookup_expr=lookup, label=label)


class WorkoutFilter(FilterSet):
    """Filters and order of workouts; an unknown order is ignored.

    Days are days of the reader's time zone, durations are moving times.
    """

    sport_id = WholeNumberFilter(
        field_name="sport_id", label=_("Sport"), min_value=0, max_value=HIGHEST_ID
    )
    from_ = day_filter("starts_on_or_after", _("From"))
    to = day_filter("starts_on_or_before", _("To"))
    distance_from = number_filter("distance_km", "gte", _("Distance from (km)"))
    distance_to = number_filter("distance_km", "lte", _("Distance to (km)"))
    duration_from = duration_filter("gte", _("Moving time from (h:mm)"))
    duration_to = duration_filter("lte", _("Moving time to (h:mm)"))
    ave_speed_from = number_filter("ave_speed_kmh", "gte", _("Average speed from (km/h)"))
    ave_speed_to = number_filter("ave_speed_kmh", "lte", _("Average speed to (km/h)"))
    max_speed_from = number_filter("max_speed_kmh", "gte", _("Maximum speed from (km/h)"))
    max_speed_to = number_filter("max_speed_kmh", "lte", _("Maximum speed to (km/h)"))

    class Meta:
        model = Workout
        fields: list[str] = []

    @classmethod
    def get_filters(cls) -> dict[str, Filter]:
        """The filters by parameter: `from` is a word of Python, no attribute can be called so."""
        return {name.rstrip("_"): filter_ for name, filter_ in super().get_filters().items()}

    def starts_on_or_after(self, workouts: WorkoutQuerySet, name: str, day: date) -> Any:
        return workouts.between(start_of_day(day, self.request.user.zone), None)

    def starts_on_or_before(self, workouts: WorkoutQuerySet, name: str, day: date) -> Any:
        return workouts.between(None, start_of_day(day + ONE_DAY, self.request.user.zone))

    def filter_queryset(self, queryset: WorkoutQuerySet) -> Any:
        workouts = super().filter_queryset(queryset)
        column = ORDERS.get(self.data.get("order_by", ""), "start")
        sign = "" if self.data.get("order") == "asc" else "-"
        return workouts.order_by(f"{sign}{column}", f"{sign}id")
