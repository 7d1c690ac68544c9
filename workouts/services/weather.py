"""The weather at the start and the end of a workout, asked of an outside service."""

import json
import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django_tasks import task

from tracks.model import Track

from .. import access
from ..models import Recording, Workout
from .outgoing import NoAnswerError, ask, recall, remember

logger = logging.getLogger(__name__)

TIMEOUT_S = 10
LARGEST_ANSWER = 1024 * 1024
# What a strange answer, or a number without end in it, makes of the code that reads it.
UNUSUAL = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)
LONGEST_WORDS = 100
KEPT_S = 24 * 3600
# Open-Meteo's forecast service knows the last weeks, its archive everything before.
FORECAST_DAYS = 80


class WeatherError(Exception):
    """The provider gave no usable answer."""


@dataclass(frozen=True)
class Spot:
    """A place and a time, coarse enough not to tell a provider where somebody lives."""

    latitude: float
    longitude: float
    moment: datetime

    @classmethod
    def near(cls, latitude: float, longitude: float, moment: datetime) -> "Spot":
        """The spot within about a kilometre and half an hour."""
        hour = (moment.astimezone(UTC) + timedelta(minutes=30)).replace(
            minute=0, second=0, microsecond=0
        )
        return cls(round(latitude, 2), round(longitude, 2), hour)

    @property
    def cache_key(self) -> str:
        place = f"{self.latitude}:{self.longitude}"
        return f"weather:{settings.WEATHER_PROVIDER}:{place}:{self.moment:%Y%m%d%H}"


@dataclass(frozen=True)
class Weather:
    """What a workout stores: °C, humidity from 0 to 1, wind in m/s and where it comes from."""

    summary: str
    icon: str
    temperature: float
    humidity: float
    wind: float
    windBearing: float  # noqa: N815 — the contract's own spelling

    def __post_init__(self) -> None:
        """ValueError for a number that is none or has no end: no database stores it."""
        numbers = (self.temperature, self.humidity, self.wind, self.windBearing)
        if not all(map(math.isfinite, numbers)):
            raise ValueError(numbers)


Provider = Callable[[Spot], Weather]


# --- Open-Meteo, https://open-meteo.com/en/docs

# WMO code: words (translated when shown), icon by day, icon by night.
SKIES: Mapping[int, tuple[str, str, str]] = {
    0: (_("Clear"), "clear-day", "clear-night"),
    1: (_("Mostly clear"), "clear-day", "clear-night"),
    2: (_("Partly cloudy"), "partly-cloudy-day", "partly-cloudy-night"),
    3: (_("Overcast"), "cloudy", "cloudy"),
    45: (_("Fog"), "fog", "fog"),
    48: (_("Freezing fog"), "fog", "fog"),
    51: (_("Light drizzle"), "rain", "rain"),
    53: (_("Drizzle"), "rain", "rain"),
    55: (_("Dense drizzle"), "rain", "rain"),
    56: (_("Freezing drizzle"), "sleet", "sleet"),
    57: (_("Freezing drizzle"), "sleet", "sleet"),
    61: (_("Light rain"), "rain", "rain"),
    63: (_("Rain"), "rain", "rain"),
    65: (_("Heavy rain"), "rain", "rain"),
    66: (_("Freezing rain"), "sleet", "sleet"),
    67: (_("Freezing rain"), "sleet", "sleet"),
    71: (_("Light snow"), "snow", "snow"),
    73: (_("Snow"), "snow", "snow"),
    75: (_("Heavy snow"), "snow", "snow"),
    77: (_("Snow grains"), "snow", "snow"),
    80: (_("Light showers"), "rain", "rain"),
    81: (_("Showers"), "rain", "rain"),
    82: (_("Heavy showers"), "rain", "rain"),
    85: (_("Snow showers"), "snow", "snow"),
    86: (_("Heavy snow showers"), "snow", "snow"),
    95: (_("Thunderstorm"), "rain", "rain"),
    96: (_("Thunderstorm with hail"), "rain", "rain"),
    99: (_("Thunderstorm with hail"), "rain", "rain"),
}
HOURLY = (
    "temperature_2m",
    "relative_humidity_2m",
    "wind_speed_10m",
    "wind_direction_10m",
    "weather_code",
    "is_day",
)


