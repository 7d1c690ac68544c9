"""Every way of writing GPX that real devices have found."""

import codecs

import numpy as np
import pytest

from tracks.readers import read_track
from tracks.readers.timestamps import read_times

from .making import START, document, one_point, point, segment, track

GARMIN = 'xmlns:g="http://www.garmin.com/xmlschemas/TrackPointExtension/v{}"'
MOMENT = np.datetime64("2024-05-01T08:00:00", "us")


def test_channels_metadata_and_bounds():
    first = track(segment([point(elevation=5.5)]), segment([]), name="Ride")
    second = track(segment([point(49, 3), point(50, 4)]), name="Other")
    read = read_track(document(first, second))
    assert (read.name, read.creator) == ("Ride", "test")
    assert read.latitude.tolist() == [48, 49, 50]
    assert read.longitude.tolist() == [2, 3, 4]
    assert read.elevation[0] == 5.5
    assert np.isnan(read.elevation[1:]).all()
    assert (read.time == MOMENT).all()
    assert read.segments.tolist() == [0, 1, 1, 3]
    assert read.tracks.tolist() == [0, 2, 3]
    assert read.sensors == {}


def test_name_of_a_later_track_is_not_the_title():
    data = document(track(segment([point()])), track(segment([point()]), name="Second"))
    assert read_track(data).name == ""


def test_name_after_the_points_is_the_title():
    named = f"<trk>{segment([point()])}<name>A &amp; B<!-- no --></name></trk>"
    assert read_track(document(named)).name == "A & B"


@pytest.mark.parametrize(
    ("namespaces", "old", "new"),
    [
        ("", "", ""),
        ('xmlns="http://www.topografix.com/GPX/1/0"', "", ""),
        ('xmlns="https://example.org/my-own-gpx"', "", ""),
        ('xmlns:x="http://www.topografix.com/GPX/1/1"', "<", "<x:"),
    ],
)
def test_any_namespace_and_prefix(namespaces: str, old: str, new: str):
    text = document(track(segment([point(elevation=7)])), head="", namespaces=namespaces).decode()
    if old:
        text = text.replace(old, new).replace("<x:/", "</x:")
    assert read_track(text.encode()).elevation.tolist() == [7]


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("iso-8859-1", b""),
        ("latin-1", b""),
        ("windows-1252", b""),
        ("iso-8859-15", b""),
        ("cp437", b""),
    ],
)
def test_declared_encoding(encoding: str, bom: bytes):
    declared = encoding.removesuffix("-le").removesuffix("-be")
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    text = document(track(segment([point()]), name="Zürich"), head=head).decode()
    assert read_track(bom + text.encode(encoding)).name == "Zürich"


@pytest.mark.parametrize("encoding", ["shift_jis", "gb18030", "big5", "euc-jp"])
def test_encoding_of_several_bytes_per_character(encoding: str):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = document(track(segment([point()]), name="山道"), head=head).decode()
    assert read_track(text.encode(encoding)).name == "山道"


def test_utf_8_declared_as_utf_16():
    head = '<?xml version="1.0" encoding="utf-16"?>'
    assert (
        read_track(document(track(segment([point()]), name="Ötztal"), head=head)).name == "Ötztal"
    )


@pytest.mark.parametrize(
    ("extensions", "namespaces"),
    [
        ("<g:TrackPointExtension>{}</g:TrackPointExtension>", GARMIN.format(1)),
        ("<g:TrackPointExtension>{}</g:TrackPointExtension>", GARMIN.format(2)),
        ("{}", 'xmlns:g="http://www.cluetrust.com/XML/GPXDATA/1/0"'),
    ],
)
def test_heart_rate_cadence_and_temperature(extensions: str, namespaces: str):
    values = "<g:hr>142</g:hr><g:cad>85</g:cad><g:atemp>-3.5</g:atemp>"
    data = document(
        track(segment([point(extensions=extensions.format(values))])), namespaces=namespaces
    )
    sensors = read_track(data).sensors
    assert {kind: values.tolist() for kind, values in sensors.items()} == {
        "heart_rate": [142],
        "cadence": [85],
        "temperature": [-3.5],
    }


@pytest.mark.parametrize(
    "power",
    [
        "<power>250</power>",
        "<x:PowerInWatts>250</x:PowerInWatts>",
        "<x:PowerExtension><x:PowerInWatts>250</x:PowerInWatts></x:PowerExtension>",
        "<x:TrackPointExtension><x:hr>1</x:hr></x:TrackPointExtension><x:watts>250</x:watts>",
        '<PowerExtension xmlns="urn:inner"><PowerInWatts>250</PowerInWatts></PowerExtension>',
    ],
)
def test_power(power: str):
    data = document(track(segment([point(extensions=power)])), namespaces='xmlns:x="urn:x"')
    assert read_track(data).sensors["power"].tolist() == [250]


def test_second_extensions_of_a_point_count_too():
    both = point(extensions="<hr>120</hr></extensions><extensions><power>90</power>")
    sensors = read_track(document(track(segment([both])))).sensors
    assert (sensors["heart_rate"][0], sensors["power"][0]) == (120, 90)


def test_first_value_of_a_kind_counts():
    data = document(track(segment([point(extensions="<hr>120</hr><hr>60</hr>")])))
    assert read_track(data).sensors["heart_rate"].tolist() == [120]


def test_extension_directly_in_a_point_of_gpx_1_0():
    written = point().replace("</trkpt>", "<d:hr>99</d:hr></trkpt>")
    data = document(
        track(segment([written])),
        namespaces='xmlns="http://www.topografix.com/GPX/1/0" xmlns:d="urn:gpxdata"',
    )
    assert read_track(data).sensors["heart_rate"].tolist() == [99]


