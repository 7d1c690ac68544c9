"""Small GPX documents and tracks for the tests."""

from collections.abc import Iterable

START = "2024-05-01T08:00:00Z"


def point(
    latitude: object = 48.0,
    longitude: object = 2.0,
    time: str | None = START,
    elevation: object = None,
    extensions: str = "",
) -> str:
    parts = [f'<trkpt lat="{latitude}" lon="{longitude}">']
    parts += [f"<ele>{elevation}</ele>"] if elevation is not None else []
    parts += [f"<time>{time}</time>"] if time is not None else []
    parts += [f"<extensions>{extensions}</extensions>"] if extensions else []
    return "".join([*parts, "</trkpt>"])


def segment(points: Iterable[str]) -> str:
    return f"<trkseg>{''.join(points)}</trkseg>"


def track(*segments: str, name: str = "") -> str:
    return f"<trk>{f'<name>{name}</name>' if name else ''}{''.join(segments)}</trk>"


def document(
    *tracks: str,
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
    namespaces: str = 'xmlns="http://www.topografix.com/GPX/1/1"',
) -> bytes:
    body = f'<gpx version="1.1" creator="test" {namespaces}>{"".join(tracks)}</gpx>'
    return (head + body).encode()


def one_point(**values: object) -> bytes:
    """A recording of one point."""
    return document(track(segment([point(**values)])))  # type: ignore[arg-type]
