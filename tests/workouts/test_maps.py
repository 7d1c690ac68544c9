import gzip
import io
import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO

import pytest
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from fittrackee_site.environment import environ, read_rate_limits
from tests.factories import bearer, make_tokens, make_workout, upload_gpx
from tests.stub_server import stub_server
from tests.workouts.pictures import claiming, png
from workouts.map_pass import map_pass
from workouts.models import Sport, SportPreference
from workouts.services.maps import NothingToDrawError, forget_map_picture, read_map_picture
from workouts.services.tiles import (
    AT_ONCE,
    LARGEST_TILE,
    NoSuchTileError,
    Place,
    TileError,
    get_tile,
)
from workouts.services.workouts import WorkoutChanges, delete_workout, edit_workout

TILE = "/api/workouts/map_tile/a/13/4109/2930.png"


def shown(address: str = TILE, text: str | None = None) -> HttpResponse:
    """What a stranger gets who has a page of ours open, or a pass with this text."""
    return Client().get(address, {"pass": map_pass() if text is None else text})


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


@pytest.mark.parametrize("room", [0, 100])
def test_a_full_disk_costs_no_picture_and_leaves_no_half_of_one(alice, monkeypatch, room):
    def write_some(descriptor: int, mode: str) -> IO[bytes]:
        os.write(descriptor, b"x" * room)
        return open("/dev/full", "wb", buffering=0)

    workout = upload_gpx(alice)
    forget_map_picture(workout)
    monkeypatch.setattr(os, "fdopen", write_some)
    assert opened(read_map_picture(workout)).size == (400, 225)
    assert not default_storage.exists(workout.map_file)


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
    for known in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"):
        again = Client().get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("ETag", "Cache-Control"):
            assert again[name] == first[name]
    changed = Client().get(address, headers={"If-None-Match": '"other"'})
    assert (changed.status_code, changed.content) == (200, first.content)


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
    response = shown()
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response.content == tile_server.body
    assert response["Cache-Control"] == "private, max-age=604800"
    assert tile_server.paths == ["/13/4109/2930.png"]


def test_a_tile_is_fetched_once(tile_server):
    assert get_tile(Place(3, 1, 2)) == get_tile(Place(3, 1, 2))
    assert len(tile_server.paths) == 1


@pytest.mark.parametrize(
    "path",
    ["a/21/1/1", "a/25/1/1", "a/3/8/0", "a/3/0/8", "abcd/3/1/1", "a.b/3/1/1", "a/99999999999/1/1"],
)
def test_a_place_outside_of_the_world_is_never_asked_for(tile_server, path):
    response = shown(f"/api/workouts/map_tile/{path}.png")
    assert (response.status_code, response.content) == (404, b"no such tile")
    assert tile_server.paths == []


@pytest.mark.parametrize("path", ["a/x/1/1.png", "a/3/-1/1.png", "a/3/1/1.jpg", "a/3/1.5/1.png"])
def test_what_is_no_number_is_no_tile(tile_server, path):
    assert shown(f"/api/workouts/map_tile/{path}").status_code == 404
    assert tile_server.paths == []


def test_what_is_no_picture_is_not_passed_through(tile_server):
    tile_server.kind, tile_server.body = "image/png", b"<html>evil</html>"
    assert shown().status_code == 502


def test_a_tile_that_the_server_lacks_is_not_found(tile_server):
    tile_server.status = 404
    assert shown().status_code == 404


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(tile_server, status):
    with stub_server() as inside:
        inside.kind, inside.body = "image/png", png()
        tile_server.status, tile_server.headers = status, {"Location": inside.address + "/secret"}
        assert shown().status_code == 502
        assert inside.paths == []


def test_a_tile_without_end_is_not_taken_in(tile_server, caplog):
    tile_server.body = png() + b"\0" * (2 * LARGEST_TILE)
    assert shown().status_code == 502
    assert "too large" in caplog.text


def test_a_tile_that_unpacks_is_not_unpacked(tile_server, caplog):
    tile_server.body = gzip.compress(png() + b"\0" * (50 * LARGEST_TILE))
    tile_server.headers = {"Content-Encoding": "gzip"}
    assert shown().status_code == 502
    assert "packed" in caplog.text


def test_a_tile_that_comes_drop_by_drop_is_not_waited_for(tile_server, caplog):
    tile_server.drops = threading.Event()
    with pytest.raises(TileError):
        get_tile(Place(1, 0, 0), timeout_s=0.3)
    assert not tile_server.drops.is_set()
    assert "does not answer" in caplog.text


def test_a_slow_tile_server_holds_up_few(tile_server):
    tile_server.gate = threading.Event()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(get_tile, Place(3, x, 0)) for x in range(AT_ONCE)]
        while len(tile_server.paths) < AT_ONCE:
            time.sleep(0.01)
        with pytest.raises(TileError, match="enough others"):
            get_tile(Place(3, 7, 7))
        assert not any(one.done() for one in waiting)
        tile_server.gate.set()
        assert [one.result() for one in waiting] == [tile_server.body] * AT_ONCE
    assert get_tile(Place(3, 7, 7)) == tile_server.body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>evil</html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        b"GIF8<script>1</script>",
        b"RIFF....AVI LIST",
        b"%PDF-1.7",
    ],
)
def test_only_pictures_are_passed_on(tile_server, data):
    tile_server.body = data
    assert shown().status_code == 502


def test_a_tile_is_told_by_its_bytes_whatever_the_server_calls_it(tile_server):
    tile_server.kind = "text/html"
    answer = shown()
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")


