"""The filters that write figures and sports: `{{ workout.distance_km|distance:user }}`."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .. import formatting
from ..charts.colors import luminance
from ..models import Record, Sport
from ..sport_drawings import drawing_of

register = template.Library()

for write in (
    *(formatting.distance_unit, formatting.speed_unit),
    *(formatting.distance, formatting.speed, formatting.pace),
    formatting.climb,
    *(formatting.duration, formatting.clock, formatting.record_value),
    *(formatting.temperature, formatting.percent, formatting.wind_speed),
):
    register.filter(write.__name__, write)


@register.filter
def shown_to(records: Iterable[Record], reader: Any) -> list[Record]:
    """The records without those of climb for a reader who does not want to see them."""
    return [
        record
        for record in records
        if reader.display_ascent or record.kind != Record.Kind.HIGHEST_ASCENT
    ]


@lru_cache(maxsize=512)
def _sport_mark(drawing: str, color: str, css: str, label: str) -> SafeString:
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
        mark_safe(drawing_of(drawing)),
    )


@register.simple_tag(takes_context=True)
def sport_icon(context: Any, sport: Sport, css: str = "", *, named: bool = True) -> SafeString:
    """The sport's drawing on the reader's colour; `named=False` beside the sport's name."""
    label = sport.name if named else ""
    return _sport_mark(sport.kind.drawing, sport_color(context, sport), css, label)


@register.simple_tag(takes_context=True)
def sport_color(context: Any, sport: Sport) -> str:
    """The reader's colour of the sport, `#rrggbb`."""
    own: dict[int, str] = context.get("sport_colors") or {}
    return own.get(sport.pk, sport.kind.color)
