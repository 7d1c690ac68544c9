"""What is kept of each point, also where one batch of rows ends and the next begins."""

import numpy as np
import pytest

from tracks.errors import Problem, TrackError
from tracks.readers import read_track

from .making import document, one_point, point, segment, track


@pytest.mark.parametrize(
    ("value", "is_kept"),
    [(1_000_000, True), (1_000_000.5, False), (-1_000_000, True), (-1_000_000.5, False), (0, True)],
)
def test_highest_value_that_a_device_can_mean(value: float, is_kept: bool):
    data = one_point(elevation=value, extensions=f"<hr>{value}</hr>")
    read = read_track(data)
    assert read.elevation.tolist() == [value] if is_kept else np.isnan(read.elevation[0])
    assert {kind: each.tolist() for kind, each in read.sensors.items()} == (
        {"heart_rate": [value]} if is_kept else {}
    )


@pytest.mark.parametrize("count", [1, 2, 2047, 2048, 2049, 2050, 4097])
@pytest.mark.parametrize("space", ["", "<!-- -->"])
def test_no_point_is_lost_between_two_batches(count: int, space: str):
    written = [point(elevation=n, extensions=f"<hr>{n}</hr>") + space for n in range(count)]
    read = read_track(document(track(segment(written))))
    assert read.elevation.tolist() == list(range(count))
    assert read.sensors["heart_rate"].tolist() == list(range(count))
    assert read.segments.tolist() == [0, count]


@pytest.mark.parametrize("place", [0, 1, 2047, 2048, 2999])
def test_refusal_names_the_point_in_any_batch(place: int):
    written = [point() + "<!-- -->"] * 3000
    written[place] = point(longitude="east")
    with pytest.raises(TrackError) as refused:
        read_track(document(track(segment(written))))
    assert refused.value.code == Problem.NO_NUMBER
    assert refused.value.params == {"point": place + 1}


def test_markers_are_dropped_in_every_batch():
    written = [point(91 if n in (0, 2047, 2048, 4000) else 48) + "<!-- -->" for n in range(4001)]
    parts = [segment(written[:2048]), segment(written[2048:])]
    assert read_track(document(track(*parts))).segments.tolist() == [0, 2046, 3997]


@pytest.mark.parametrize(
    ("tracks", "problem"),
    [
        ([track(segment([point(91)])), track(segment([point()]))], Problem.NOT_ON_EARTH),
        ([track(segment([])), track(segment([point()]))], Problem.NO_POINTS),
        ([track(), track(segment([point(91)]))], Problem.NO_POINTS),
        ([track(segment([point(time=None)])), track(segment([point()]))], Problem.NO_TIME),
    ],
)
def test_what_the_first_track_lacks_no_other_gives(tracks: list[str], problem: Problem):
    with pytest.raises(TrackError) as refused:
        read_track(document(*tracks))
    assert refused.value.code == problem


def test_words_of_the_first_track_are_those_of_the_recording():
    words = "<name>Ride</name><desc>Far</desc><type>cycling</type>"
    other = "<name>Other</name><desc>Near</desc><type>running</type>"
    parts = f"{segment([point()])}</trk>"
    read = read_track(document(f"<trk>{words}{parts}", f"<trk>{other}{parts}"))
    assert (read.name, read.description, read.activity) == ("Ride", "Far", "cycling")


def test_words_of_white_space_are_none():
    read = read_track(document(track(segment([point()]), name=" \n ")))
    assert (read.name, read.description, read.activity, read.creator) == ("", "", "", "test")


@pytest.mark.parametrize(
    ("elevation", "expected"), [("1e3", 1000), (" 7 ", 7), ("-0.5", -0.5), ("1_0", 10)]
)
def test_numbers_are_read_as_python_reads_them(elevation: str, expected: float):
    written = [point(elevation=elevation), point(elevation="odd")]
    assert read_track(document(track(segment(written)))).elevation[0] == expected


def test_sensor_that_starts_late_is_missing_before():
    written = [point(), point(extensions="<power>250</power>")]
    read = read_track(document(track(segment(written))))
    assert np.isnan(read.sensors["power"]).tolist() == [True, False]
    assert set(read.sensors) == {"power"}
