import gzip
import json
import math
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from tests.factories import make_workout, upload_gpx
from tests.stub_server import stub_server
from workouts.models import Workout
from workouts.services.weather import LARGEST_ANSWER, Spot, WeatherError, fetch_weather, look_up

SPOT = Spot.near(48.12345, 2.98765, datetime(2026, 1, 2, 8, 40, tzinfo=UTC))


@pytest.fixture
def provider(settings):
    with stub_server() as stub:
        settings.WEATHER_URL = stub.address
        settings.WEATHER_PROVIDER = "open-meteo"
        yield stub


def open_meteo(day: str, **changes: object) -> bytes:
    hours = [f"{day}T{hour:02d}:00" for hour in range(24)]
    values = {
        "temperature_2m": 14.24,
        "relative_humidity_2m": 61,
        "wind_speed_10m": 2.42,
        "wind_direction_10m": 310,
        "weather_code": 0,
        "is_day": 0,
    } | changes
    hourly = {name: [value] * 24 for name, value in values.items()}
    return json.dumps({"hourly": {"time": hours, **hourly}}).encode()


def test_open_meteo_gives_the_six_keys(provider, settings):
    provider.body = open_meteo("2026-01-02")
    weather = look_up(SPOT)
    assert (weather.summary, weather.icon) == ("Clear", "clear-night")
    assert (weather.temperature, weather.humidity) == (14.2, 0.61)
    assert (weather.wind, weather.windBearing) == (2.4, 310)


def test_the_weather_is_asked_for_while_the_cache_is_away(provider, settings):
    away = {"BACKEND": "fittrackee_site.caching.QuickRedisCache", "LOCATION": "redis://127.0.0.1:9"}
    settings.CACHES = {"default": away}
    provider.body = open_meteo("2026-01-02")
    assert look_up(SPOT).summary == "Clear"


def test_a_provider_learns_the_place_to_a_kilometre_and_the_hour_only(provider):
    provider.body = open_meteo("2026-01-02")
    look_up(SPOT)
    query = parse_qs(urlsplit(provider.paths[0]).query)
    assert (query["latitude"], query["longitude"]) == (["48.12"], ["2.99"])
    assert query["start_date"] == ["2026-01-02"]


def test_an_old_workout_asks_the_archive_and_a_new_one_the_forecast(provider):
    for age, path in ((400, "/v1/archive"), (2, "/v1/forecast")):
        moment = timezone.now() - timedelta(days=age)
        spot = Spot.near(1, 2, moment)
        provider.body = open_meteo(f"{spot.moment:%Y-%m-%d}")
        look_up(spot)
        assert urlsplit(provider.paths[-1]).path == path


def test_the_same_hour_at_the_same_place_is_asked_once(provider):
    provider.body = open_meteo("2026-01-02")
    assert look_up(SPOT) == look_up(SPOT)
    assert len(provider.paths) == 1


def test_visual_crossing_gives_the_six_keys(provider, settings):
    settings.WEATHER_PROVIDER = "visual-crossing"
    settings.WEATHER_API_KEY = "the-key"
    conditions = {
        "conditions": "Rain",
        "icon": "rain",
        "temp": 9.95,
        "humidity": 88.1,
        "windspeed": 18.0,
        "winddir": 200.0,
    }
    provider.body = json.dumps({"currentConditions": conditions}).encode()
    weather = look_up(SPOT)
    assert (weather.summary, weather.icon, weather.wind) == ("Rain", "rain", 5.0)
    assert (weather.humidity, weather.windBearing) == (0.88, 200.0)
    assert "key=the-key" in provider.paths[0]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (200, b"not json"),
        (200, b"{}"),
        (200, b"[]"),
        (200, b'{"hourly": {"time": []}}'),
        (200, b"[" * 100_000),
        (200, open_meteo("2026-01-02", temperature_2m=math.nan)),
        (200, open_meteo("2026-01-02", wind_speed_10m=math.inf)),
        (200, open_meteo("2026-01-02", weather_code=math.inf)),
        (200, open_meteo("2026-01-02", relative_humidity_2m=10**400)),
        (200, open_meteo("2026-01-02").ljust(2 * LARGEST_ANSWER)),
        (203, open_meteo("2026-01-02")),
    ],
)
def test_an_unusual_answer_is_no_weather(provider, status, body):
    provider.status, provider.body = status, body
    with pytest.raises(WeatherError):
        look_up(SPOT)


def test_a_provider_leads_nowhere_else(provider):
    with stub_server() as inside:
        inside.body = open_meteo("2026-01-02")
        provider.status, provider.headers = 302, {"Location": inside.address}
        with pytest.raises(WeatherError, match="answers 302"):
            look_up(SPOT)
        assert inside.paths == []


def test_an_answer_that_unpacks_is_not_unpacked(provider):
    provider.body = gzip.compress(open_meteo("2026-01-02"))
    provider.headers = {"Content-Encoding": "gzip"}
    with pytest.raises(WeatherError, match="packed"):
        look_up(SPOT)


def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(provider, monkeypatch):
    monkeypatch.setattr("workouts.services.weather.TIMEOUT_S", 0.3)
    provider.body, provider.drops = open_meteo("2026-01-02"), threading.Event()
    with pytest.raises(WeatherError, match="too slow"):
        look_up(SPOT)
    assert not provider.drops.is_set()


def test_a_provider_that_talks_much_is_cut_short(provider, settings):
    settings.WEATHER_PROVIDER = "visual-crossing"
    numbers = {"temp": 1, "humidity": 2, "windspeed": 3, "winddir": 4}
    words = {"conditions": "x" * 5000, "icon": "y" * 5000}
    provider.body = json.dumps({"currentConditions": numbers | words}).encode()
    weather = look_up(SPOT)
    assert (len(weather.summary), len(weather.icon)) == (100, 100)


def test_the_key_of_a_provider_is_never_logged(provider, settings, caplog, alice):
    settings.WEATHER_PROVIDER, settings.WEATHER_API_KEY = "visual-crossing", "the-key"
    provider.status = 403
    fetch_weather.call(upload_gpx(alice).pk)
    assert "No weather for workout" in caplog.text
    assert "the-key" not in caplog.text


def test_an_upload_stores_the_weather_at_both_ends(
    provider, alice, django_capture_on_commit_callbacks
):
    provider.body = open_meteo("2026-05-01")
    with django_capture_on_commit_callbacks(execute=True):
        workout = upload_gpx(alice)
    stored = Workout.objects.get(pk=workout.pk)
    assert stored.weather_start == {
        "summary": "Clear",
        "icon": "clear-night",
        "temperature": 14.2,
        "humidity": 0.61,
        "wind": 2.4,
        "windBearing": 310.0,
    }
    assert stored.weather_end == stored.weather_start


def test_an_upload_survives_a_provider_that_fails(
    provider, alice, django_capture_on_commit_callbacks
):
    provider.status = 500
    with django_capture_on_commit_callbacks(execute=True):
        workout = upload_gpx(alice)
    assert Workout.objects.get(pk=workout.pk).weather_start is None


def test_nobody_is_asked_unless_a_provider_is_chosen(provider, settings, alice):
    settings.WEATHER_PROVIDER = ""
    fetch_weather.call(upload_gpx(alice).pk)
    assert provider.paths == []


def test_a_workout_without_a_recording_has_no_weather(provider, alice):
    fetch_weather.call(make_workout(alice).pk)
    assert provider.paths == []
