"""The recorded segments of a workout."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .workout import Figures, Workout


class Segment(Figures):
    """One uninterrupted stretch of a recording; `index` counts from 0."""

    workout = models.ForeignKey(
        Workout, on_delete=models.CASCADE, related_name="segments", db_index=False
    )
    index = models.PositiveIntegerField(_("number"))

    class Meta:
        ordering = ["index"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            *Figures.Meta.constraints,
            models.UniqueConstraint(fields=["workout", "index"], name="segment_index_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.workout} · {'?' if self.index is None else self.number}"

    @property
    def number(self) -> int:
        """The number in addresses and on pages, counted from 1."""
        return self.index + 1
