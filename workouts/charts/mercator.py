"""The projection of web maps."""

import math
from dataclasses import dataclass

import numpy as np

from tracks.model import Floats

TILE = 256
# Beyond this latitude web maps end.
EDGE_LATITUDE = 85.0511287


def project(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Degrees to the unit square of the world, x eastward and y southward."""
    limited = np.radians(np.clip(latitude, -EDGE_LATITUDE, EDGE_LATITUDE))
    y = 0.5 - np.log(np.tan(np.pi / 4 + limited / 2)) / (2 * np.pi)
    return longitude / 360 + 0.5, y


def unwrap(longitude: Floats) -> Floats:
    """Longitudes that go on beyond ±180° where a track crosses the date line."""
    return np.unwrap(longitude, period=360.0)


def unwrap_lines(lines: list[Floats]) -> list[Floats]:
    """Rows of latitude and longitude as a map needs them: without a jump at the date line, also
    from line to line, and short of the poles.
    """
    longitude = unwrap(np.concatenate([line[:, 1] for line in lines]))
    parts = np.split(longitude, np.cumsum([len(line) for line in lines])[:-1])
    return [
        np.column_stack((np.clip(line[:, 0], -EDGE_LATITUDE, EDGE_LATITUDE), part))
        for line, part in zip(lines, parts, strict=True)
    ]


@dataclass(frozen=True)
class Frame:
    """A picture of a part of the world: its size in pixels, zoom, and left upper corner."""

    width: int
    height: int
    zoom: int
    left: float
    top: float

    def place(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Positions in the unit square as pixels of the picture."""
        world = TILE * 2**self.zoom
        return x * world - self.left, y * world - self.top


def fit_frame(
    x: Floats, y: Floats, *, width: int, height: int, padding: int, highest: int = 17
) -> Frame:
    """The closest frame at a whole zoom that holds all positions of the unit square."""
    span_x, span_y = float(np.ptp(x)), float(np.ptp(y))
    room = max(
        span_x * TILE / (width - 2 * padding), span_y * TILE / (height - 2 * padding), 2.0**-30
    )
    zoom = max(0, min(highest, math.floor(-math.log2(room))))
    world = TILE * 2**zoom
    left = (float(x.min()) + span_x / 2) * world - width / 2
    top = (float(y.min()) + span_y / 2) * world - height / 2
    return Frame(width, height, zoom, left, top)
