"""What is no recording is refused, each with a sentence of its own."""

import subprocess
import sys
import zlib

import pytest

from tracks.errors import SENTENCES, Problem, TrackError
from tracks.limits import Limits
from tracks.readers import read_track

from .making import document, one_point, point, segment, track

DOCTYPE = '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa">]>'
LAUGHS = '<!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE gpx SYSTEM "file:///etc/passwd">'
NO_TIME = one_point(time=None)
KML = b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY_FILE),
        (b" \r\n\t ", Problem.EMPTY_FILE),
        (b"\0" * 500, Problem.EMPTY_FILE),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, Problem.PICTURE),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", Problem.PICTURE),
        (b"hello, this is a text", Problem.NOT_XML),
        (zlib.compress(b"x" * 1000), Problem.NOT_XML),
        (b'{"type": "FeatureCollection"}', Problem.NOT_XML),
        (b"<!DOCTYPE html><html></html>", Problem.WEB_PAGE),
        (b"<html><body>404</body></html>", Problem.WEB_PAGE),
        (KML, Problem.NOT_GPX),
        (b"<TrainingCenterDatabase/>", Problem.NOT_GPX),
        (b"<gpx><trk></gpx>", Problem.DAMAGED),
        (b"<gpx><trk><foo:bar/></trk></gpx>", Problem.DAMAGED),
        (b"<gpx a='1' a='2'/>", Problem.DAMAGED),
        (document(track(segment([point()])))[:-20], Problem.TRUNCATED),
        (b"<gpx", Problem.TRUNCATED),
        (document(track(segment([point()])), head=DOCTYPE), Problem.DOCTYPE),
        (document(track(name="&c;"), head=LAUGHS), Problem.DOCTYPE),
        (document(track(), head=OUTSIDE), Problem.DOCTYPE),
        (b'<?xml version="1.0" encoding="klingon"?><gpx/>', Problem.ENCODING),
        (b'<?xml version="1.0" encoding="punycode"?><gpx/>', Problem.ENCODING),
        (b'<?xml version="1.0" encoding="rot13"?><gpx/>', Problem.ENCODING),
        (b'<?xml version="1.0" encoding="shift_jis"?><gpx>\xff\xff</gpx>', Problem.ENCODING),
        (document(), Problem.NO_TRACK),
        (document('<wpt lat="1" lon="2"/><rte><rtept lat="1" lon="2"/></rte>'), Problem.NO_TRACK),
        (document(track()), Problem.NO_POINTS),
        (document(track(segment([]))), Problem.NO_POINTS),
        (document(track(), track(segment([point()]))), Problem.NO_POINTS),
        (NO_TIME, Problem.NO_TIME),
        (one_point(time="yesterday"), Problem.NO_TIME),
        (one_point(time="2024-13-01T00:00:00Z"), Problem.NO_TIME),
        (one_point(latitude="undefined"), Problem.NO_NUMBER),
        (one_point(latitude=""), Problem.NO_NUMBER),
        (one_point(latitude="NaN"), Problem.NO_NUMBER),
        (one_point(longitude="inf"), Problem.NO_NUMBER),
        (one_point(longitude="-Infinity"), Problem.NO_NUMBER),
        (one_point(longitude="1e999"), Problem.NO_NUMBER),
        (document(track(segment(["<trkpt/>"]))), Problem.NO_NUMBER),
        (document(track(segment(['<trkpt lat="1"/>']))), Problem.NO_NUMBER),
        (one_point(latitude=91), Problem.NOT_ON_EARTH),
        (document(track(segment([point(200, 0)] * 3), segment([]))), Problem.NOT_ON_EARTH),
    ],
)
def test_refused_for_its_own_reason(data: bytes, problem: Problem):
    with pytest.raises(TrackError) as refused:
        read_track(data)
    assert refused.value.code == problem
    (sentence,) = refused.value.messages
    assert sentence.endswith(".")
    assert "%(" not in sentence


def test_every_problem_has_its_own_sentence():
    sentences = [str(SENTENCES[problem]) for problem in Problem]
    assert len(set(sentences)) == len(list(Problem))


def test_refusal_names_the_point():
    data = document(track(segment([point(), point(), point(latitude="95 N")])))
    with pytest.raises(TrackError, match=r"position of point 3 is not a number"):
        read_track(data)


def test_file_above_the_limit_is_refused():
    data = one_point()
    with pytest.raises(TrackError) as refused:
        read_track(data, Limits(size_bytes=len(data) - 1))
    assert refused.value.code == Problem.TOO_LARGE
    assert read_track(data, Limits(size_bytes=len(data))).point_count == 1


