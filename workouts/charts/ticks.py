"""Round numbers for the ticks of an axis."""

import math

DAY = 86_400
# What a clock is divided by, in seconds; above them whole days.
CLOCK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
# How paces are rounded, in seconds, and how near to each other their ticks may be.
PACE_STEPS = (300, 120, 60, 30, 15, 10, 5)
SLOWEST_PACE_S = 3600
LEAST_APART = 0.15
ENOUGH_PACES = 3


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that divides `span` at most `most` times."""
    if span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    return next(step * power for step in (1, 2, 5, 10, 20) if span / (step * power) <= most)


def clock_step(span_s: float, most: int) -> float:
    """The smallest handy number of seconds, minutes, hours or days that divides `span_s`."""
    for step in CLOCK_STEPS:
        if span_s / step <= most:
            return float(step)
    return DAY * max(1.0, round_step(span_s / DAY, most))


def multiples(step: float, low: float, high: float) -> list[float]:
    """The multiples of `step` from `low` to `high`, both included."""
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def is_multiple(value: float, step: float) -> bool:
    """Whether `value` is a multiple of `step`, but for the rounding of floats."""
    return abs(value / step - round(value / step)) < 1e-6


def pace_speeds(low: float, high: float) -> list[tuple[float, float]]:
    """Ticks of a pace axis as (seconds for one unit, speed per hour), fastest first.

    The axis is linear in speed, from `low` to `high`: the roundest paces come first, finer ones
    only where there is room.
    """
    apart = (high - low) * LEAST_APART
    kept: list[tuple[float, float]] = []
    for step in PACE_STEPS:
        for pace in multiples(step, max(3600 / high, step), min(3600 / low, SLOWEST_PACE_S)):
            if all(abs(3600 / pace - speed) >= apart for _, speed in kept):
                kept.append((pace, 3600 / pace))
        if step <= 60 and len(kept) >= ENOUGH_PACES:
            break
    return sorted(kept)
