"""Map pictures: the track of a workout on a small map, as a PNG file."""

import io
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from django.core.files.storage import default_storage
from django_tasks import task
from PIL import Image, ImageDraw

from accounts.services.pictures import FORMATS, UNREADABLE
from tracks.analysis.series import map_line
from tracks.model import Floats

from .. import access
from ..charts.colors import legible
from ..charts.mercator import TILE, Frame, fit_frame, project, unwrap_lines
from ..models import Recording, SportPreference, Workout
from .storage import keep_file
from .tiles import Place, TileError, get_tile

logger = logging.getLogger(__name__)

WIDTH, HEIGHT, PADDING = 400, 225, 24
# The line is drawn so many times larger and then reduced, which makes its edges smooth.
FINENESS = 3
LINE, CASING, MARK = 3.5, 7.0, 5.0
GROUND, GRID = "#eceee7", "#dfe3d9"
TILES_WITHIN_S = 3.0
MOST_PICTURE_POINTS = 2000
# Some servers give two or four pixels for one.
FINEST_TILE = 4 * TILE

Line = tuple[Floats, Floats]


class NothingToDrawError(Exception):
    """The workout has no recorded positions."""


@task(priority=-20)
def prepare_map_picture(map_id: str) -> None:
    """Draw the picture before somebody asks for it; a workout deleted meanwhile needs none."""
    workout = access.pictured(map_id).select_related("owner", "sport").first()
    if workout is None:
        return
    read_map_picture(workout)
    if not Workout.objects.filter(pk=workout.pk).exists():
        forget_map_picture(workout)


def read_map_picture(workout: Workout) -> bytes:
    """The PNG of a workout, drawn and stored when it is not there yet.

    Raises NothingToDrawError for a workout without recorded positions.
    """
    name = workout.map_file
    if not name:
        raise NothingToDrawError(workout.short_id)
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            return bytes(file.read())
    picture = draw_picture(_lines(workout), _color(workout))
    _store(name, picture)
    return picture


def forget_map_picture(workout: Workout) -> None:
    """Remove the stored picture; it is drawn again when somebody asks for it."""
    if workout.map_file:
        default_storage.delete(workout.map_file)


def draw_picture(lines: list[Line], color: str) -> bytes:
    """A PNG with lines given as (latitudes, longitudes) on tiles, or on plain ground."""
    projected = [project(latitude, longitude) for latitude, longitude in lines]
    frame = fit_frame(
        np.concatenate([x for x, _ in projected]),
        np.concatenate([y for _, y in projected]),
        width=WIDTH,
        height=HEIGHT,
        padding=PADDING,
    )
    picture = _ground(frame)
    layer = _track_layer([frame.place(x, y) for x, y in projected], legible(color))
    picture.paste(layer, (0, 0), layer)
    buffer = io.BytesIO()
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(
        buffer, "PNG", optimize=True
    )
    return buffer.getvalue()


def _store(name: str, picture: bytes) -> None:
    """Keep it whole or not at all, as half a picture would be shown for ever."""
    try:
        keep_file(name, picture)
    except OSError as error:
        logger.warning("A map picture can't be kept: %s", error)


def _color(workout: Workout) -> str:
    chosen = SportPreference.objects.filter(user=workout.owner_id, sport=workout.sport_id)
    return chosen.values_list("color", flat=True).first() or workout.sport.kind.color


def _lines(workout: Workout) -> list[Line]:
    try:
        track = access.recording(access.Viewer(workout.owner), workout)
    except Recording.DoesNotExist as error:
        raise NothingToDrawError(workout.short_id) from error
    lines = map_line(track, MOST_PICTURE_POINTS)
    if not lines:
        raise NothingToDrawError(workout.short_id)
    return [(line[:, 0], line[:, 1]) for line in unwrap_lines(lines)]


# --- Ground


