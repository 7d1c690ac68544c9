"""What can be told about a workout: one table for models, forms, the API, filters and restores.

Everything here is within the reach of a person, and every filter and calendar finds all of it.
What a device recorded is measured by nobody: it stays as it was read, and is found beyond the ends.
"""

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from tracks.analysis.summary import half_up

TITLE_LENGTH = 255
NOTES_LENGTH = 500
FILE_NAME_LENGTH = 255

# Near enough that no time zone leads out of the calendar.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
# A day may have begun, or not yet ended, somewhere else.
DATE_LINE = timedelta(days=1)
DAY_RANGE = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]

# A journey around the world on foot or by bicycle is one workout to some.
FARTHEST_KM = 99_999.999
LONGEST = timedelta(hours=9_999, minutes=59, seconds=59)
HIGHEST_CLIMB_M = 1_000_000
# Of averages, and of the speed below which somebody stands still: an airliner is as fast.
FASTEST_KMH = 900

# Of a filter, in km and km/h: beyond what can be told, since devices record what they like.
HIGHEST_SEARCHED = 1_000_000


def validate_start(start: datetime) -> None:
    """ValidationError for a moment that is on none of the days above, wherever its reader is."""
    try:
        day = start.astimezone(UTC).date()
    except OverflowError:
        day = date.max
    if not EARLIEST - DATE_LINE <= day <= LATEST + DATE_LINE:
        raise ValidationError(
            _("Choose a day from %(first)s to %(last)s."),
            code="start",
            params={"first": EARLIEST.year, "last": LATEST.year},
        )


def validate_duration(span: timedelta) -> None:
    """ValidationError for a time below zero or beyond LONGEST."""
    if not timedelta() <= span <= LONGEST:
        raise ValidationError(
            _("Enter a duration below %(hours)s hours."), code="duration", params={"hours": 10_000}
        )


def validate_speed(distance_km: float, duration: timedelta) -> None:
    """ValidationError when a distance in a time makes more than FASTEST_KMH on average.

    Both count as they are stored, in metres and whole seconds, so that what was taken once is
    taken again: when it is edited, or restored.
    """
    km, seconds = half_up(distance_km, 3), duration // timedelta(seconds=1)
    if seconds and km * 3600 > FASTEST_KMH * seconds:
        raise ValidationError(
            _("Nobody is that fast: check the distance and the duration."), code="speed"
        )
