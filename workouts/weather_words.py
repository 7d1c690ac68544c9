"""The weather of a workout in words, glyphs and points of the compass."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

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


def weather_glyph(icon: str) -> str:
    """The name of the glyph for a kind of weather."""
    return WEATHER_GLYPHS.get(icon, "cloud")


def sky(summary: str) -> str:
    """The words for a kind of weather in the reader's language, where they are known."""
    return _(summary) if summary else ""


def compass(bearing: float) -> str:
    """The point of the compass that a wind comes from."""
    letters = {
        "N": pgettext("north", "N"),
        "E": pgettext("east", "E"),
        "S": pgettext("south", "S"),
        "W": pgettext("west", "W"),
    }
    return "".join(letters[letter] for letter in COMPASS[round(bearing / 22.5) % 16])


def wind_turn(bearing: float) -> str:
    """The turn of an arrow that flies with a wind from `bearing`, in degrees."""
    return f"{(bearing + 180) % 360:.0f}"