def test_too_many_points_are_refused():
    data = document(track(segment([point()] * 11)))
    with pytest.raises(TrackError) as refused:
        read_track(data, Limits(points=10))
    assert refused.value.code == Problem.TOO_MANY_POINTS


def test_too_many_segments_are_refused():
    data = document(track(*[segment([point()])] * 11))
    with pytest.raises(TrackError) as refused:
        read_track(data, Limits(segments=10))
    assert refused.value.code == Problem.TOO_MANY_SEGMENTS


def test_too_many_segments_are_refused_before_the_rest_is_read():
    parts = [segment([point(), point(48.1)])] * 19_000
    with pytest.raises(TrackError) as refused:
        read_track(document(track(*parts)).replace(b"</gpx>", b"</tpx>"))
    assert refused.value.code == Problem.TOO_MANY_SEGMENTS
    assert refused.value.messages == ["The recording has too many segments: at most 1000."]


MALICE = {
    Problem.TOO_NESTED: "b'<gpx>' + b'<a>' * 1_000_000",
    Problem.TOO_MANY_NAMES: "b'<gpx>' + b''.join(b'<a%d/>' % i for i in range(1_000_000))",
    Problem.TOO_LONG_TOKEN: "b'<gpx a=\"' + b'x' * 10_000_000 + b'\"/>'",
    Problem.TOO_MANY_SEGMENTS: "b'<gpx><trk>' + b'<trkseg/>' * 1_000_000 + b'</trk></gpx>'",
}
READ = """
import resource, sys
from django.core.exceptions import ValidationError
from tracks.readers import read_track
data = {data}
before = resource.getrusage(resource.RUSAGE_SELF)
try:
    read_track(data)
except ValidationError as error:
    after = resource.getrusage(resource.RUSAGE_SELF)
    megabytes = (after.ru_maxrss - before.ru_maxrss) // 1024
    print(error.code, megabytes, after.ru_utime - before.ru_utime)
"""


@pytest.mark.parametrize("problem", MALICE)
def test_malice_is_refused_soon_and_costs_little_memory(problem: Problem):
    script = READ.format(data=MALICE[problem])
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    code, megabytes, seconds = done.stdout.split()
    assert code == problem
    assert int(megabytes) < 60
    assert float(seconds) < 5


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b'<?xml version="1.0" encoding="klingon"?><gpx/>', "klingon"),
        (b'<?xml version="1.0" encoding="punycode"?><gpx/>', "punycode"),
        (b'<?xml version="1.0" encoding="shift_jis"?><gpx>\xff\xff</gpx>', "shift_jis"),
    ],
)
def test_refusal_names_the_encoding(data: bytes, encoding: str):
    with pytest.raises(TrackError) as refused:
        read_track(data)
    assert refused.value.params == {"encoding": encoding}


@pytest.mark.parametrize(("letters", "problem"), [(999, Problem.DAMAGED), (1000, Problem.NOT_XML)])
def test_what_begins_as_a_text_is_no_xml(letters: int, problem: Problem):
    with pytest.raises(TrackError) as refused:
        read_track(b"x" * letters + b"<gpx/>")
    assert refused.value.code == problem


@pytest.mark.parametrize("lines", [1, 2, 40])
def test_refusal_names_the_damaged_line(lines: int):
    with pytest.raises(TrackError) as refused:
        read_track(b"<gpx>" + b"\n" * (lines - 1) + b"<trk></gpx>")
    assert refused.value.params == {"line": lines}


@pytest.mark.parametrize("size", [0, 1, 100])
def test_refusal_names_the_size_that_is_accepted(size: int):
    with pytest.raises(TrackError) as refused:
        read_track(b"x" * (size + 1), Limits(size_bytes=size))
    assert (refused.value.code, refused.value.params) == (Problem.TOO_LARGE, {"limit": size})


@pytest.mark.parametrize("name", ["gpx", "GPX", "agpx"])
def test_root_is_gpx_and_nothing_like_it(name: str):
    data = document(track(segment([point()]))).replace(b"<gpx", b"<" + name.encode())
    data = data.replace(b"</gpx", b"</" + name.encode())
    if name == "gpx":
        assert read_track(data).creator == "test"
        return
    with pytest.raises(TrackError) as refused:
        read_track(data)
    assert (refused.value.code, refused.value.params) == (Problem.NOT_GPX, {"element": name})
