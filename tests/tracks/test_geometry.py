"""Distances between two points, against formulas written anew."""

import math

import numpy as np
import pytest

from tracks.geometry import distances_m, seconds_between, zero_as_missing

DEGREE_M = 2 * math.pi * 6_378_137 / 360
NAN = math.nan
HERE, THERE = slice(1, None), slice(None, -1)


def distance_m(
    one: tuple[float, float], other: tuple[float, float], heights: tuple[float, float] = (NAN, NAN)
) -> float:
    latitude, longitude = np.array([one, other]).T
    (metres,) = distances_m(latitude, longitude, np.array(heights), HERE, THERE)
    return float(metres)


@pytest.mark.parametrize(
    ("one", "other", "degrees"),
    [
        ((0, 0), (0.1, 0), 0.1),
        ((0, 0), (0, 0.1), 0.1),
        ((60, 0), (60, 0.1), 0.05),
        ((0, 0), (0.03, 0.04), 0.05 * 1.0),
        ((0, 0), (0.2, 0), 0.2),
        ((10, -0.05), (10, 0.05), 0.1 * math.cos(math.radians(10))),
    ],
)
def test_the_earth_is_flat_nearby(one: tuple, other: tuple, degrees: float):
    assert distance_m(one, other) == pytest.approx(degrees * DEGREE_M, rel=1e-7)


def test_the_width_is_that_at_the_point_arrived_at():
    wide = distance_m((0, 0), (0.15, 0.15))
    assert wide == pytest.approx(
        math.hypot(0.15, 0.15 * math.cos(math.radians(0.15))) * DEGREE_M, rel=1e-12
    )


@pytest.mark.parametrize(
    ("one", "other", "radians"),
    [
        ((0, 0), (90, 0), math.pi / 2),
        ((0, 0), (0, 180), math.pi),
        ((0, -90), (0, 90), math.pi),
        ((-30, 0), (60, 0), math.pi / 2),
        ((90, 0), (-90, 123), math.pi),
        ((0, 10), (0, 100), math.pi / 2),
        ((60, 0), (60, 180), math.pi / 3),
        ((45, 0), (45, 90), math.pi / 3),
    ],
)
def test_the_earth_is_a_sphere_far_away(one: tuple, other: tuple, radians: float):
    assert distance_m(one, other) == pytest.approx(radians * 6_378_137)
    assert distance_m(other, one) == pytest.approx(radians * 6_378_137)


@pytest.mark.parametrize("step", [(0.200001, 0), (0, 0.200001)])
def test_far_begins_beyond_a_fifth_of_a_degree(step: tuple[float, float]):
    level, steep = distance_m((60, 0), (60 + step[0], step[1])), (0.0, 5000.0)
    assert distance_m((60, 0), (60 + step[0], step[1]), steep) == level
    near = (60 + step[0] * 0.99, step[1] * 0.99)
    assert distance_m((60, 0), near, steep) > distance_m((60, 0), near) + 100


@pytest.mark.parametrize(
    ("heights", "climb"), [((0, 100), 100), ((100, 0), 100), ((50, 50), 0), ((NAN, 100), 0)]
)
def test_climb_lengthens_the_way(heights: tuple[float, float], climb: float):
    expected = math.hypot(0.001 * DEGREE_M, climb)
    assert distance_m((0, 0), (0.001, 0), heights) == pytest.approx(expected)


def test_seconds_are_signed_and_unknown_without_a_time():
    times = np.array(["2024-05-01T08:00:01.5", "2024-05-01T08:00:00", "NaT"], "datetime64[us]")
    seconds = seconds_between(times, HERE, THERE)
    assert seconds[0] == -1.5
    assert np.isnan(seconds[1])


def test_zero_metres_are_no_elevation():
    assert np.isnan(zero_as_missing(np.array([0.0, -0.0, 0.1, NAN]))).tolist() == [
        *(True, True, False, True)
    ]
