"""What the page of a workout shows: which figures, the map's settings, the weather."""

from typing import Any

from django import template
from django.conf import settings

from .. import lead_figures, weather_words
from ..charts import colors
from ..map_pass import map_pass
from ..models.workout import Figures

register = template.Library()

for read in (
    colors.legible,
    *(lead_figures.lead_figures, lead_figures.other_figures),
    *(weather_words.weather_glyph, weather_words.sky),
    *(weather_words.compass, weather_words.wind_turn),
):
    register.filter(read.__name__, read)


@register.inclusion_tag("includes/_figure.html")
def figure(name: str, of: Figures, reader: Any) -> dict[str, Any]:
    """One figure of a workout or segment, and what it means."""
    label, title = lead_figures.words_for(name)
    return {"label": label, "title": title, "value": lead_figures.value_of(name, of, reader)}


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
