"""The sports this product knows: one row each, read by models, pages, charts and rules.

Ids and labels are part of the API and never change; the rows of the database refer to them.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Kind:
    """What is the same for everybody about one sport.

    `drawing` names an icon of `sport_drawings`; a `paced` sport counts minutes per kilometre;
    `lead` is the figure that matters most beside distance and time; nobody's average speed
    exceeds `fastest_kmh` (analysis of outliers: 12.5 m/s on foot, 33 on a bicycle, and so on).
    """

    label: str
    color: str
    drawing: str
    paced: bool = False
    lead: str = "speed"
    fastest_kmh: float = 360.0


ON_FOOT_KMH, CYCLING_KMH, ELECTRIC_KMH, ROWING_KMH, SKIING_KMH = 45.0, 118.8, 72.0, 32.4, 162.0

KINDS = {
    1: Kind(gettext_noop("Cycling (Sport)"), "#4c9792", "bike", fastest_kmh=CYCLING_KMH),
    2: Kind(gettext_noop("Cycling (Transport)"), "#88af98", "city-bike", fastest_kmh=CYCLING_KMH),
    3: Kind(gettext_noop("Hiking"), "#bb757c", "trekking", True, "climb", ON_FOOT_KMH),
    4: Kind(gettext_noop("Mountain Biking"), "#d4b371", "mountain-bike", fastest_kmh=CYCLING_KMH),
    5: Kind(gettext_noop("Running"), "#835b83", "run", True, "pace", ON_FOOT_KMH),
    6: Kind(gettext_noop("Walking"), "#838383", "walk", True, "pace", ON_FOOT_KMH),
    7: Kind(
        gettext_noop("Mountain Biking (Electric)"),
        "#fc9d6f",
        "electric-mountain-bike",
        fastest_kmh=ELECTRIC_KMH,
    ),
    8: Kind(gettext_noop("Trail"), "#09a98a", "trail", True, "climb", ON_FOOT_KMH),
    9: Kind(gettext_noop("Skiing (Alpine)"), "#67a4bd", "alpine-ski", False, "descent", SKIING_KMH),
    10: Kind(
        gettext_noop("Skiing (Cross Country)"), "#9498d0", "nordic-ski", fastest_kmh=SKIING_KMH
    ),
    11: Kind(gettext_noop("Rowing"), "#fcce72", "row", fastest_kmh=ROWING_KMH),
    12: Kind(gettext_noop("Snowshoes"), "#5780a8", "snowshoes", True, "climb", ON_FOOT_KMH),
}
# Of a sport that an administrator made.
UNKNOWN = Kind("", "#838383", "heartbeat")
