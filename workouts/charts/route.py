"""The line of a recording on a map: thinned, compact, and with its marks."""

from dataclasses import dataclass

import numpy as np

from tracks.analysis.series import Series, map_line
from tracks.model import Floats, Track

from ..units import km_to_shown
from .mercator import project, unwrap, unwrap_lines

MOST_SKETCH_POINTS = 4000
MOST_MARKS = 250
PRECISION = 1e5
# The drawing shown until, or instead of, the interactive map.
SKETCH_WIDTH, SKETCH_HEIGHT, SKETCH_PADDING, SKETCH_POINTS = 1000, 500, 40, 600


@dataclass(frozen=True)
class Mark:
    """A whole kilometre or mile, and where it was reached."""

    number: int
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Sketch:
    """The line as SVG path data in a box of SKETCH_WIDTH × SKETCH_HEIGHT, and its two ends."""

    path: str
    start: tuple[int, int]
    end: tuple[int, int]


@dataclass(frozen=True)
class Route:
    """One line per segment, as encoded polylines, whole kilometres or miles, and a sketch."""

    lines: list[str]
    marks: list[Mark]
    sketch: Sketch

    def for_script(self) -> dict[str, list[object]]:
        return {
            "lines": [*self.lines],
            "marks": [[mark.number, mark.latitude, mark.longitude] for mark in self.marks],
        }


def draw_route(
    track: Track, series: Series, segment: int | None, *, imperial: bool
) -> Route | None:
    """The route of a recording or of one of its segments (from 0); None without positions.

    `series` is what was read from it.
    """
    lines = map_line(track, MOST_SKETCH_POINTS, segment)
    if not lines:
        return None
    lines = unwrap_lines(lines)
    texts = [encode_polyline(line) for line in lines]
    return Route(texts, _marks(series, imperial), _sketch(lines))


def encode_polyline(line: Floats) -> str:
    """Rows of latitude and longitude, to five decimals, in Google's polyline format.

    https://developers.google.com/maps/documentation/utilities/polylinealgorithm
    """
    pairs = np.round(line * PRECISION).astype(np.int64)
    steps = np.diff(pairs, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel()
    return "".join(_encode_number(step) for step in steps.tolist())


def _encode_number(number: int) -> str:
    rest = ~(number << 1) if number < 0 else number << 1
    text = ""
    while rest >= 0x20:
        text += chr((0x20 | rest & 0x1F) + 63)
        rest >>= 5
    return text + chr(rest + 63)


def _marks(series: Series, imperial: bool) -> list[Mark]:
    distance = series.distance_km * km_to_shown(1.0, imperial=imperial)
    last = int(distance[-1])
    step = max(1, -(-last // MOST_MARKS))
    numbers = np.arange(step, last + 1, step)
    places = np.searchsorted(distance, numbers)
    longitude = unwrap(series.longitude)
    return [
        Mark(number, round(float(series.latitude[place]), 5), round(float(longitude[place]), 5))
        for number, place in zip(numbers.tolist(), places.tolist(), strict=True)
    ]


def _sketch(lines: list[Floats]) -> Sketch:
    projected = [np.column_stack(project(line[:, 0], line[:, 1])) for line in lines]
    every = np.concatenate(projected)
    least, span = every.min(axis=0), np.ptp(every, axis=0)
    box = np.array([SKETCH_WIDTH, SKETCH_HEIGHT])
    scale = float(np.min((box - 2 * SKETCH_PADDING) / np.maximum(span, 1e-9)))
    offset = (box - span * scale) / 2 - least * scale
    drawn = [np.round(line * scale + offset).astype(int) for line in projected]
    step = max(1, len(every) // SKETCH_POINTS)
    start, end = drawn[0][0].tolist(), drawn[-1][-1].tolist()
    path = "".join(_sketch_line(line, step) for line in _longest(drawn))
    return Sketch(path, (start[0], start[1]), (end[0], end[1]))


def _longest(lines: list[np.ndarray]) -> list[np.ndarray]:
    """The lines worth drawing small: not more than half as many as there are points."""
    return sorted(lines, key=len, reverse=True)[: SKETCH_POINTS // 2]


def _sketch_line(line: np.ndarray, step: int) -> str:
    points = [f"{x} {y}" for x, y in [*line[::step].tolist(), line[-1].tolist()]]
    return f"M{points[0]}L{' '.join(points[1:])}"
