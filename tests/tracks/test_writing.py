"""What is written as GPX reads as the same recording."""

import gpxpy
import numpy as np
import pytest

from tracks.readers import read_track
from tracks.writers.gpx import write_segment, write_track

from .making import document, point, segment, track

EXTENSIONS = "<hr>120</hr><cad>80</cad><power>210</power><atemp>20.5</atemp>"


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


def test_whole_recording_comes_back():
    rich = [point(49, 3, "2024-05-01T08:00:01.5Z", 7.5, EXTENSIONS), point(50, 4, None)]
    data = document(
        track(segment(rich), segment([]), name="A &amp; B"), track(segment([point(1e-7, -1e-7)]))
    )
    read = read_track(data)
    again = read_track(write_track(read).encode())
    for name in ("time", "latitude", "longitude", "elevation", "segments", "tracks"):
        ours, theirs = getattr(read, name), getattr(again, name)
        assert np.array_equal(ours, theirs, equal_nan=ours.dtype.kind in "fM")
    assert {kind: values[0] for kind, values in again.sensors.items()} == {
        "heart_rate": 120,
        "cadence": 80,
        "power": 210,
        "temperature": 20.5,
    }
    assert (again.name, again.creator) == ("A & B", "test")