def test_values_of_waypoints_segments_and_unknown_elements_are_not_the_points():
    inner = "<foo><ele>9</ele><hr>9</hr><time>1999-01-01T00:00:00Z</time></foo>"
    around = "<extensions><hr>9</hr></extensions>"
    seg = f"<trkseg>{point().replace('</trkpt>', inner + '</trkpt>')}{around}</trkseg>"
    data = document(
        f'<wpt lat="1" lon="1"><ele>9</ele></wpt><trk>{around}{seg}</trk>'
        f'<rte><rtept lat="1" lon="1"><ele>9</ele></rtept></rte>{around}'
    )
    read = read_track(data)
    assert read.point_count == 1
    assert np.isnan(read.elevation).all()
    assert read.sensors == {}
    assert read.time[0] == MOMENT


@pytest.mark.parametrize("odd", ["", "  ", "abc", "NaN", "inf", "1e30", "--5", "5,5"])
def test_odd_optional_value_does_not_cost_the_recording(odd: str):
    read = read_track(
        document(track(segment([point(elevation=odd, extensions=f"<hr>{odd}</hr>")])))
    )
    assert np.isnan(read.elevation).all()
    assert read.sensors == {}


def test_odd_value_costs_only_itself():
    points = [point(elevation=1), point(elevation="x"), point(elevation=3)]
    read = read_track(document(track(segment(points))))
    assert read.elevation[[0, 2]].tolist() == [1, 3]
    assert np.isnan(read.elevation[1])


def test_comment_and_cdata_inside_a_value():
    read = read_track(one_point(elevation="1<!-- x -->2<![CDATA[.]]>5"))
    assert read.elevation.tolist() == [12.5]


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(100, 0), (200, 0), (91, 2), (-90.001, 2), (48, 180.5), (48, -180.5), (1e300, 2)],
)
def test_position_outside_the_globe_is_a_marker_and_dropped(latitude: float, longitude: float):
    marker = point(latitude, longitude, elevation=99)
    parts = [[point(), marker, point(48.1, 2)], [marker, point(48.2, 2)], [marker]]
    read = read_track(document(track(*map(segment, parts))))
    assert read.latitude.tolist() == [48, 48.1, 48.2]
    assert np.isnan(read.elevation).all()
    assert read.segments.tolist() == [0, 2, 3, 3]


def test_markers_among_thousands_of_points_leave_the_segments_whole():
    part = segment([point(48, 2 + n / 1e5) if n % 7 else point(200, 0) for n in range(3000)])
    read = read_track(document(track(part, part)))
    assert read.segments.tolist() == [0, 2571, 5142]


def test_the_edges_of_the_globe_are_on_it():
    points = [point(90, 180), point(-90, -180)]
    assert read_track(document(track(segment(points)))).point_count == 2


def test_point_without_time_after_one_with():
    read = read_track(document(track(segment([point(), point(time=None), point(time="soon")]))))
    assert np.isnat(read.time).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (START, "2024-05-01T08:00:00"),
        ("2024-05-01T08:00:00", "2024-05-01T08:00:00"),
        ("2024-05-01 08:00:00", "2024-05-01T08:00:00"),
        ("2024-05-01T08:00:00+02:00", "2024-05-01T06:00:00"),
        ("2024-05-01T08:00:00-0530", "2024-05-01T13:30:00"),
        ("2024-05-01T08:00:00+02", "2024-05-01T06:00:00"),
        ("2024-05-01T08:00:00\u221202:00", "2024-05-01T10:00:00"),
        ("2024-05-01T08:00:00.5Z", "2024-05-01T08:00:00.5"),
        ("2024-05-01T08:00:00.123456789Z", "2024-05-01T08:00:00.123456"),
        ("2024-05-01T08:00:00.250+01:00", "2024-05-01T07:00:00.250"),
        ("2024-5-1T8:0:0Z", "2024-05-01T08:00:00"),
        (" 2024-05-01T08:00:00Z\n", "2024-05-01T08:00:00"),
        ("2024-02-29T00:00:00Z", "2024-02-29"),
        ("2023-02-29T00:00:00Z", "NaT"),
        ("2024-05-32T08:00:00Z", "NaT"),
        ("2024-00-01T08:00:00Z", "NaT"),
        ("2024-05-01T24:00:00Z", "NaT"),
        ("2024-05-01T08:00:60Z", "NaT"),
        ("2024-05-01T08:00:00+25:00", "NaT"),
        ("0000-05-01T08:00:00Z", "NaT"),
        ("0001-01-01T00:00:00+10:00", "NaT"),
        ("9999-12-31T23:59:59-10:00", "NaT"),
        ("2024-05-01", "NaT"),
        ("20x4-05-01T08:00:00Z", "NaT"),
        ("２０２４-05-01T08:00:00Z", "NaT"),
        ("", "NaT"),
    ],
)
def test_time(text: str, moment: str):
    expected = np.array([moment, moment], "datetime64[us]")
    assert np.array_equal(read_times([text, text]), expected, equal_nan=True)


def test_times_written_differently_stand_side_by_side():
    texts = [START, None, "2024-05-01T08:00:01.5Z", "nonsense", "2024-05-01T10:00:02+02:00"]
    texts += ["2024-05-01T10:00:02+01:00", "2024-05-01T08:00:00"]
    seconds = (read_times(texts) - MOMENT) / np.timedelta64(1, "s")
    assert np.array_equal(seconds, [0, np.nan, 1.5, np.nan, 2, 3602, 0], equal_nan=True)
