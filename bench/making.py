"""A synthetic recording: a ride of some hours with heart rate and cadence."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

BEGIN = datetime(2024, 5, 1, 6)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="bench" xmlns="http://www.topografix.com/GPX/1/1"
  xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">
  <trk>
    <name>Synthetic ride</name>
    <trkseg>
"""
POINT = """      <trkpt lat="{latitude:.7f}" lon="{longitude:.7f}">
        <ele>{elevation:.1f}</ele>
        <time>{time:%Y-%m-%dT%H:%M:%S}.000Z</time>
        <extensions>
          <gpxtpx:TrackPointExtension>
            <gpxtpx:hr>{heart_rate:.0f}</gpxtpx:hr>
            <gpxtpx:cad>{cadence:.0f}</gpxtpx:cad>
          </gpxtpx:TrackPointExtension>
        </extensions>
      </trkpt>
"""
TAIL = "    </trkseg>\n  </trk>\n</gpx>\n"


def make_ride(points: int, begin: datetime = BEGIN) -> bytes:
    """GPX of a ride at 1 Hz that stops from time to time."""
    return "".join([HEAD, *_points(points, begin), TAIL]).encode()


def _points(count: int, begin: datetime) -> Iterator[str]:
    latitude, longitude = 47.0, 8.0
    for second in range(count):
        speed_ms = max(0.0, 6 + 4 * math.sin(second / 90) + 2 * math.sin(second / 7))
        course = second / 700 + math.sin(second / 50)
        latitude += speed_ms * math.cos(course) / 111_320
        longitude += speed_ms * math.sin(course) / 76_000
        yield POINT.format(
            latitude=latitude,
            longitude=longitude,
            elevation=500 + 120 * math.sin(second / 900) + 3 * math.sin(second / 11),
            time=begin + timedelta(seconds=second),
            heart_rate=140 + 25 * math.sin(second / 130),
            cadence=0 if speed_ms < 1 else 80 + 12 * math.sin(second / 40),
        )
