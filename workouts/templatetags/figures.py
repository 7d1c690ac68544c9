"""Figures as people read them: rounded once, in the reader's language and units.

Each filter takes the stored value and the reader: `{{ workout.distance_km|distance:user }}`.
"""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..charts.colors import luminance
from ..models import Record, Sport
from ..sport_drawings import drawing_of
from ..units import km_to_shown, metres_to_shown

register = template.Library()

NOTHING = "–"
NARROW_SPACE = "\u202f"
# Whoever goes on foot thinks in minutes per kilometre: hiking, running, walking, trail, snowshoes.
PACE_SPORTS = frozenset({3, 5, 6, 8, 12})


def _imperial(reader: Any) -> bool:
    return bool(getattr(reader, "imperial_units", False))


def _figure(number: str, unit: str) -> SafeString:
    return format_html(
        '<span class="num">{}<span class="unit">{}{}</span></span>', number, NARROW_SPACE, unit
    )


def _number(value: float, decimals: int) -> str:
    # Django cuts the digits of a float; a decimal of the right length keeps them rounded.
    rounded = Decimal(f"{value:.{decimals}f}")
    return number_format(rounded, decimals, use_l10n=True, force_grouping=True)


def distance_unit(reader: Any) -> str:
    return _("mi") if _imperial(reader) else _("km")


def speed_unit(reader: Any) -> str:
    return _("mph") if _imperial(reader) else _("km/h")


def elevation_unit(reader: Any) -> str:
    return _("ft") if _imperial(reader) else _("m")


register.filter("distance_unit", distance_unit)
register.filter("speed_unit", speed_unit)
register.filter("elevation_unit", elevation_unit)


@register.filter
def distance(km: float | None, reader: Any) -> str:
    """Kilometres or miles with one decimal, two below one."""
    if km is None:
        return NOTHING
    shown = km_to_shown(km, imperial=_imperial(reader))
    return _figure(_number(shown, 2 if 0 < shown < 0.995 else 1), distance_unit(reader))


@register.filter
def exact_distance(km: float | None, reader: Any) -> str:
    """Kilometres or miles with three decimals, as plain text, for titles and tables to copy."""
    if km is None:
        return NOTHING
    shown = km_to_shown(km, imperial=_imperial(reader))
    return f"{_number(shown, 3)}{NARROW_SPACE}{distance_unit(reader)}"


@register.filter
def speed(kmh: float | None, reader: Any) -> str:
    """Kilometres or miles per hour with one decimal."""
    if kmh is None:
        return NOTHING
    return _figure(_number(km_to_shown(kmh, imperial=_imperial(reader)), 1), speed_unit(reader))


@register.filter
def pace(kmh: float | None, reader: Any) -> str:
    """Minutes and seconds per kilometre or mile; a dash when nobody moved."""
    if not kmh:
        return NOTHING
    seconds = round(3600 / km_to_shown(kmh, imperial=_imperial(reader)))
    unit = _("/mi") if _imperial(reader) else _("/km")
    return _figure(f"{seconds // 60}:{seconds % 60:02d}", unit)


@register.filter
def elevation(metres: float | None, reader: Any) -> str:
    """Whole metres or feet."""
    if metres is None:
        return NOTHING
    shown = metres_to_shown(metres, imperial=_imperial(reader))
    return _figure(_number(round(shown), 0), elevation_unit(reader))


@register.filter
def climb(metres: float | None, reader: Any) -> str:
    """Ascent with its sign: “+640 m”."""
    if metres is None:
        return NOTHING
    shown = round(metres_to_shown(metres, imperial=_imperial(reader)))
    return _figure(f"+{_number(shown, 0)}", elevation_unit(reader))


@register.filter
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
    hours = _number(minutes // 60, 0)
    return format_html(
        '<span class="num">{}<span class="unit">{}</span>{:0>2}</span>',
        hours,
        unit,
        str(minutes % 60),
    )


@register.filter
def clock(span: timedelta | None) -> str:
    """The exact span as hours, minutes and seconds: “1:43:05”; days are hours, too."""
    if span is None:
        return NOTHING
    seconds = int(span.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


@register.filter
def uses_pace(sport: Sport) -> bool:
    """Whether people of this sport speak of pace rather than of speed."""
    return sport.pk in PACE_SPORTS


@register.filter
def shown_to(records: Iterable[Record], reader: Any) -> list[Record]:
    """The records without those of climb for a reader who does not want to see them."""
    return [
        record
        for record in records
        if reader.display_ascent or record.kind != Record.Kind.HIGHEST_ASCENT
    ]


@register.filter
def record_value(record: Any, reader: Any) -> str:
    """A record's figure in the unit of its kind."""
    if record.kind == "LD":
        return duration(record.value)
    filters = {"AS": speed, "MS": speed, "FD": distance, "HA": climb}
    return filters[record.kind](record.value, reader)


@lru_cache(maxsize=512)
def _sport_mark(sport_id: int, color: str, css: str, label: str) -> SafeString:
    ink = "#ffffff" if luminance(color) < 0.26 else "#14201a"
    named = format_html(' role="img" aria-label="{}"', label) if label else ""
    return format_html(
        '<svg class="sport-icon {}" viewBox="0 0 32 32"{} {}><rect width="32" height="32" rx="10" '
        'fill="{}"/><g transform="translate(4 4)" fill="none" stroke="{}" '
        'stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">{}</g></svg>',
        css,
        named,
        mark_safe("" if label else 'aria-hidden="true"'),
        color,
        ink,
        mark_safe(drawing_of(sport_id)),
    )


@register.simple_tag(takes_context=True)
def sport_icon(context: Any, sport: Sport, css: str = "", *, named: bool = True) -> SafeString:
    """The sport's drawing on the reader's colour; `named=False` beside the sport's name."""
    label = sport.name if named else ""
    return _sport_mark(sport.pk, sport_color(context, sport), css, label)


@register.simple_tag(takes_context=True)
def sport_color(context: Any, sport: Sport) -> str:
    """The reader's colour of the sport, `#rrggbb`."""
    return (context.get("sport_colors") or {}).get(sport.pk, sport.default_color)