@pytest.mark.parametrize(
    "tile",
    [
        claiming(9_000, 9_000),
        claiming(60_000, 60_000),
        png(size=(256, 100)),
        png()[:200],
        png()[:40] + b"\xff" * 400,
        b"GIF89a" + b"\0" * 20,
    ],
    ids=["large", "bomb", "no square", "half", "damaged", "nothing"],
)
def test_a_picture_goes_without_a_tile_that_is_none(alice, tile_server, tile):
    tile_server.body = tile
    red, green, blue = opened(read_map_picture(upload_gpx(alice))).getpixel((3, 3))
    assert min(red, green, blue) > 200


def test_a_fine_tile_is_made_smaller(alice, tile_server):
    tile_server.body = png(size=(512, 512))
    assert opened(read_map_picture(upload_gpx(alice))).getpixel((3, 3)) == (0x12, 0x34, 0x56)


# --- Who gets tiles


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "20000", "20000:x", "a\0b", "x" * 5000])
def test_strangers_get_no_tiles(tile_server, text):
    answer = shown(text=text)
    assert answer.status_code == 401
    assert answer.json()["message"] == "provide a valid auth token"
    assert tile_server.paths == []


def test_a_reader_of_a_page_gets_the_tiles_it_names(alice, alice_client, tile_server):
    page = alice_client.get(upload_gpx(alice).get_absolute_url()).content.decode()
    (address,) = re.findall(r'data-tiles="([^"]+)"', page)
    address = address.format(s="a", z=13, x=4109, y=2930)
    assert Client().get(address).content == tile_server.body


def test_who_is_signed_in_gets_tiles(alice_client, tile_server):
    assert alice_client.get(TILE).status_code == 200


def test_a_program_gets_tiles_within_its_scope(alice, tile_server):
    reading, other = (make_tokens(alice, scope) for scope in ("workouts:read", "profile:read"))
    assert Client().get(TILE, headers=bearer(reading.access_token)).status_code == 200
    assert Client().get(TILE, headers=bearer(other.access_token)).status_code == 403


@pytest.mark.django_db
def test_a_pass_is_good_for_a_day_or_two(tile_server, monkeypatch):
    text, now = map_pass(), time.time()
    for days, status in ((1, 200), (2, 401), (-1, 401)):
        monkeypatch.setattr(time, "time", lambda days=days: now + days * 24 * 3600)
        assert shown(text=text).status_code == status


@pytest.mark.django_db
def test_a_pass_costs_no_query(tile_server, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert shown().status_code == 200


@pytest.mark.django_db
def test_tiles_have_a_limit_of_their_own(tile_server, settings):
    limits = partial(read_rate_limits, environ.Env(), "NO_SUCH_VARIABLE")
    settings.RATE_LIMITS = {"tiles": limits(default="3 per day")}
    answers = [shown() for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Limit"] == "3"
    assert Client().get(TILE, {"pass": map_pass()}, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_look_around_is_within_the_limit(settings):
    (limit,) = settings.RATE_LIMITS["tiles"]
    # Forty tiles fill a map; somebody moves it every five seconds.
    assert limit.calls >= 40 * limit.seconds / 5


def test_tiles_are_there_while_the_cache_is_away(tile_server, settings):
    away = {"BACKEND": "fittrackee_site.caching.QuickRedisCache", "LOCATION": "redis://127.0.0.1:9"}
    settings.CACHES = settings.CACHES | {"default": away}
    assert get_tile(Place(13, 4109, 2930)) == tile_server.body
    tile_server.body = b""
    tile_server.status = 500
    with pytest.raises(TileError):
        get_tile(Place(13, 4109, 2931))


def test_a_silent_server_is_left_alone_for_a_while(settings):
    settings.TILE_SERVER_URL = "http://127.0.0.1:9/{z}/{x}/{y}.png"
    for _ in range(2):
        with pytest.raises(TileError):
            get_tile(Place(1, 0, 0))
    with stub_server() as stub:
        settings.TILE_SERVER_URL = stub.address + "/{z}/{x}/{y}.png"
        with pytest.raises(TileError, match="a moment ago"):
            get_tile(Place(1, 0, 0))


def test_the_subdomain_goes_where_the_address_wants_it(tile_server, settings):
    settings.TILE_SERVER_URL = tile_server.address + "/{s}/{z}/{x}/{y}.png"
    get_tile(Place(1, 0, 0, subdomain="b"))
    assert tile_server.paths == ["/b/1/0/0.png"]


@pytest.mark.parametrize("letter", ["d", "1", "www", "git", "a@", "%2e"])
def test_no_other_host_of_a_domain_is_asked(tile_server, settings, letter):
    settings.TILE_SERVER_URL = tile_server.address + "/{s}/{z}/{x}/{y}.png"
    assert shown(f"/api/workouts/map_tile/{letter}/1/0/0.png").status_code == 404
    assert tile_server.paths == []


def test_places_outside_of_the_world_raise():
    with pytest.raises(NoSuchTileError):
        Place(2, 4, 0)


def test_a_tile_that_breaks_off_is_none(tile_server):
    tile_server.missing = 10
    response = shown()
    assert response.status_code == 502


def test_the_key_of_a_tile_server_is_never_logged(settings, caplog):
    settings.TILE_SERVER_URL = "http://127.0.0.1:9/{z}/{x}/{y}.png?apikey=the-key"
    with pytest.raises(TileError):
        get_tile(Place(1, 0, 0))
    assert "does not answer" in caplog.text
    assert "the-key" not in caplog.text
