"""Figures as people read them: rounded once, in the reader's language and units.

Each function takes the stored value, and the reader where there is a choice of units; those that
name no other return type in their words give HTML: the number, and its unit set apart.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Record
from .units import (
    FEET_PER_METRE,
    distance_name,
    elevation_name,
    km_to_shown,
    metres_to_shown,
    pace_name,
    speed_name,
)

NOTHING = "–"
NARROW_SPACE = "\u202f"


def is_imperial(reader: Any) -> bool:
    """Whether the reader, who may be nobody, wants miles and feet."""
    return bool(getattr(reader, "imperial_units", False))


def distance_unit(reader: Any) -> str:
    return distance_name(imperial=is_imperial(reader))


def speed_unit(reader: Any) -> str:
    return speed_name(imperial=is_imperial(reader))


def elevation_unit(reader: Any) -> str:
    return elevation_name(imperial=is_imperial(reader))


def number(value: float, decimals: int) -> str:
    """Plain text with the separators of the reader's language."""
    # Django cuts the digits of a float; a decimal of the right length keeps them rounded.
    rounded = Decimal(f"{value:.{decimals}f}")
    return number_format(rounded, decimals, use_l10n=True, force_grouping=True)


def distance(km: float | None, reader: Any) -> str:
    """Kilometres or miles with one decimal, two below one."""
    if km is None:
        return NOTHING
    shown = km_to_shown(km, imperial=is_imperial(reader))
    return _figure(number(shown, 2 if 0 < shown < 0.995 else 1), distance_unit(reader))


def speed(kmh: float | None, reader: Any) -> str:
    """Kilometres or miles per hour with one decimal."""
    if kmh is None:
        return NOTHING
    return _figure(number(km_to_shown(kmh, imperial=is_imperial(reader)), 1), speed_unit(reader))


def pace(kmh: float | None, reader: Any) -> str:
    """Minutes and seconds per kilometre or mile; a dash when nobody moved."""
    if not kmh:
        return NOTHING
    imperial = is_imperial(reader)
    return _figure(pace_at(km_to_shown(kmh, imperial=imperial)), pace_name(imperial=imperial))


def pace_at(speed: float) -> str:
    """Minutes and seconds for one unit of distance at `speed` units per hour, as plain text."""
    return minutes_and_seconds(round(3600 / speed))


def elevation(metres: float | None, reader: Any) -> str:
    """Whole metres or feet."""
    if metres is None:
        return NOTHING
    shown = metres_to_shown(metres, imperial=is_imperial(reader))
    return _figure(number(round(shown), 0), elevation_unit(reader))


def climb(metres: float | None, reader: Any) -> str:
    """Ascent with its sign: “+640 m”."""
    if metres is None:
        return NOTHING
    shown = round(metres_to_shown(metres, imperial=is_imperial(reader)))
    return _figure(f"+{number(shown, 0)}", elevation_unit(reader))


def duration(span: timedelta | None) -> str:
    """“1 h 43”, “43 min” below an hour, “25 s” below a minute."""
    if span is None:
        return NOTHING
    seconds = round(span.total_seconds())
    if seconds < 60:
        return _figure(str(seconds), pgettext("seconds", "s"))
    minutes = (seconds + 30) // 60
    if minutes < 60:
        return _figure(str(minutes), _("min"))
    unit = format_html("{}{}{}", NARROW_SPACE, pgettext("hours", "h"), NARROW_SPACE)
    hours = number(minutes // 60, 0)
    return format_html(
        '<span class="num">{}<span class="unit">{}</span>{:0>2}</span>',
        hours,
        unit,
        str(minutes % 60),
    )


def clock(span: timedelta | None) -> str:
    """The exact span as hours, minutes and seconds in plain text: “1:43:05”; days are hours."""
    if span is None:
        return NOTHING
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def short_clock(seconds: float) -> str:
    """The same without hours below one: “43:05”."""
    whole = round(seconds)
    return minutes_and_seconds(whole) if whole < 3600 else clock(timedelta(seconds=whole))


def minutes_and_seconds(seconds: int) -> str:
    """“93:05”: plain text without hours, however many minutes there are."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def record_value(record: Any, reader: Any) -> str:
    """A record's figure in the unit of its kind."""
    if record.kind == Record.Kind.LONGEST_DURATION:
        return duration(record.value)
    write = {
        Record.Kind.AVERAGE_SPEED: speed,
        Record.Kind.MAXIMUM_SPEED: speed,
        Record.Kind.FARTHEST_DISTANCE: distance,
        Record.Kind.HIGHEST_ASCENT: climb,
    }[record.kind]
    return write(record.value, reader)


def temperature(celsius: float) -> str:
    """A temperature, in °C for everybody, as plain text."""
    return f"{number_format(celsius, 1)} °C"


def percent(share: float) -> str:
    """A share from 0 to 1 as whole percent, as plain text."""
    return f"{share * 100:.0f} %"


def wind_speed(metres_per_second: float, reader: Any) -> str:
    """A wind in metres or feet per second, as plain text."""
    speed, unit = metres_per_second, _("m/s")
    if is_imperial(reader):
        speed, unit = metres_per_second * FEET_PER_METRE, _("ft/s")
    return f"{number_format(speed, 1)} {unit}"


def _figure(shown: str, unit: str) -> SafeString:
    return format_html(
        '<span class="num">{}<span class="unit">{}{}</span></span>', shown, NARROW_SPACE, unit
    )
