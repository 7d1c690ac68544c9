"""A segment written as GPX reads as the same positions."""

import gpxpy
import pytest

from tracks.readers import read_track
from tracks.writers.gpx import write_segment

from .making import document, point, segment, track


def test_segment_has_positions_and_elevations_only():
    data = document(
        track(segment([point()]), segment([point(49, 3, elevation=7.5), point(50, 4)]), name="Ride")
    )
    (written,) = gpxpy.parse(write_segment(read_track(data), 1)).tracks
    assert written.name is None
    assert [
        (place.latitude, place.longitude, place.elevation, place.time)
        for place in written.segments[0].points
    ] == [(49, 3, 7.5, None), (50, 4, None, None)]


def test_segment_that_does_not_exist():
    read = read_track(document(track(segment([point()])), track(segment([point()]))))
    with pytest.raises(IndexError):
        write_segment(read, 1)
