"""What a chart can show: its quantities, in which units, and how their values are written."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..formatting import NOTHING, number, pace_at
from ..units import elevation_name, pace_name, speed_name


@dataclass(frozen=True)
class Quantity:
    """What one lane shows, and how its vertical axis is chosen."""

    key: str
    name: str | Promise
    decimals: int
    least_span: float
    from_zero: bool = False
    filled: bool = False


ELEVATION = Quantity("elevation", gettext_lazy("Elevation"), 0, 40, filled=True)
SPEED = Quantity("speed", gettext_lazy("Speed"), 1, 4, from_zero=True)
PACE = Quantity("pace", gettext_lazy("Pace"), 0, 2)
SENSORS = {
    "heart_rate": Quantity("heart_rate", gettext_lazy("Heart rate"), 0, 30),
    "power": Quantity("power", gettext_lazy("Power"), 0, 50, from_zero=True),
    "cadence": Quantity("cadence", gettext_lazy("Cadence"), 0, 20, from_zero=True),
    "temperature": Quantity("temperature", gettext_lazy("Temperature"), 0, 6),
}


def value_text(quantity: Quantity, value: float | None) -> str:
    """A value of the chart as plain text without its unit."""
    if value is None:
        return NOTHING
    return pace_at(value) if quantity is PACE else number(value, quantity.decimals)


def unit_of(quantity: Quantity, *, imperial: bool) -> str:
    return {
        "elevation": elevation_name(imperial=imperial),
        "speed": speed_name(imperial=imperial),
        "pace": pace_name(imperial=imperial),
        "heart_rate": _("bpm"),
        "cadence": _("rpm"),
        "power": "W",
        "temperature": "°C",
    }[quantity.key]
