"""A segment of a track → GPX."""

import gpxpy.gpx
import numpy as np

from ..model import Track


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


def _place(track: Track, at: int) -> gpxpy.gpx.GPXTrackPoint:
    elevation = float(track.elevation[at])
    return gpxpy.gpx.GPXTrackPoint(
        float(track.latitude[at]),
        float(track.longitude[at]),
        elevation=None if np.isnan(elevation) else elevation,
    )
