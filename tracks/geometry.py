"""Distances between points, by the formulas and in the order of operations of gpxpy 1.6."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .model import Floats

EARTH_RADIUS_M = 6378.137 * 1000
ONE_DEGREE_M = (2 * math.pi * EARTH_RADIUS_M) / 360
FLAT_UP_TO_DEGREES = 0.2


def distances_m(
    latitude: Floats, longitude: Floats, elevation: Floats, here: slice, there: slice
) -> Floats:
    """Metres between the points `here` and `there`, in space where both elevations are known.

    The earth is flat, as wide as at the latitude of `here`; beyond 0.2° the haversine formula
    counts, without elevations.
    """
    north = latitude[here] - latitude[there]
    east = longitude[here] - longitude[there]
    scaled = east * _by_libm(math.cos, np.radians(latitude[here]))
    result = np.sqrt(north * north + scaled * scaled) * ONE_DEGREE_M
    climb = elevation[here] - elevation[there]
    steep = climb != 0
    steep &= ~np.isnan(climb)
    result[steep] = np.sqrt(result[steep] ** 2 + climb[steep] ** 2)
    far = (np.abs(north) > FLAT_UP_TO_DEGREES) | (np.abs(east) > FLAT_UP_TO_DEGREES)
    for at in np.flatnonzero(far):
        ends = (latitude[here][at], longitude[here][at], latitude[there][at], longitude[there][at])
        result[at] = _haversine_m(*map(float, ends))
    return result


def _haversine_m(
    latitude_1: float, longitude_1: float, latitude_2: float, longitude_2: float
) -> float:
    """Great-circle distance in metres; www.movable-type.co.uk/scripts/latlong.html."""
    half_east = math.radians(longitude_1 - longitude_2) / 2
    north_1, north_2 = math.radians(latitude_1), math.radians(latitude_2)
    chord = math.pow(math.sin((north_1 - north_2) / 2), 2)
    chord += math.pow(math.sin(half_east), 2) * math.cos(north_1) * math.cos(north_2)
    # Rounding may leave the antipodes a little more than half a turn away.
    return EARTH_RADIUS_M * (2 * math.asin(math.sqrt(min(1.0, chord))))


def _by_libm(function: Callable[[float], float], values: Floats) -> Floats:
    """`function` of each value: numpy's own differs from the C library's in the last digit."""
    return np.fromiter(map(function, values.tolist()), np.float64, len(values))


def seconds_between(times: NDArray[np.datetime64], here: slice, there: slice) -> Floats:
    """Seconds from `there` to `here`, NaN where a time is missing."""
    passed = times[here] - times[there]
    seconds = passed.astype(np.int64) / 1e6
    seconds[np.isnat(passed)] = np.nan
    return seconds


def zero_as_missing(elevation: Floats) -> Floats:
    """gpxpy takes 0 m for "no elevation" when it adds up distances."""
    return np.where(elevation == 0, np.nan, elevation)
