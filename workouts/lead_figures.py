"""Which figures of a workout are shown, in which order, and what they are called."""

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from .formatting import climb, clock, distance, duration, elevation, pace, speed
from .models import Sport
from .models.workout import Figures

NAMES = (
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


def lead_figures(sport: Sport, of: Figures) -> list[str]:
    """The names of the three figures that matter most in a sport."""
    is_known = {"climb": of.ascent_m, "descent": of.descent_m}.get(sport.kind.lead, 0) is not None
    usual = "pace" if sport.kind.paced else "speed"
    return ["distance", "moving", sport.kind.lead if is_known else usual]


def other_figures(sport: Sport, of: Figures) -> list[str]:
    """The names of the figures that are known beside the leading ones."""
    lead = lead_figures(sport, of)
    known = {
        "pace": sport.kind.paced and bool(of.ave_speed_kmh),
        "climb": of.ascent_m is not None,
        "descent": of.descent_m is not None,
        "pauses": bool(of.pauses),
        "elapsed": of.duration != of.moving,
        "altitude": of.min_alt_m is not None and of.max_alt_m is not None,
    }
    return [name for name in NAMES if name not in lead and known.get(name, True)]


def words_for(name: str) -> tuple[str, str]:
    """What a figure is called, and what it means where that is not plain."""
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


def value_of(name: str, of: Figures, reader: Any) -> str:
    """A figure as HTML, in the reader's units."""
    match name:
        case "distance":
            return distance(of.distance_km, reader)
        case "moving":
            return duration(of.moving)
        case "pace":
            return pace(of.ave_speed_kmh, reader)
        case "speed":
            return speed(of.ave_speed_kmh, reader)
        case "climb":
            return climb(of.ascent_m, reader)
        case "descent":
            return elevation(of.descent_m, reader)
        case "max_speed":
            return speed(of.max_speed_kmh, reader)
        case "elapsed":
            return clock(of.duration)
        case "pauses":
            return clock(of.pauses)
    lowest, highest = elevation(of.min_alt_m, reader), elevation(of.max_alt_m, reader)
    return format_html("{} – {}", lowest, highest)
