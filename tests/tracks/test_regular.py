"""Points that are written alike are read at once, and mean what they mean tag by tag."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracks.errors import Problem, TrackError
from tracks.model import Track
from tracks.readers import read_track
from tracks.readers.gpx import reader as gpx

from .making import document, point, segment, track

PLAIN = (
    '<trkpt lat="48.{n}" lon="2.{n}"><ele>{n}</ele><time>2024-05-01T08:00:{n:02}Z</time></trkpt>'
)
ODD = [
    PLAIN,
    PLAIN.replace("><", "> <"),
    PLAIN.replace("</trkpt>", "<extensions><hr>1{n}</hr></extensions></trkpt>"),
    PLAIN.replace("</trkpt>", "<extensions><a><hr>1{n}</hr></a><cad/></extensions></trkpt>"),
    PLAIN.replace("</trkpt>", "<speed>{n}</speed><hr>9</hr></trkpt>"),
    PLAIN.replace("<ele>{n}</ele>", ""),
    PLAIN.replace("<ele>{n}</ele>", "<ele/>"),
    PLAIN.replace("<ele>{n}</ele>", "<ele><!-- 5 -->{n}</ele>"),
    PLAIN.replace("<ele>{n}</ele>", "<ele><![CDATA[{n}]]></ele>"),
    PLAIN.replace("<ele>{n}</ele>", "<ele>&#49;{n}</ele>"),
    PLAIN.replace("<ele>{n}</ele>", "<ele>1</ele><ele>{n}</ele>"),
    PLAIN.replace("<ele>{n}</ele>", '<ele unit="m">{n}</ele>'),
    PLAIN.replace("<ele>{n}</ele>", "<ele><b>{n}</b></ele>"),
    PLAIN.replace("<ele>{n}</ele>", "<ele>\u00a0{n}</ele>"),
    PLAIN.replace('lat="48.{n}" lon="2.{n}"', "lon='3.{n}' lat='49.{n}'"),
    PLAIN.replace('lat="48.{n}" lon="2.{n}"', 'lon="3.{n}" lat="49.{n}"'),
    PLAIN.replace(
        "</trkpt>", "</trkpt><!--" + PLAIN.replace("{n}", "7").replace("{n:02}", "07") + "-->"
    ),
    "</trkseg><trkseg>" + PLAIN,
    "<![CDATA[" + PLAIN + "]]>",
]


def tag_by_tag(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Track:
    with monkeypatch.context() as patch:
        patch.setattr(gpx, "SHORT_RUNS", 0)
        return read_track(data)


def assert_equal(one: Track, other: Track) -> None:
    for name in ("latitude", "longitude", "elevation", "time", "segments"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert np.array_equal(ours, theirs, equal_nan=ours.dtype.kind in "fM")
    assert set(one.sensors) == set(other.sensors)
    for kind in one.sensors:
        assert np.array_equal(one.sensors[kind], other.sensors[kind], equal_nan=True)


runs = st.lists(st.tuples(st.sampled_from(ODD), st.integers(1, 9)), min_size=1, max_size=12)


@given(runs=runs, space=st.sampled_from(["", "\n  ", "\r\n"]))
@settings(max_examples=150, deadline=None)
def test_runs_mean_what_their_tags_mean(runs: list[tuple[str, int]], space: str):
    forms = [PLAIN, *(form for form, count in runs for _ in range(count))]
    points = [
        form.replace("{n:02}", f"{n % 60:02}").replace("{n}", str(n))
        for n, form in enumerate(forms)
    ]
    data = document(track(segment(space + written for written in points)))
    with pytest.MonkeyPatch.context() as monkeypatch:
        slowly = tag_by_tag(data, monkeypatch)
    assert_equal(read_track(data), slowly)


def test_long_run_is_read_at_once(monkeypatch: pytest.MonkeyPatch):
    written = [
        point(48 + n / 1e5, 2, elevation=n, extensions=f"<hr>{n % 200}</hr>") for n in range(9000)
    ]
    data = document(track(segment(written)))
    calls = []
    monkeypatch.setattr(gpx._Reader, "_read_tags", spy(gpx._Reader._read_tags, calls))
    fast = read_track(data)
    assert len(calls) < 5
    assert_equal(fast, tag_by_tag(data, monkeypatch))


def spy(method, calls):
    def call(*arguments):
        calls.append(arguments)
        return method(*arguments)

    return call


def test_prefix_that_changes_its_meaning_is_followed():
    inner = '<trkseg xmlns:g="urn:other">'
    written = "".join(point().replace("trkpt", "g:trkpt") for _ in range(5))
    own = 'xmlns:g="http://www.topografix.com/GPX/1/1"'
    parts = f"<g:trkseg>{written}</g:trkseg>{inner}{written}</trkseg>"
    body = f"<g:gpx {own}><g:trk>{parts}</g:trk></g:gpx>"
    body = body.replace("<time", "<g:time").replace("</time", "</g:time")
    assert read_track(body.encode()).point_count == 5


@pytest.mark.parametrize("damage", ["</ele>", "<x:y/>", "&nope;", "\x01"])
def test_damage_within_a_run_is_found(damage: str):
    written = [point(elevation=n) for n in range(50)]
    written[30] = written[30].replace("<time>", damage + "<time>")
    with pytest.raises(TrackError) as refused:
        read_track(document(track(segment(written))))
    assert refused.value.code == Problem.DAMAGED


@pytest.mark.parametrize(
    "written", ["<b>{n}</b>", "<b/>{n}", "{n}<b/>", "<!-- 5 -->{n}", "<![CDATA[{n}]]>", " {n}\n"]
)
def test_text_within_a_value_is_found_in_every_point(written: str):
    points = [point(elevation=written.format(n=n)) for n in range(30)]
    read = read_track(document(track(segment(points))))
    assert read.elevation.tolist() == list(range(30))
