"""Lines and surfaces as SVG path data, in boxes of WIDTH × HEIGHT units."""

import numpy as np

from tracks.model import Floats

from .sampling import BoolArray

WIDTH, HEIGHT = 10_000, 1_000


def line_path(x: np.ndarray, y: Floats, starts: BoolArray) -> str:
    """SVG path data through the known points, interrupted at gaps and starts."""
    return "".join(_polyline(x[run], y[run]) for run in _runs(y, starts))


def area_path(x: np.ndarray, y: Floats, starts: BoolArray) -> str:
    """SVG path data of the surface below the line."""
    return "".join(
        f"M{x[run][0]} {HEIGHT}V{int(y[run][0])}{_polyline(x[run], y[run], move=False)}V{HEIGHT}z"
        for run in _runs(y, starts)
    )


def _runs(y: Floats, starts: BoolArray) -> list[slice]:
    """The uninterrupted stretches of known values."""
    known = np.isfinite(y)
    begins = known & (starts | ~np.concatenate(([False], known[:-1])))
    ends = known & np.concatenate((begins[1:] | ~known[1:], [True]))
    pairs = zip(np.flatnonzero(begins).tolist(), np.flatnonzero(ends).tolist(), strict=True)
    return [slice(first, last + 1) for first, last in pairs]


def _polyline(x: np.ndarray, y: Floats, *, move: bool = True) -> str:
    steps = zip(np.diff(x).tolist(), np.diff(y).astype(int).tolist(), strict=True)
    line = "".join(
        f"{right}{down:+d}" if i == 0 else f"{right:+d}{down:+d}"
        for i, (right, down) in enumerate(steps)
    )
    begin = f"M{x[0]} {int(y[0])}" if move else ""
    # A lone point shows as a dot thanks to its round cap.
    return f"{begin}l{line}" if line else f"{begin}h0"
