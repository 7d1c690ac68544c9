"""Arithmetic of figures that people and recordings share."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal


def round_half_up(number: float, decimals: int) -> float:
    """`number` as it is written, rounded like a person does: 0.125 → 0.13."""
    unit = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(float(number))).quantize(unit, rounding=ROUND_HALF_UP))


def speed_kmh(distance_km: float, time: timedelta) -> float:
    """Kilometres per hour with two decimals; 0 in no time."""
    hours = time / timedelta(hours=1)
    return round_half_up(distance_km / hours, 2) if hours else 0.0
