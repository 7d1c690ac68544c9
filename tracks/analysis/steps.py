"""From point to point: how long, how far, how fast, and what counts as standing still.

Figures, charts and averages of a part all ask here, so that a page never disagrees with itself.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..geometry import distances_m, seconds_between, zero_as_missing
from ..model import Floats, Track

Flags = NDArray[np.bool_]
DEFAULT_THRESHOLD_KMH = 1.0


def effective_threshold_kmh(stopped_below_kmh: float) -> float:
    """The speed up to which somebody stands; 0 means 1 km/h, as in gpxpy."""
    return stopped_below_kmh or DEFAULT_THRESHOLD_KMH


@dataclass(frozen=True, eq=False)
class Steps:
    """What lies between each point and the next, whether in one segment or not: one value less
    than there are points.

    `seconds` are NaN where a time is missing, and negative where a clock went back; `metres` are
    those of `distances_m`, for which 0 m is no elevation; `speed_kmh` is NaN where no time passed.
    Only what `counts`, where time passed and way was made, is moving or a stop; `moves` says which.
    """

    seconds: Floats
    metres: Floats
    speed_kmh: Floats
    counts: Flags
    moves: Flags

    @classmethod
    def of(cls, track: Track, points: slice = slice(None), *, stopped_below_kmh: float) -> Self:
        """The steps between `points`, or between all points of all tracks."""
        here, there = slice(1, None), slice(None, -1)
        elevation = zero_as_missing(track.elevation[points])
        latitude, longitude = track.latitude[points], track.longitude[points]
        seconds = seconds_between(track.time[points], here, there)
        metres = distances_m(latitude, longitude, elevation, here, there)
        speed_kmh = np.full(len(metres), np.nan)
        np.divide(metres / 1000, seconds / 3600, out=speed_kmh, where=seconds > 0)
        counts = (seconds > 0) & (metres > 0)
        moves = counts & (speed_kmh > effective_threshold_kmh(stopped_below_kmh))
        return cls(seconds, metres, speed_kmh, counts, moves)
