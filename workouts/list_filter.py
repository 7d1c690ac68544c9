"""The filters of the page: those of the API in the reader's units, and words."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, Filter, NumberFilter

from contract.searching import SearchField

from .filters import WorkoutFilter
from .limits import HIGHEST_SEARCHED
from .models import Sport, WorkoutQuerySet
from .units import shown_to_km

PAGE_SIZES = (10, 25, 50, 100)
ORDER_NAMES = [
    ("", _("Date")),
    ("distance", _("Distance")),
    ("duration", _("Moving time")),
    ("ave_speed", _("Average speed")),
]
DIRECTIONS = [("", _("Descending")), ("asc", _("Ascending"))]


class ShownNumberFilter(NumberFilter):
    """A distance or a speed as the reader types it: kilometres, or miles."""

    def filter(self, workouts: WorkoutQuerySet, value: Decimal | None) -> Any:
        if value is None:
            return workouts
        imperial = self.parent.request.user.imperial_units
        return super().filter(workouts, shown_to_km(float(value), imperial=imperial))


def shown_filter(column: str, lookup: str, label: Any) -> ShownNumberFilter:
    box = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return ShownNumberFilter(
        field_name=column,
        lookup_expr=lookup,
        label=label,
        min_value=0,
        max_value=HIGHEST_SEARCHED,
        widget=box,
    )


class SearchFilter(Filter):
    field_class = SearchField


class WorkoutListFilter(WorkoutFilter):
    """`WorkoutFilter` as a form: same names, the reader's units, and words of title and notes."""

    q = SearchFilter(method="mentions", label=_("Title or notes"))
    sport_id = ChoiceFilter(label=_("Sport"), empty_label=_("All sports"), choices=())
    distance_from = shown_filter("distance_km", "gte", _("Distance from"))
    distance_to = shown_filter("distance_km", "lte", _("Distance to"))
    ave_speed_from = shown_filter("ave_speed_kmh", "gte", _("Average speed from"))
    ave_speed_to = shown_filter("ave_speed_kmh", "lte", _("Average speed to"))
    max_speed_from = shown_filter("max_speed_kmh", "gte", _("Maximum speed from"))
    max_speed_to = shown_filter("max_speed_kmh", "lte", _("Maximum speed to"))
    order_by = ChoiceFilter(
        method="leave_order", label=_("Sort by"), choices=ORDER_NAMES[1:], empty_label=_("Date")
    )
    order = ChoiceFilter(
        method="leave_order",
        label=_("Order"),
        choices=DIRECTIONS[1:],
        empty_label=_("Descending"),
    )
    per_page = ChoiceFilter(
        method="leave_order",
        label=_("Per page"),
        choices=[(size, size) for size in PAGE_SIZES if size != 25],
        empty_label="25",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sports = used_sports(self.queryset)
        self.filters["sport_id"].extra["choices"] = [(s.pk, s.name) for s in self.sports]
        for name in ("from", "to"):
            self.filters[name].extra["widget"] = forms.DateInput(
                format="%Y-%m-%d", attrs={"type": "date"}
            )

    def mentions(self, workouts: WorkoutQuerySet, name: str, text: str) -> Any:
        """Workouts whose title or notes hold every word of `text`."""
        for word in text.split():
            workouts = workouts.filter(Q(title__icontains=word) | Q(notes__icontains=word))
        return workouts

    def leave_order(self, workouts: WorkoutQuerySet, name: str, value: str) -> Any:
        return workouts


def used_sports(workouts: WorkoutQuerySet) -> list[Sport]:
    """The sports of these workouts, by name."""
    return sorted(Sport.objects.used_in(workouts), key=lambda sport: sport.name)
