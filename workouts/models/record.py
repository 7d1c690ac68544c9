"""The best workouts of each sport."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .sport import Sport
from .workout import Workout


class Record(models.Model):
    """Which workout holds one kind of record; the value is the workout's own figure."""

    class Kind(models.TextChoices):
        AVERAGE_SPEED = "AS", _("Average speed")
        FARTHEST_DISTANCE = "FD", _("Farthest distance")
        HIGHEST_ASCENT = "HA", _("Highest ascent")
        LONGEST_DURATION = "LD", _("Longest duration")
        MAXIMUM_SPEED = "MS", _("Maximum speed")

    COLUMNS = {
        Kind.AVERAGE_SPEED: "ave_speed_kmh",
        Kind.FARTHEST_DISTANCE: "distance_km",
        Kind.HIGHEST_ASCENT: "ascent_m",
        Kind.LONGEST_DURATION: "moving",
        Kind.MAXIMUM_SPEED: "max_speed_kmh",
    }

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="records", db_index=False
    )
    sport = models.ForeignKey(
        Sport, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=2, choices=Kind.choices)
    workout = models.ForeignKey(Workout, on_delete=models.CASCADE, related_name="records")

    class Meta:
        ordering = ["sport_id", "kind"]
        verbose_name = _("record")
        verbose_name_plural = _("records")
        constraints = [
            models.UniqueConstraint(fields=["owner", "sport", "kind"], name="record_unique"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["AS", "FD", "HA", "LD", "MS"]),
                name="record_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sport} · {self.get_kind_display()}"

    @property
    def value(self) -> float | timedelta:
        """km/h, km, metres of climb, or the moving time."""
        value: float | timedelta = getattr(self.workout, self.COLUMNS[self.Kind(self.kind)])
        return value
