"""What is within the limits is read, to the last point; one more is refused."""

import pytest

from tracks.errors import Problem, TrackError
from tracks.limits import Limits
from tracks.readers import read_track

from .making import document, point, segment, track


def refusal(data: bytes, limits: Limits) -> Problem:
    with pytest.raises(TrackError) as refused:
        read_track(data, limits)
    return Problem(refused.value.code)


def test_limits_unless_told_otherwise():
    assert Limits() == Limits(
        size_bytes=None,
        points=1_000_000,
        segments=1_000,
        depth=200,
        names=5_000,
        token_bytes=1_048_576,
    )


def test_last_point_within_the_limit_is_read():
    data = document(track(segment([point()] * 10)))
    assert read_track(data, Limits(points=10)).point_count == 10
    assert refusal(data, Limits(points=9)) == Problem.TOO_MANY_POINTS


def test_last_segment_within_the_limit_is_read():
    data = document(track(*[segment([point()])] * 10))
    assert read_track(data, Limits(segments=10)).segment_count == 10
    assert refusal(data, Limits(segments=9)) == Problem.TOO_MANY_SEGMENTS


def test_tracks_cost_what_segments_cost():
    data = document(track(segment([point()])), *[track()] * 9)
    assert read_track(data, Limits(segments=10)).segment_count == 1
    assert refusal(data, Limits(segments=9)) == Problem.TOO_MANY_SEGMENTS


def test_deepest_element_within_the_limit_is_read():
    deep = document(track(segment([point()]))) + b"<!--"
    opened = deep.split(b"</trkpt>")[0] + b"<a>" * 6
    assert refusal(opened, Limits(depth=10)) == Problem.TRUNCATED
    assert refusal(opened, Limits(depth=9)) == Problem.TOO_NESTED


def test_longest_token_within_the_limit_is_read():
    data = b"<gpx a='" + b"x" * 92
    assert refusal(data, Limits(token_bytes=100)) == Problem.TRUNCATED
    assert refusal(data, Limits(token_bytes=99)) == Problem.TOO_LONG_TOKEN


def test_refusal_names_the_limit():
    data = document(track(segment([point()] * 3)))
    with pytest.raises(TrackError, match="at most 2"):
        read_track(data, Limits(points=2))


def test_strange_root_is_named_by_its_first_forty_letters():
    with pytest.raises(TrackError) as refused:
        read_track(b"<" + b"a" * 41 + b"/>")
    assert refused.value.params == {"element": "a" * 40}
