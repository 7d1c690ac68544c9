import io
import time

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from tests.factories import make_workout, upload_gpx
from tests.stub_server import stub_server
from workouts.models import Sport, SportPreference
from workouts.services.maps import NothingToDrawError, forget_map_picture, read_map_picture
from workouts.services.tiles import FOLDER_TILES, NoSuchTileError, Place, TileError, get_tile
from workouts.services.workouts import WorkoutChanges, delete_workout, edit_workout

TILE = "/api/workouts/map_tile/a/13/4109/2930.png"


def png(color: str = "#123456") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (256, 256), color).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def tile_server(settings):
    with stub_server() as stub:
        settings.TILE_SERVER_URL = stub.address + "/{z}/{x}/{y}.png"
        stub.kind, stub.body = "image/png", png()
        yield stub


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


# --- Pictures


def test_a_stranger_who_knows_the_address_sees_the_picture(alice):
    response = Client().get(f"/api/workouts/map/{upload_gpx(alice).map_id}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert opened(response.content).size == (400, 225)


def test_the_address_of_a_picture_tells_nothing_about_the_workout(alice):
    one, other = upload_gpx(alice), upload_gpx(alice, points=30)
    assert one.map_id != other.map_id
    assert len(one.map_id) == 32
    assert one.map_id != one.uuid.hex


@pytest.mark.django_db
@pytest.mark.parametrize("map_id", ["d41d8cd98f00b204e9800998ecf8427e", "unknown"])
def test_an_unknown_picture_is_not_found(map_id):
    response = Client().get(f"/api/workouts/map/{map_id}")
    assert response.status_code == 404
    assert response.json() == {"status": "not found", "message": "Map does not exist."}


def test_the_picture_shows_tiles_where_the_server_answers(alice, tile_server):
    assert opened(read_map_picture(upload_gpx(alice))).getpixel((3, 3)) == (0x12, 0x34, 0x56)


def test_the_picture_has_plain_ground_where_the_tile_server_is_silent(alice):
    red, green, blue = opened(read_map_picture(upload_gpx(alice))).getpixel((3, 3))
    assert min(red, green, blue) > 200


def test_the_track_has_the_color_that_its_owner_chose(alice):
    SportPreference.objects.create(
        user=alice, sport_id=1, color="#c00020", stopped_speed_threshold_kmh=1
    )
    picture = opened(read_map_picture(upload_gpx(alice)))
    assert any(
        red > 170 and green < 40 for _, (red, green, _blue) in picture.getcolors(maxcolors=90_000)
    )


def test_a_picture_is_drawn_after_the_commit_and_kept(alice, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        workout = upload_gpx(alice)
    assert default_storage.exists(workout.map_file)


def test_a_picture_that_got_lost_is_drawn_again(alice):
    workout = upload_gpx(alice)
    first = read_map_picture(workout)
    forget_map_picture(workout)
    assert not default_storage.exists(workout.map_file)
    assert read_map_picture(workout) == first


def test_another_sport_has_another_color(alice, django_capture_on_commit_callbacks):
    workout = upload_gpx(alice, sport=1)
    before = read_map_picture(workout)
    with django_capture_on_commit_callbacks(execute=True):
        edited = edit_workout(workout, WorkoutChanges(sport=Sport.objects.get(pk=5)))
    assert read_map_picture(edited) != before


def test_the_picture_goes_with_its_workout(alice, django_capture_on_commit_callbacks):
    workout = upload_gpx(alice)
    read_map_picture(workout)
    with django_capture_on_commit_callbacks(execute=True):
        delete_workout(workout)
    assert not default_storage.exists(workout.map_file)
    assert Client().get(f"/api/workouts/map/{workout.map_id}").status_code == 404


def test_a_picture_that_did_not_change_is_not_sent_again(alice):
    address = f"/api/workouts/map/{upload_gpx(alice).map_id}"
    first = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_workout_without_a_recording_has_no_picture(alice):
    with pytest.raises(NothingToDrawError):
        read_map_picture(make_workout(alice))


@pytest.mark.parametrize("points", [1, 2])
def test_the_shortest_tracks_have_a_picture(alice, points):
    assert opened(read_map_picture(upload_gpx(alice, points=points))).size == (400, 225)


def test_a_track_near_the_pole_has_a_picture(alice):
    assert opened(read_map_picture(upload_gpx(alice, latitude=89.9))).size == (400, 225)


# --- Tiles


def test_a_tile_is_passed_through_and_may_be_kept(tile_server):
    response = Client().get(TILE)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response.content == tile_server.body
    assert response["Cache-Control"] == "public, max-age=604800"
    assert tile_server.paths == ["/13/4109/2930.png"]


def test_a_tile_is_fetched_once(tile_server):
    assert get_tile(Place(3, 1, 2)) == get_tile(Place(3, 1, 2))
    assert len(tile_server.paths) == 1


@pytest.mark.parametrize(
    "path",
    ["a/21/1/1", "a/25/1/1", "a/3/8/0", "a/3/0/8", "abcd/3/1/1", "a.b/3/1/1", "a/99999999999/1/1"],
)
def test_a_place_outside_of_the_world_is_never_asked_for(tile_server, path):
    response = Client().get(f"/api/workouts/map_tile/{path}.png")
    assert (response.status_code, response.content) == (404, b"no such tile")
    assert tile_server.paths == []


@pytest.mark.parametrize("path", ["a/x/1/1.png", "a/3/-1/1.png", "a/3/1/1.jpg", "a/3/1.5/1.png"])
def test_what_is_no_number_is_no_tile(tile_server, path):
    assert Client().get(f"/api/workouts/map_tile/{path}").status_code == 404
    assert tile_server.paths == []


def test_what_is_no_picture_is_not_passed_through(tile_server):
    tile_server.kind, tile_server.body = "image/png", b"<html>evil</html>"
    assert Client().get(TILE).status_code == 502


def test_a_tile_that_the_server_lacks_is_not_found(tile_server):
    tile_server.status = 404
    assert Client().get(TILE).status_code == 404


def test_a_redirect_to_another_host_is_not_followed(tile_server):
    tile_server.status = 302
    with pytest.raises(TileError):
        get_tile(Place(1, 0, 0))


def test_a_silent_server_is_left_alone_for_a_while(settings):
    settings.TILE_SERVER_URL = "http://127.0.0.1:9/{z}/{x}/{y}.png"
    for _ in range(2):
        with pytest.raises(TileError):
            get_tile(Place(1, 0, 0))
    with stub_server() as stub:
        settings.TILE_SERVER_URL = stub.address + "/{z}/{x}/{y}.png"
        with pytest.raises(TileError, match="a moment ago"):
            get_tile(Place(1, 0, 0))


def test_an_old_tile_is_better_than_none(tile_server, settings, monkeypatch):
    data = get_tile(Place(1, 0, 0))
    month_later = time.time() + 30 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: month_later)
    tile_server.status = 500
    assert get_tile(Place(1, 0, 0)) == data


def test_the_kept_tiles_never_fill_the_disk(tile_server, settings, monkeypatch):
    monkeypatch.setattr("workouts.services.tiles.FOLDER_TILES", 4)
    for x in range(600):
        get_tile(Place(12, x, 0))
    folders = (settings.DATA_DIR / "tiles").iterdir()
    assert max(len(list(folder.iterdir())) for folder in folders) <= 4 < FOLDER_TILES


def test_the_subdomain_goes_where_the_address_wants_it(tile_server, settings):
    settings.TILE_SERVER_URL = tile_server.address + "/{s}/{z}/{x}/{y}.png"
    get_tile(Place(1, 0, 0, subdomain="b"))
    assert tile_server.paths == ["/b/1/0/0.png"]


def test_places_outside_of_the_world_raise():
    with pytest.raises(NoSuchTileError):
        Place(2, 4, 0)


def test_a_tile_that_breaks_off_is_none(tile_server):
    tile_server.missing = 10
    response = Client().get(TILE)
    assert response.status_code == 502


def test_the_key_of_a_tile_server_is_never_logged(settings, caplog):
    settings.TILE_SERVER_URL = "http://127.0.0.1:9/{z}/{x}/{y}.png?apikey=the-key"
    with pytest.raises(TileError):
        get_tile(Place(1, 0, 0))
    assert "does not answer" in caplog.text
    assert "the-key" not in caplog.text
