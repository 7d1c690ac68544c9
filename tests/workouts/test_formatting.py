"""Figures as people read them."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from workouts import formatting

METRIC = SimpleNamespace(imperial_units=False)
IMPERIAL = SimpleNamespace(imperial_units=True)


def words(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).replace("\u202f", " ")


@pytest.mark.parametrize(
    ("km", "reader", "text"),
    [
        (12.43, METRIC, "12.4 km"),
        (0.543, METRIC, "0.54 km"),
        (0.999, METRIC, "1.0 km"),
        (0.0, METRIC, "0.0 km"),
        (1.609344, IMPERIAL, "1.0 mi"),
        (1234.56, METRIC, "1,234.6 km"),
    ],
)
def test_distance_has_one_decimal_or_two_below_one(km, reader, text):
    assert words(formatting.distance(km, reader)) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(hours=1, minutes=43, seconds=5), "1 h 43"),
        (timedelta(hours=1, minutes=59, seconds=40), "2 h 00"),
        (timedelta(minutes=43, seconds=12), "43 min"),
        (timedelta(seconds=25), "25 s"),
        (timedelta(0), "0 s"),
        (timedelta(days=2, minutes=4), "48 h 04"),
    ],
)
def test_duration_speaks_of_hours_and_minutes(span, text):
    assert words(formatting.duration(span)) == text


def test_clock_is_exact_beyond_a_day():
    assert formatting.clock(timedelta(days=2, seconds=250)) == "48:04:10"


def test_pace_is_minutes_per_kilometre_or_mile():
    assert words(formatting.pace(12.0, METRIC)) == "5:00 /km"
    assert words(formatting.pace(12.0, IMPERIAL)) == "8:03 /mi"


def test_pace_of_nobody_moving_is_a_dash():
    assert formatting.pace(0.0, METRIC) == "–"


def test_climb_is_whole_metres_or_feet_with_a_sign():
    assert words(formatting.climb(640.4, METRIC)) == "+640 m"
    assert words(formatting.climb(100.0, IMPERIAL)) == "+328 ft"


def test_numbers_follow_the_language():
    with override("de"):
        assert words(formatting.distance(12.43, METRIC)) == "12,4 km"


def test_missing_figures_are_a_dash():
    assert formatting.elevation(None, METRIC) == "–"
