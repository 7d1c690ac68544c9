"""From the stored kilometres and metres to what a reader chose to read, and back."""

from django.utils.translation import gettext as _

KM_PER_MILE = 1.609344
FEET_PER_METRE = 3.280839895


def km_to_shown(km: float, *, imperial: bool) -> float:
    """Kilometres, or miles; the same factor turns km/h into miles per hour."""
    return km / KM_PER_MILE if imperial else km


def shown_to_km(shown: float, *, imperial: bool) -> float:
    """Back from what a reader typed: kilometres, or miles."""
    return shown * KM_PER_MILE if imperial else shown


def metres_to_shown(metres: float, *, imperial: bool) -> float:
    """Metres of altitude or climb, or feet."""
    return metres * FEET_PER_METRE if imperial else metres


def distance_name(*, imperial: bool) -> str:
    return _("mi") if imperial else _("km")


def speed_name(*, imperial: bool) -> str:
    return _("mph") if imperial else _("km/h")


def pace_name(*, imperial: bool) -> str:
    return _("/mi") if imperial else _("/km")


def elevation_name(*, imperial: bool) -> str:
    return _("ft") if imperial else _("m")