def _ground(frame: Frame) -> Image.Image:
    picture = Image.new("RGB", (frame.width, frame.height), GROUND)
    _draw_grid(picture, frame)
    places = _tile_places(frame)
    # No thread is joined beyond the deadline: whatever is late is left out.
    pool = ThreadPoolExecutor(max_workers=6)
    ask = partial(get_tile, timeout_s=TILES_WITHIN_S, turn_within_s=TILES_WITHIN_S)
    jobs = [(pool.submit(ask, place), at) for place, at in places]
    deadline = time.monotonic() + TILES_WITHIN_S
    for job, at in jobs:
        try:
            data = job.result(timeout=max(0.0, deadline - time.monotonic()))
            picture.paste(_read_tile(data), at)
        except (TileError, TimeoutError, *UNREADABLE):
            continue
    pool.shutdown(wait=False, cancel_futures=True)
    return picture


def _read_tile(data: bytes) -> Image.Image:
    """The pixels of a tile, which may have more than are needed; TileError for too many."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width != image.height or image.width > FINEST_TILE:
            raise TileError(f"a tile of {image.width} × {image.height} pixels")
        return image.convert("RGB").resize((TILE, TILE))


def _draw_grid(picture: Image.Image, frame: Frame) -> None:
    pen = ImageDraw.Draw(picture)
    for x in range(round(-frame.left) % 64, frame.width, 64):
        pen.line([(x, 0), (x, frame.height)], fill=GRID)
    for y in range(round(-frame.top) % 64, frame.height, 64):
        pen.line([(0, y), (frame.width, y)], fill=GRID)


def _tile_places(frame: Frame) -> list[tuple[Place, tuple[int, int]]]:
    """The tiles under a frame, with the pixel of their left upper corner."""
    across = 2**frame.zoom
    columns = range(int(frame.left // TILE), int((frame.left + frame.width) // TILE) + 1)
    rows = range(int(frame.top // TILE), int((frame.top + frame.height) // TILE) + 1)
    return [
        (
            Place(frame.zoom, column % across, row),
            (round(column * TILE - frame.left), round(row * TILE - frame.top)),
        )
        for column in columns
        for row in rows
        if 0 <= row < across
    ]


# --- Track


def _track_layer(lines: list[Line], color: str) -> Image.Image:
    size = (WIDTH * FINENESS, HEIGHT * FINENESS)
    layer = Image.new("RGBA", size, (255, 255, 255, 0))
    pen = ImageDraw.Draw(layer)
    paths = [np.column_stack(line) * FINENESS for line in lines]
    for ink, width in (("#ffffff", CASING), (color, LINE)):
        for path in paths:
            _draw_path(pen, path, ink, width * FINENESS)
    _draw_start(pen, paths[0][0])
    _draw_end(pen, paths[-1][-1])
    return layer.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _draw_path(pen: ImageDraw.ImageDraw, path: Floats, ink: str, width: float) -> None:
    kept = _apart(path, FINENESS)
    pen.line([tuple(point) for point in kept.tolist()], fill=ink, width=round(width), joint="curve")
    for x, y in (kept[0], kept[-1]):
        half = width / 2
        pen.ellipse((x - half, y - half, x + half, y + half), fill=ink)


def _apart(path: Floats, nearest: float) -> Floats:
    """Leave out points that fall on the pixel of the point before; the ends stay."""
    cells = np.round(path / nearest)
    changed = np.any(np.diff(cells, axis=0, prepend=cells[:1] - 1) != 0, axis=1)
    changed[-1] = True
    return path[changed]


def _draw_start(pen: ImageDraw.ImageDraw, at: Floats) -> None:
    x, y = at.tolist()
    half = MARK * FINENESS
    pen.ellipse(
        (x - half, y - half, x + half, y + half),
        fill="#1d7a4f",
        outline="white",
        width=2 * FINENESS,
    )


def _draw_end(pen: ImageDraw.ImageDraw, at: Floats) -> None:
    x, y = at.tolist()
    half = MARK * FINENESS
    pen.rectangle(
        (x - half, y - half, x + half, y + half),
        fill="#1a211d",
        outline="white",
        width=2 * FINENESS,
    )
