"""The ground of the demo: a plain in the east, hills in the west, and ways over it.

Positions are metres east (x) and north (y) of home.
"""

import numpy as np
from numpy.typing import NDArray

from .outings import Outing, Shape

Floats = NDArray[np.float64]

STEP_M = 5.0
HILLS = {3, 4, 7, 8}


def altitude(x: Floats, y: Floats) -> Floats:
    """Metres above the sea; smooth, and the same each time one comes by."""
    ridge = 330 / (1 + np.exp((x + 1600) / 800))
    rolling = 24 * np.sin(x / 1200 + 1.3) * np.cos(y / 1400)
    metres: Floats = 212 + ridge + rolling + 4 * np.sin(x / 420 + y / 380)
    return metres


def make_way(outing: Outing, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """The way of an outing from home, a point about every five metres."""
    length = outing.distance_km * 1000
    # People go to the hills for the climb, and to the plain for speed.
    direction = chance.normal(np.pi if outing.sport_id in HILLS else 0.3, 0.8)
    if outing.shape is Shape.LOOP:
        x, y = loop(length, direction, chance)
    else:
        back = outing.shape is Shape.THERE_AND_BACK
        x, y = winding_line(length / 2 if back else length, direction, chance)
        if back:
            x, y = np.concatenate([x, x[::-1]]), np.concatenate([y, y[::-1]])
    return resample(x, y, length)


def loop(length: float, direction: float, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """A dented ring through home that lies in `direction` (radians from the east)."""
    angle = np.linspace(0, 2 * np.pi, 4000)
    radius = np.ones_like(angle)
    for wave in range(2, 9):
        size = chance.normal(0, 0.32 / wave)
        radius += size * np.cos(wave * angle + chance.uniform(0, 2 * np.pi))
    radius = np.maximum(radius, 0.25)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    scale = length / np.hypot(np.diff(x), np.diff(y)).sum()
    turn = direction - np.pi
    x, y = (x - x[0]) * scale, (y - y[0]) * scale
    east, north = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    return add_bends(east, north, length, chance)


def winding_line(
    length: float, direction: float, chance: np.random.Generator
) -> tuple[Floats, Floats]:
    """A way out whose heading wanders."""
    count = max(int(length / STEP_M), 2)
    heading = direction + 0.9 * smooth_noise(count, 900 / STEP_M, chance)
    x, y = np.cumsum(np.cos(heading)) * STEP_M, np.cumsum(np.sin(heading)) * STEP_M
    return add_bends(x - x[0], y - y[0], length, chance)


def add_bends(
    x: Floats, y: Floats, length: float, chance: np.random.Generator
) -> tuple[Floats, Floats]:
    """Bends of a few dozen metres, as ways have; none at either end."""
    wave = len(x) * 260 / length
    fade = np.minimum(1, np.linspace(0, 30, len(x))) * np.minimum(1, np.linspace(30, 0, len(x)))
    return (
        x + 22 * fade * smooth_noise(len(x), wave, chance),
        y + 22 * fade * smooth_noise(len(y), wave, chance),
    )


def resample(x: Floats, y: Floats, length: float) -> tuple[Floats, Floats]:
    """The same way, scaled around home to `length` metres, with even steps."""
    along = np.concatenate([[0.0], np.hypot(np.diff(x), np.diff(y)).cumsum()])
    even = np.linspace(0, along[-1], max(int(length / STEP_M), 2))
    scale = length / along[-1]
    return np.interp(even, along, x) * scale, np.interp(even, along, y) * scale


def smooth_noise(count: int, wave: float, chance: np.random.Generator) -> Floats:
    """`count` values around 0 with deviation 1 that change over about `wave` values."""
    knots = max(int(count / max(wave, 1)), 1) + 4
    coarse = chance.normal(size=knots)
    place = np.linspace(1, knots - 3, count)
    left = place.astype(int)
    part = place - left
    # Cubic (Catmull–Rom) interpolation, so that there are no corners.
    before, here, after, beyond = (coarse[left + shift] for shift in (-1, 0, 1, 2))
    slope, next_slope = (after - before) / 2, (beyond - here) / 2
    ease = 2 * part**3 - 3 * part**2
    values: Floats = (
        (1 + ease) * here
        - ease * after
        + (part**3 - 2 * part**2 + part) * slope
        + (part**3 - part**2) * next_slope
    )
    return values
