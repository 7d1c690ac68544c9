"""Track → GPX."""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

import gpxpy.gpx
import numpy as np

from ..model import Track

CREATOR = "FitTrackee"
GARMIN = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1"
POWER = "http://www.garmin.com/xmlschemas/PowerExtension/v1"
GARMIN_NAMES = {"temperature": "atemp", "heart_rate": "hr", "cadence": "cad"}


def write_segment(track: Track, segment: int) -> str:
    """GPX of one segment of the first track (from 0): positions and elevations only.

    IndexError for a segment that does not exist.
    """
    document, part = gpxpy.gpx.GPX(), gpxpy.gpx.GPXTrackSegment()
    points = track.points_of(segment)
    part.points = [_place(track, at) for at in range(points.start, points.stop)]
    document.tracks.append(gpxpy.gpx.GPXTrack())
    document.tracks[0].segments.append(part)
    return document.to_xml()


def write_track(track: Track) -> str:
    """GPX 1.1 of the whole recording, with times and sensors as Garmin writes them."""
    document = gpxpy.gpx.GPX()
    document.creator = track.creator or CREATOR
    document.nsmap = {"gpxtpx": GARMIN, "gpxpx": POWER}
    for first, stop in zip(track.tracks[:-1], track.tracks[1:], strict=True):
        written = gpxpy.gpx.GPXTrack()
        for segment in range(first, stop):
            part = gpxpy.gpx.GPXTrackSegment()
            bounds = track.segments[segment : segment + 2]
            part.points = [_point(track, at) for at in range(*bounds)]
            written.segments.append(part)
        document.tracks.append(written)
    document.tracks[0].name = track.name or None
    document.tracks[0].description = track.description or None
    document.tracks[0].type = track.activity or None  # type: ignore[assignment]
    return document.to_xml(version="1.1")


def _place(track: Track, at: int) -> gpxpy.gpx.GPXTrackPoint:
    elevation = float(track.elevation[at])
    return gpxpy.gpx.GPXTrackPoint(
        float(track.latitude[at]),
        float(track.longitude[at]),
        elevation=None if np.isnan(elevation) else elevation,
    )


def _point(track: Track, at: int) -> gpxpy.gpx.GPXTrackPoint:
    point = _place(track, at)
    if not np.isnat(track.time[at]):
        moment: datetime = track.time[at].astype(datetime)
        point.time = moment.replace(tzinfo=UTC)
    point.extensions = list(_extensions(track, at))
    return point


def _extensions(track: Track, at: int) -> Iterator[ElementTree.Element]:
    values = {kind: float(values[at]) for kind, values in track.sensors.items()}
    known = {kind: f"{value:g}" for kind, value in values.items() if not np.isnan(value)}
    if "power" in known:
        power = ElementTree.Element(f"{{{POWER}}}PowerInWatts")
        power.text = known.pop("power")
        yield power
    if known:
        sensors = ElementTree.Element(f"{{{GARMIN}}}TrackPointExtension")
        for kind in GARMIN_NAMES:
            if kind in known:
                ElementTree.SubElement(sensors, f"{{{GARMIN}}}{GARMIN_NAMES[kind]}").text = known[
                    kind
                ]
        yield sensors
