"""Workouts and the figures that describe them."""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..limits import NOTES_LENGTH, TITLE_LENGTH
from ..short_ids import encode_short_id
from .sport import Sport
from .totals import TOTALS, TOTALS_COLUMNS, Totals


def new_map_id() -> str:
    """An unguessable name for a map picture, which anybody who knows it may see."""
    return secrets.token_hex(16)


class Figures(models.Model):
    """The numbers of a whole workout or of one segment, in the API's units."""

    duration = models.DurationField(_("elapsed time"))
    moving = models.DurationField(_("moving time"))
    pauses = models.DurationField(_("pauses"), null=True, blank=True)
    distance_km = models.FloatField(_("distance (km)"))
    ave_speed_kmh = models.FloatField(_("average speed (km/h)"), default=0.0)
    max_speed_kmh = models.FloatField(_("maximum speed (km/h)"), default=0.0)
    min_alt_m = models.FloatField(_("lowest altitude (m)"), null=True, blank=True)
    max_alt_m = models.FloatField(_("highest altitude (m)"), null=True, blank=True)
    ascent_m = models.FloatField(_("ascent (m)"), null=True, blank=True)
    descent_m = models.FloatField(_("descent (m)"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    distance_km__gte=0,
                    ave_speed_kmh__gte=0,
                    max_speed_kmh__gte=0,
                ),
                name="%(class)s_figures_not_negative",
            ),
        ]


@dataclass(frozen=True)
class Neighbours:
    """The short ids of the workouts just before and just after one, by start."""

    previous: str | None = None
    next: str | None = None


class WorkoutQuerySet(models.QuerySet["Workout"]):
    def between(self, start: datetime | None, end: datetime | None) -> Self:
        """Workouts that start at `start` or later and before `end`; None is open."""
        workouts = self
        if start is not None:
            workouts = workouts.filter(start__gte=start)
        if end is not None:
            workouts = workouts.filter(start__lt=end)
        return workouts

    def newest_first(self) -> Self:
        return self.order_by("-start", "-id")

    def for_list(self) -> Self:
        """With all that a list shows; never a recording's channels, or its many segments."""
        return (
            self.select_related("owner", "sport", "recording")
            .defer("recording__channels")
            .prefetch_related("records")
        )

    def totals(self) -> Totals:
        """The sums over all workouts that match, in one query."""
        return Totals.read(self.order_by().aggregate(**TOTALS))

    def neighbours_of(self, workouts: Iterable["Workout"]) -> dict[int, Neighbours]:
        """By primary key, the nearest workouts of this queryset around each of `workouts`.

        Equal starts are ordered by id. One query, whatever the number of workouts.
        """
        around = Workout.objects.filter(pk__in=[workout.pk for workout in workouts]).annotate(
            previous_uuid=Subquery(self._before_outer().values("uuid")[:1]),
            next_uuid=Subquery(self._after_outer().values("uuid")[:1]),
        )
        return {
            pk: Neighbours(
                previous=encode_short_id(previous) if previous else None,
                next=encode_short_id(following) if following else None,
            )
            for pk, previous, following in around.values_list("pk", "previous_uuid", "next_uuid")
        }

    # `start__lte` and `start__gte` say nothing new, but let both databases walk the index.
    def _before_outer(self) -> Self:
        start, pk = OuterRef("start"), OuterRef("pk")
        earlier = Q(start__lt=start) | Q(pk__lt=pk)
        return self.filter(earlier, start__lte=start).order_by("-start", "-id")

    def _after_outer(self) -> Self:
        start, pk = OuterRef("start"), OuterRef("pk")
        later = Q(start__gt=start) | Q(pk__gt=pk)
        return self.filter(later, start__gte=start).order_by("start", "id")


class Workout(Figures):
    """One activity of one person: when, what, how far, how fast."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Every query names the owner, and the indexes below begin with it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="workouts",
        db_index=False,
    )
    sport = models.ForeignKey(
        Sport, on_delete=models.PROTECT, related_name="workouts", db_index=False
    )
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    # Null when notes were never given: the API tells it from notes that were emptied.
    notes = models.TextField(
        _("notes"), blank=True, null=True, validators=[MaxLengthValidator(NOTES_LENGTH)]
    )
    start = models.DateTimeField(_("start"))
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    modified_at = models.DateTimeField(_("edited"), null=True, editable=False)
    min_lat = models.FloatField(null=True, editable=False)
    min_lon = models.FloatField(null=True, editable=False)
    max_lat = models.FloatField(null=True, editable=False)
    max_lon = models.FloatField(null=True, editable=False)
    map_id = models.CharField(max_length=32, unique=True, null=True, editable=False)
    weather_start = models.JSONField(_("weather at the start"), null=True, blank=True)
    weather_end = models.JSONField(_("weather at the end"), null=True, blank=True)

    objects = WorkoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("workout")
        verbose_name_plural = _("workouts")
        # The list, the calendar and statistics walk by start, neighbours do so in both directions;
        # the list may also be sorted by three figures. The records of a sport sort its workouts:
        # about 30 ms for 10 000 of them, not worth five more indexes. See test_queries.py.
        indexes = [
            models.Index(fields=["owner", "-start", "-id"], name="workout_by_owner_and_start"),
            # Statistics read nothing but this index, however many workouts there are.
            models.Index(
                fields=["owner", "sport", "start", *TOTALS_COLUMNS], name="workout_figures_by_sport"
            ),
            models.Index(fields=["owner", "-distance_km", "-id"], name="workout_by_distance"),
            models.Index(fields=["owner", "-moving", "-id"], name="workout_by_moving"),
            models.Index(fields=["owner", "-ave_speed_kmh", "-id"], name="workout_by_ave_speed"),
        ]
        constraints = [
            *Figures.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    min_lat__isnull=True,
                    min_lon__isnull=True,
                    max_lat__isnull=True,
                    max_lon__isnull=True,
                )
                | Q(
                    min_lat__gte=-90,
                    max_lat__lte=90,
                    min_lat__lte=F("max_lat"),
                    min_lon__lte=F("max_lon"),
                ),
                name="workout_bounds_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("workouts:detail", args=[self.short_id])

    @property
    def short_id(self) -> str:
        """The public id: the UUID in 22 characters."""
        return encode_short_id(self.uuid)

    @property
    def map_file(self) -> str:
        """Where the map picture is kept in the storage; empty for workouts without a recording."""
        return f"maps/{self.map_id[:2]}/{self.map_id}.png" if self.map_id else ""

    @property
    def has_recording(self) -> bool:
        """Whether a recording is kept; free of queries after `for_list()`."""
        if Workout.recording.is_cached(self):
            return hasattr(self, "recording")
        return Workout.objects.filter(pk=self.pk, recording__isnull=False).exists()

    @property
    def bounds(self) -> list[float]:
        """[min lat, min lon, max lat, max lon] in degrees, empty without positions."""
        if (
            self.min_lat is None
            or self.min_lon is None
            or self.max_lat is None
            or self.max_lon is None
        ):
            return []
        return [self.min_lat, self.min_lon, self.max_lat, self.max_lon]