def ask_open_meteo(spot: Spot) -> Weather:
    """The hour at `spot` as Open-Meteo knows it; WeatherError when it does not."""
    day = f"{spot.moment:%Y-%m-%d}"
    answer = _get_json(
        _open_meteo_address(spot.moment),
        {
            "latitude": spot.latitude,
            "longitude": spot.longitude,
            "start_date": day,
            "end_date": day,
            "hourly": ",".join(HOURLY),
            "wind_speed_unit": "ms",
            "timezone": "UTC",
        },
    )
    try:
        hourly = answer["hourly"]
        index = hourly["time"].index(f"{spot.moment:%Y-%m-%dT%H:%M}")
        celsius, percent, wind, bearing, code, is_day = (hourly[name][index] for name in HOURLY)
        words, by_day, by_night = SKIES.get(int(code), (_("Unknown"), "cloudy", "cloudy"))
        return Weather(
            words,
            by_day if is_day else by_night,
            round(float(celsius), 1),
            round(float(percent) / 100, 2),
            round(float(wind), 1),
            float(bearing),
        )
    except UNUSUAL as error:
        raise WeatherError("Open-Meteo gave an unusual answer") from error


def _open_meteo_address(moment: datetime) -> str:
    is_recent = timezone.now() - moment < timedelta(days=FORECAST_DAYS)
    if settings.WEATHER_URL:
        return f"{settings.WEATHER_URL}/v1/{'forecast' if is_recent else 'archive'}"
    if is_recent:
        return "https://api.open-meteo.com/v1/forecast"
    return "https://archive-api.open-meteo.com/v1/archive"


# --- Visual Crossing, https://www.visualcrossing.com/resources/documentation/weather-api

TIMELINE = "/VisualCrossingWebServices/rest/services/timeline"


def ask_visual_crossing(spot: Spot) -> Weather:
    """The conditions at `spot` as Visual Crossing knows them; WeatherError when it does not."""
    base = settings.WEATHER_URL or "https://weather.visualcrossing.com"
    answer = _get_json(
        f"{base}{TIMELINE}/{spot.latitude},{spot.longitude}/{int(spot.moment.timestamp())}",
        {
            "key": settings.WEATHER_API_KEY,
            "unitGroup": "metric",
            "include": "current",
            "iconSet": "icons1",
            "lang": "en",
        },
    )
    try:
        now = answer["currentConditions"]
        return Weather(
            str(now["conditions"])[:LONGEST_WORDS],
            str(now["icon"])[:LONGEST_WORDS],
            round(float(now["temp"]), 1),
            round(float(now["humidity"]) / 100, 2),
            round(float(now["windspeed"]) / 3.6, 1),
            float(now["winddir"]),
        )
    except UNUSUAL as error:
        raise WeatherError("Visual Crossing gave an unusual answer") from error


PROVIDERS: Mapping[str, Provider] = {
    "open-meteo": ask_open_meteo,
    "visual-crossing": ask_visual_crossing,
}


# --- For any provider


def _get_json(address: str, parameters: dict[str, Any]) -> Any:
    try:
        answer = ask(address, timeout_s=TIMEOUT_S, most_bytes=LARGEST_ANSWER, parameters=parameters)
    except NoAnswerError as error:
        raise WeatherError(f"no answer from the provider ({error})") from error
    if answer.status != 200:
        raise WeatherError(f"the provider answers {answer.status}")
    try:
        return json.loads(answer.data)
    except (ValueError, RecursionError) as error:
        raise WeatherError("the provider's answer is no JSON") from error


def look_up(spot: Spot) -> Weather:
    """The weather at `spot`, asked once a day at most; WeatherError when nobody knows."""
    known = recall(spot.cache_key)
    if isinstance(known, Weather):
        return known
    weather = PROVIDERS[settings.WEATHER_PROVIDER](spot)
    remember(spot.cache_key, weather, KEPT_S)
    return weather


def ends_of(track: Track) -> tuple[Spot, Spot] | None:
    """Where and when the first track starts and ends; None without times."""
    part = track.points_of()
    usable = np.flatnonzero(~np.isnat(track.time[part]))
    if not usable.size:
        return None
    return _spot(track, int(usable[0])), _spot(track, int(usable[-1]))


def _spot(track: Track, index: int) -> Spot:
    moment = track.time[index].astype("datetime64[s]").astype(datetime).replace(tzinfo=UTC)
    return Spot.near(float(track.latitude[index]), float(track.longitude[index]), moment)


def _spots_of(workout: Workout) -> tuple[Spot, Spot] | None:
    try:
        return ends_of(access.recording(access.Viewer(workout.owner), workout))
    except Recording.DoesNotExist:
        return None


@task(priority=-20)
def fetch_weather(workout_id: int) -> None:
    """Store the weather of a workout with a recording; without an answer it stays without."""
    workout = Workout.objects.filter(pk=workout_id).select_related("owner").first()
    if not settings.WEATHER_PROVIDER or workout is None:
        return
    spots = _spots_of(workout)
    if spots is None:
        return
    try:
        start, end = (asdict(look_up(spot)) for spot in spots)
    except WeatherError as error:
        logger.warning("No weather for workout %s: %s", workout.short_id, error)
        return
    Workout.objects.filter(pk=workout.pk).update(weather_start=start, weather_end=end)
