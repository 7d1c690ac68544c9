"""What the page of a workout shows: which figures, the map's settings, the weather."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..charts import colors
from ..map_pass import map_pass
from ..models import Sport
from ..models.workout import Figures
from ..units import FEET_PER_METRE
from . import figures as shown

register = template.Library()

register.filter("readable", colors.readable)

# Who climbs on foot looks at the climb; who glides down, at the descent.
CLIMBING_SPORTS = frozenset({3, 8, 12})
DESCENDING_SPORTS = frozenset({9})

FIGURES = (
    "distance",
    "moving",
    "pace",
    "speed",
    "climb",
    "descent",
    "max_speed",
    "elapsed",
    "pauses",
    "altitude",
)


@register.filter
def lead_figures(sport: Sport, of: Figures) -> list[str]:
    """The names of the three figures that matter most in a sport."""
    third = "pace" if shown.uses_pace(sport) else "speed"
    if sport.pk in CLIMBING_SPORTS and of.ascent_m is not None:
        third = "climb"
    if sport.pk in DESCENDING_SPORTS and of.descent_m is not None:
        third = "descent"
    return ["distance", "moving", third]


@register.filter
def other_figures(sport: Sport, of: Figures) -> list[str]:
    """The names of the figures that are known beside the leading ones."""
    lead = lead_figures(sport, of)
    known = {
        "pace": shown.uses_pace(sport) and bool(of.ave_speed_kmh),
        "climb": of.ascent_m is not None,
        "descent": of.descent_m is not None,
        "pauses": bool(of.pauses),
        "elapsed": of.duration != of.moving,
        "altitude": of.min_alt_m is not None and of.max_alt_m is not None,
    }
    return [name for name in FIGURES if name not in lead and known.get(name, True)]


@register.inclusion_tag("includes/_figure.html")
def figure(name: str, of: Figures, reader: Any) -> dict[str, Any]:
    """One figure of a workout or segment, and what it means."""
    label, title = _words(name)
    return {"label": label, "title": title, "value": _value(name, of, reader)}


def _words(name: str) -> tuple[str, str]:
    return {
        "distance": (_("Distance"), ""),
        "moving": (_("Moving time"), _("Without the time you stood still")),
        "pace": (_("Pace"), _("On average while moving")),
        "speed": (_("Speed"), _("On average while moving")),
        "climb": (_("Climb"), _("All metres upward added up")),
        "descent": (_("Descent"), _("All metres downward added up")),
        "max_speed": (_("Highest speed"), ""),
        "elapsed": (_("Elapsed time"), _("From start to finish, pauses included")),
        "pauses": (_("Pauses"), _("The time you stood still")),
        "altitude": (_("Altitude"), _("Lowest and highest point")),
    }[name]


def _value(name: str, of: Figures, reader: Any) -> str:
    match name:
        case "distance":
            return shown.distance(of.distance_km, reader)
        case "moving":
            return shown.duration(of.moving)
        case "pace":
            return shown.pace(of.ave_speed_kmh, reader)
        case "speed":
            return shown.speed(of.ave_speed_kmh, reader)
        case "climb":
            return shown.climb(of.ascent_m, reader)
        case "descent":
            return shown.elevation(of.descent_m, reader)
        case "max_speed":
            return shown.speed(of.max_speed_kmh, reader)
        case "elapsed":
            return shown.clock(of.duration)
        case "pauses":
            return shown.clock(of.pauses)
    lowest, highest = shown.elevation(of.min_alt_m, reader), shown.elevation(of.max_alt_m, reader)
    return format_html("{} – {}", lowest, highest)


# --- Map


@register.simple_tag
def tile_address() -> str:
    """The template of tile addresses for Leaflet: our own proxy, and the pass that it asks for."""
    return f"/api/workouts/map_tile/{{s}}/{{z}}/{{x}}/{{y}}.png?pass={map_pass()}"


@register.simple_tag
def map_attribution() -> str:
    """The credit that the makers of the map ask for, as HTML."""
    return str(settings.MAP_ATTRIBUTION)


@register.filter
def unlocalized(value: float) -> str:
    """A number as SVG wants it, in any language."""
    return str(value)


# --- Weather

WEATHER_GLYPHS = {
    "clear-day": "sun",
    "clear-night": "moon",
    "rain": "cloud-rain",
    "snow": "cloud-snow",
    "sleet": "snowflake",
    "wind": "wind",
    "fog": "mist",
    "cloudy": "cloud",
    "partly-cloudy-day": "haze",
    "partly-cloudy-night": "haze-moon",
}
COMPASS = (
    "N",
    "NNE",
    "NE",
    "ENE",
    "E",
    "ESE",
    "SE",
    "SSE",
    "S",
    "SSW",
    "SW",
    "WSW",
    "W",
    "WNW",
    "NW",
    "NNW",
)


@register.filter
def weather_glyph(icon: str) -> str:
    """The name of the glyph for a kind of weather."""
    return WEATHER_GLYPHS.get(icon, "cloud")


@register.filter
def sky(summary: str) -> str:
    """The words for a kind of weather in the reader's language, where they are known."""
    return _(summary) if summary else ""


@register.filter
def degrees(celsius: float) -> str:
    """A temperature, in °C for everybody."""
    return f"{number_format(celsius, 1)} °C"


@register.filter
def percent(share: float) -> str:
    """A share from 0 to 1 as whole percent."""
    return f"{share * 100:.0f} %"


@register.filter
def wind(metres_per_second: float, reader: Any) -> str:
    """A wind in metres or feet per second."""
    if getattr(reader, "imperial_units", False):
        return f"{number_format(metres_per_second * FEET_PER_METRE, 1)} {_('ft/s')}"
    return f"{number_format(metres_per_second, 1)} {_('m/s')}"


@register.filter
def compass(bearing: float) -> str:
    """The point of the compass that a wind comes from."""
    letters = {
        "N": pgettext("north", "N"),
        "E": pgettext("east", "E"),
        "S": pgettext("south", "S"),
        "W": pgettext("west", "W"),
    }
    return "".join(letters[letter] for letter in COMPASS[round(bearing / 22.5) % 16])


@register.filter
def wind_turn(bearing: float) -> str:
    """The turn of an arrow that flies with a wind from `bearing`, in degrees."""
    return f"{(bearing + 180) % 360:.0f}"
