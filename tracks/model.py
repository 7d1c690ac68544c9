"""One recording as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]
Counts = NDArray[np.int64]

SENSORS = ("heart_rate", "cadence", "power", "temperature")


@dataclass(frozen=True, eq=False)
class Track:
    """All points of all tracks of a file, in file order.

    The arrays of points have one length: `time` is datetime64[us] in UTC (NaT: missing), positions
    are in degrees, `elevation` in metres (NaN: missing), `sensors` holds the kinds of SENSORS that
    were recorded, in beats per minute, turns per minute, watts and °C (NaN: missing).

    `segments` are bounds: segment `i` has the points from `segments[i]` up to `segments[i + 1]`;
    `tracks` are bounds of segments in the same way. Title, start, segments, map and charts come
    from the first track, totals from all.
    """

    time: Times
    latitude: Floats
    longitude: Floats
    elevation: Floats
    segments: Counts
    tracks: Counts
    sensors: Mapping[str, Floats] = field(default_factory=dict)
    name: str = ""
    description: str = ""
    activity: str = ""
    creator: str = ""

    @property
    def point_count(self) -> int:
        return len(self.time)

    @property
    def segment_count(self) -> int:
        """How many segments the first track has."""
        return int(self.tracks[1])

    @property
    def first_track_stop(self) -> int:
        """How many points the first track has."""
        return int(self.segments[self.segment_count])

    def points_of(self, segment: int | None = None) -> slice:
        """The points of one segment of the first track (from 0), or of the whole first track.

        Raises IndexError for a segment that does not exist.
        """
        if segment is None:
            return slice(0, self.first_track_stop)
        if not 0 <= segment < self.segment_count:
            raise IndexError(segment)
        return slice(int(self.segments[segment]), int(self.segments[segment + 1]))

    def first_times(self) -> Times:
        """The time of the first point of each segment of the first track, where it has points."""
        bounds = self.segments[: self.segment_count + 1]
        return self.time[bounds[:-1][bounds[1:] > bounds[:-1]]]
