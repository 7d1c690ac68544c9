"""How the contract writes times and numbers: RFC 1123, H:MM:SS, and null for zero."""

from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


def gmt(moment: datetime) -> str:
    """An aware datetime as “Sat, 05 Jun 2021 22:50:00 GMT”."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def gmt_date(day: date) -> str:
    """A date as its midnight, “Sat, 03 Feb 1990 00:00:00 GMT”."""
    return gmt(datetime.combine(day, time(tzinfo=UTC)))


def clock(duration: timedelta) -> str:
    """A duration as “0:12:15” or “2 days, 0:04:10”, fractions of a second cut off."""
    return str(timedelta(days=duration.days, seconds=duration.seconds))


@extend_schema_field({"type": "string", "examples": ["Sat, 05 Jun 2021 22:50:00 GMT"]})
class GmtField(serializers.Field[datetime, Any, str, Any]):
    """A datetime, in RFC 1123."""

    def to_representation(self, value: datetime) -> str:
        return gmt(value)


@extend_schema_field({"type": ["string", "null"], "examples": ["0:12:15"]})
class ClockField(serializers.Field[timedelta, Any, str | None, Any]):
    """A duration; none at all is null."""

    def to_representation(self, value: timedelta) -> str | None:
        return clock(value) if value else None


@extend_schema_field({"type": ["number", "null"], "format": "double"})
class FigureField(serializers.Field[float, Any, float | None, Any]):
    """A number with so many decimals; the contract writes zero as null."""

    def __init__(self, *, decimals: int = 2, **kwargs: Any) -> None:
        self.decimals = decimals
        super().__init__(**kwargs)

    def to_representation(self, value: float) -> float | None:
        return round(value, self.decimals) or None


class StrictBooleanField(serializers.BooleanField):
    """true or false, and no other word for them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
