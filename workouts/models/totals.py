"""What some workouts make together; lists, pages and the API add up in this one way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Self

from django.db.models import Avg, Count, DurationField, FloatField, Sum
from django.db.models.functions import Coalesce, Round


def _total_time(column: str) -> Coalesce:
    return Coalesce(Sum(column), timedelta(), output_field=DurationField())


# Aggregates by the name of the field of Totals. The average speed is the mean of the workouts'
# own averages, whatever their length, with two decimals.
TOTALS = {
    "count": Count("pk"),
    "distance_km": Coalesce(Sum("distance_km"), 0.0),
    "duration": _total_time("duration"),
    "moving": _total_time("moving"),
    "ascent_m": Coalesce(Sum("ascent_m"), 0.0),
    "descent_m": Coalesce(Sum("descent_m"), 0.0),
    "ave_speed_kmh": Round(Coalesce(Avg("ave_speed_kmh"), 0.0) * 100, output_field=FloatField())
    / 100.0,
}

TOTALS_COLUMNS = [
    "distance_km",
    "duration",
    "moving",
    "ascent_m",
    "descent_m",
    "ave_speed_kmh",
]


@dataclass(frozen=True)
class Totals:
    """Sums over workouts, and the plain mean of their average speeds (km/h)."""

    count: int = 0
    distance_km: float = 0.0
    duration: timedelta = timedelta()
    moving: timedelta = timedelta()
    ascent_m: float = 0.0
    descent_m: float = 0.0
    ave_speed_kmh: float = 0.0

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """From a row that has the aggregates of `TOTALS`."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    @classmethod
    def together(cls, parts: Iterable[Self]) -> Self:
        """The sum of `parts`, whose average speeds weigh as much as they have workouts."""
        known = list(parts)
        count = sum(part.count for part in known)
        speeds = sum(part.ave_speed_kmh * part.count for part in known)
        return cls(
            count=count,
            distance_km=sum(part.distance_km for part in known),
            duration=sum((part.duration for part in known), timedelta()),
            moving=sum((part.moving for part in known), timedelta()),
            ascent_m=sum(part.ascent_m for part in known),
            descent_m=sum(part.descent_m for part in known),
            ave_speed_kmh=round(speeds / count, 2) if count else 0.0,
        )

    @property
    def mean_distance_km(self) -> float:
        return self.distance_km / self.count if self.count else 0.0

    @property
    def mean_moving(self) -> timedelta:
        return self.moving / self.count if self.count else timedelta()

    @property
    def mean_ascent_m(self) -> float:
        return self.ascent_m / self.count if self.count else 0.0
