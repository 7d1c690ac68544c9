"""Which points of a long recording its line on the map keeps."""

import numpy as np
import pytest

from tracks.analysis.series import map_line
from tracks.model import Track

BEGIN = np.datetime64("2024-05-01T08:00:00", "us")


def path(latitude: list[float], longitude: list[float], *bounds: int) -> Track:
    """A recording of these places; segments begin at `bounds`."""
    count = len(latitude)
    return Track(
        time=BEGIN + np.arange(count) * np.timedelta64(1, "s"),
        latitude=np.array(latitude, np.float64),
        longitude=np.array(longitude, np.float64),
        elevation=np.full(count, np.nan),
        segments=np.array([0, *bounds, count]),
        tracks=np.array([0, len(bounds) + 1]),
    )


def eastward(count: int, bumps: dict[int, float], *bounds: int) -> Track:
    """A straight way east with some points beside it; longitudes tell the points apart."""
    latitude = [48 + bumps.get(place, 0) for place in range(count)]
    return path(latitude, [2 + place / 1000 for place in range(count)], *bounds)


def kept(recording: Track, max_points: int, segment: int | None = None) -> list[list[int]]:
    """Places of the points of an `eastward` recording that are on its lines."""
    lines = map_line(recording, max_points, segment)
    return [np.rint((line[:, 1] - 2) * 1000).astype(int).tolist() for line in lines]


def test_the_points_farthest_to_either_side_stay():
    bumps = {4: 0.01, 9: -0.01, 20: 0.01, 26: -0.01, 7: 0.009, 23: -0.009}
    assert kept(eastward(30, bumps), 6) == [[0, 4, 9, 15, 20, 26, 29]]


def test_sides_are_those_of_a_chord_that_is_not_level():
    recording = eastward(30, {place: place / 1000 for place in range(30)})
    recording.latitude[[3, 18]] += 0.002
    recording.latitude[[11, 25]] -= 0.002
    assert kept(recording, 6) == [[0, 3, 11, 15, 18, 25, 29]]


@pytest.mark.parametrize(
    ("max_points", "expected"),
    [(30, list(range(30))), (29, None), (3, [0, 12, 20, 29]), (2, [0, 12, 20, 29])],
)
def test_a_recording_that_fits_is_whole_and_one_more_point_thins_it(
    max_points: int, expected: list[int] | None
):
    (line,) = kept(eastward(30, {12: 0.01, 20: -0.01}), max_points)
    assert line == expected if expected else len(line) < 30


def test_the_last_stretch_may_be_shorter():
    assert kept(eastward(31, {12: 0.01, 20: -0.01, 28: 0.01}), 6) == [[0, 12, 16, 20, 28, 30]]


def test_every_segment_keeps_both_its_ends():
    assert kept(eastward(30, {}, 10, 22), 3) == [[0, 9], [10, 21], [22, 29]]


def test_a_segment_is_drawn_alone():
    recording = eastward(30, {15: 0.01}, 10, 22)
    assert kept(recording, 3, 1) == [[10, 15, 21]]
    assert kept(recording, 100, 2) == [list(range(22, 30))]


def round_trip(latitude: float, bumps: dict[int, tuple[float, float]]) -> Track:
    """Fifteen points that end where they begin, with some points away from there."""
    away = [bumps.get(place, (0.0, 0.0)) for place in range(15)]
    return path([latitude + north for north, _ in away], [2 + east for _, east in away])


def test_a_round_trip_keeps_the_point_farthest_from_its_start():
    recording = round_trip(48, {3: (0.005, 0), 7: (0, 0.02), 11: (-0.005, 0)})
    (line,) = map_line(recording, 3)
    assert line.tolist() == [[48, 2], [48, 2.02], [48, 2]]


def test_a_degree_east_is_half_as_far_as_one_north_at_sixty_degrees():
    recording = round_trip(60, {4: (0.006, 0), 10: (0, 0.011)})
    (line,) = map_line(recording, 3)
    assert line.tolist() == [[60, 2], [60.006, 2], [60, 2]]


def test_places_have_six_decimals():
    (line,) = map_line(path([48.123456789], [2.987654321]), 10)
    assert line.tolist() == [[48.123457, 2.987654]]
