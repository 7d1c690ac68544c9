"""The points of a recording while it is being read: rows of text → arrays, a batch at a time."""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ..errors import Problem, TrackError
from ..model import SENSORS, Floats, Times, Track
from .timestamps import read_times


class Column(IntEnum):
    """Places in a row of texts: first those of a point, then those of a track."""

    LATITUDE = 0
    LONGITUDE = 1
    ELEVATION = 2
    TIME = 3
    NAME = 8
    DESCRIPTION = 9
    ACTIVITY = 10


PointRow = list[str | None]
FinishedRow = tuple[str | None, ...]
SENSOR_COLUMNS = {kind: place for place, kind in enumerate(SENSORS, Column.TIME + 1)}
POINT_COLUMNS = Column.NAME
BATCH = 2048
# No barometer or map says more; beyond it a value is a fault of the device.
HIGHEST_M = 1_000_000
HIGHEST_SENSOR = 1_000_000


class Points:
    """Collects rows, converts them batch by batch, and becomes a Track.

    A position outside the globe is no point but a recorder's sign for a pause: it is dropped.
    """

    def __init__(self) -> None:
        self.rows: list[PointRow | FinishedRow] = []
        self.about: list[str | None] = [None] * (Column.ACTIVITY + 1)
        self.segment_starts: list[int] = []
        self.track_starts: list[int] = []
        self.converted = 0
        self.batches: list[list[Floats | Times]] = []
        self.dropped: list[int] = []
        self._about_first: list[str | None] | None = None

    @property
    def count(self) -> int:
        return self.converted + len(self.rows)

    @property
    def segment_count(self) -> int:
        """Segments, or tracks if there are more of them: both cost about the same."""
        return max(len(self.segment_starts), len(self.track_starts))

    def open_track(self) -> None:
        if len(self.track_starts) == 1:
            self._about_first = list(self.about)
        self.track_starts.append(len(self.segment_starts))

    def open_segment(self) -> None:
        self.segment_starts.append(self.count)

    def convert(self, *, all_rows: bool = False) -> None:
        """Turn the rows read so far into arrays; the last one may still be incomplete."""
        ready = len(self.rows) if all_rows else len(self.rows) - 1
        if ready < (1 if all_rows else BATCH):
            return
        columns = _arrays(self.rows[:ready], self.converted)
        on_earth = _are_on_earth(columns)
        self.batches.append([column[on_earth] for column in columns])
        self.dropped += (self.converted + np.flatnonzero(~on_earth)).tolist()
        del self.rows[:ready]
        self.converted += ready

    def track(self, *, creator: str) -> Track:
        """The recording; TrackError where it has no track, no points or no time."""
        self.convert(all_rows=True)
        if not self.track_starts:
            raise TrackError(Problem.NO_TRACK)
        bounds = np.array([*self.segment_starts, self.converted], np.int64)
        tracks = np.array([*self.track_starts, len(self.segment_starts)], np.int64)
        segments = bounds - np.searchsorted(self.dropped, bounds)
        if segments[tracks[1]] == 0:
            was_any = bounds[tracks[1]] > 0
            raise TrackError(Problem.NOT_ON_EARTH if was_any else Problem.NO_POINTS)
        track = self._assemble(segments, tracks, creator)
        if np.isnat(track.first_times()).all():
            raise TrackError(Problem.NO_TIME)
        return track

    def _assemble(
        self, segments: NDArray[np.int64], tracks: NDArray[np.int64], creator: str
    ) -> Track:
        columns = [np.concatenate(parts) for parts in zip(*self.batches, strict=True)]
        self.batches.clear()
        about = self.about if self._about_first is None else self._about_first
        sensors = {kind: columns[place] for kind, place in SENSOR_COLUMNS.items()}
        return Track(
            time=columns[Column.TIME],
            latitude=columns[Column.LATITUDE],
            longitude=columns[Column.LONGITUDE],
            elevation=columns[Column.ELEVATION],
            sensors={k: v for k, v in sensors.items() if not np.isnan(v).all()},
            segments=segments,
            tracks=tracks,
            name=_words(about[Column.NAME]),
            description=_words(about[Column.DESCRIPTION]),
            activity=_words(about[Column.ACTIVITY]),
            creator=creator,
        )


def _words(text: str | None) -> str:
    return "" if text is None or text.isspace() else text


def _arrays(rows: Sequence[PointRow | FinishedRow], before: int) -> list[Floats | Times]:
    """One array per column of `rows`, the first of which is point `before`."""
    columns = list(zip(*rows, strict=True))
    latitude, longitude = _positions(columns[:2], before)
    elevation = _optional(columns[Column.ELEVATION], HIGHEST_M)
    sensors = [_optional(columns[place], HIGHEST_SENSOR) for place in SENSOR_COLUMNS.values()]
    return [latitude, longitude, elevation, read_times(columns[Column.TIME]), *sensors]


def _positions(texts: Sequence[Sequence[str | None]], before: int) -> tuple[Floats, Floats]:
    """Latitudes and longitudes; TrackError where one is missing or no number."""
    latitude, longitude = (_numbers(column) for column in texts)
    unknown = ~(np.isfinite(latitude) & np.isfinite(longitude))
    if unknown.any():
        raise TrackError(Problem.NO_NUMBER, point=before + int(unknown.argmax()) + 1)
    return latitude, longitude


def _are_on_earth(columns: Sequence[Floats | Times]) -> NDArray[np.bool_]:
    latitude, longitude = columns[Column.LATITUDE], columns[Column.LONGITUDE]
    return (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)


def _optional(texts: Sequence[str | None], highest: float) -> Floats:
    """Numbers, NaN where there is none that can be: one odd value does not cost the file."""
    values = _numbers(texts)
    values[~(np.abs(values) <= highest)] = np.nan
    return values


def _numbers(texts: Sequence[str | None]) -> Floats:
    """The numbers that `texts` are; NaN for those that are none."""
    if not any(texts):
        return np.full(len(texts), np.nan)
    try:
        return np.array(list(map(float, texts)))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.array([_number(text) for text in texts])


def _number(text: str | None) -> float:
    try:
        return float(text) if text else np.nan
    except ValueError:
        return np.nan
