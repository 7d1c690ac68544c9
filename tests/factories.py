"""Makers of real objects for tests."""

import itertools
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.files.base import File
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import set_token_value

from accounts.models import User
from oauth_apps.models import AccessToken, Application, RefreshToken
from oauth_apps.random_texts import new_access_token, new_refresh_token
from oauth_apps.scopes import SCOPES
from oauth_apps.services.applications import register_application
from oauth_apps.services.tokens import issue_first_party_token
from workouts.models import Sport, Transfer, Workout
from workouts.services.archives import ArchiveLimits, open_archive
from workouts.services.imports import start_import
from workouts.services.recordings import UploadOptions, import_recording, read_recording

METRES_PER_DEGREE = 111_319.49

numbers = itertools.count(1)


def make_user(username: str = "", **fields: Any) -> User:
    username = username or f"user{next(numbers)}"
    fields.setdefault("email", f"{username}@example.com")
    fields.setdefault("is_active", True)
    return User.objects.create_user(
        username=username, password=fields.pop("password", "password!"), **fields
    )


def make_workout(owner: User, sport: int | Sport = 1, **fields: Any) -> Workout:
    """A workout without a recording, one hour and ten kilometres unless told otherwise."""
    number = next(numbers)
    fields.setdefault("title", f"Workout {number}")
    fields.setdefault("start", datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(hours=number))
    fields.setdefault("duration", timedelta(hours=1))
    fields.setdefault("moving", fields["duration"])
    fields.setdefault("distance_km", 10.0)
    fields.setdefault("ave_speed_kmh", 10.0)
    fields.setdefault("max_speed_kmh", fields["ave_speed_kmh"])
    sport_id = sport.pk if isinstance(sport, Sport) else sport
    return Workout.objects.create(owner=owner, sport_id=sport_id, **fields)


def make_recording_bytes(
    *,
    start: datetime = datetime(2026, 5, 1, 8, tzinfo=UTC),
    points: int = 61,
    segments: int = 1,
    name: str = "Vector",
    seconds_between: int = 10,
    metres_between: float = 30.0,
    latitude: float = 47.0,
    with_sensors: bool = False,
) -> bytes:
    """A GPX file: straight north at an even speed, climbing 1 m per point.

    `points` in each of `segments`, which are a minute apart. At the defaults 10.8 km/h for ten
    minutes.
    """
    lines = ['<gpx version="1.1" creator="tests" xmlns="http://www.topografix.com/GPX/1/1">']
    lines.append(f"<trk><name>{escape(name)}</name>")
    number, moment = 0, start
    for _ in range(segments):
        lines.append("<trkseg>")
        for _ in range(points):
            place = latitude + number * metres_between / METRES_PER_DEGREE
            sensors = f"<extensions><hr>{120 + number % 40}</hr></extensions>"
            lines.append(
                f'<trkpt lat="{place:.7f}" lon="5.0"><ele>{100 + number}</ele>'
                f"<time>{moment:%Y-%m-%dT%H:%M:%SZ}</time>{sensors if with_sensors else ''}</trkpt>"
            )
            number, moment = number + 1, moment + timedelta(seconds=seconds_between)
        lines.append("</trkseg>")
        moment += timedelta(seconds=60 - seconds_between)
    return "\n".join([*lines, "</trk></gpx>\n"]).encode()


def upload_gpx(
    owner: User,
    sport: int | Sport = 1,
    *,
    data: bytes | None = None,
    file_name: str = "outing.gpx",
    title: str = "",
    notes: str = "",
    **recording: Any,
) -> Workout:
    """A workout brought in the way uploads are; `recording` goes to `make_recording_bytes`."""
    data = make_recording_bytes(**recording) if data is None else data
    sport = sport if isinstance(sport, Sport) else Sport.objects.get(pk=sport)
    options = UploadOptions(sport, title, notes)
    return import_recording(owner, read_recording(file_name, data), options).workout


def make_import(
    owner: User, file: IO[bytes], sport: int | Sport = 1, *, name: str = "a.zip", **options: Any
) -> Transfer:
    """An archive, be it large or not, that waits for the worker; no job is enqueued."""
    sport = sport if isinstance(sport, Sport) else Sport.objects.get(pk=sport)
    options = {"skip_duplicates": True} | options
    with open_archive(file, ArchiveLimits.current()) as archive:
        members = archive.members()
    return start_import(owner, File(file, name), members, UploadOptions(sport, **options))


def make_application(owner: User, **fields: Any) -> Application:
    """A confidential application with every scope; `secret` is its clear secret."""
    fields.setdefault("name", f"App {next(numbers)}")
    fields.setdefault("website", "https://example.com")
    fields.setdefault("redirect_uris", "https://example.com/callback")
    fields.setdefault("allowed_scopes", " ".join(SCOPES))
    fields.setdefault("client_type", Application.CLIENT_CONFIDENTIAL)
    application = Application(user=owner, **fields)
    application.secret = register_application(application)
    return application


@dataclass(frozen=True)
class Tokens:
    """The clear texts of an access token and its refresh token."""

    access_token: str
    refresh_token: str


def make_tokens(user: User, scope: str, application: Application | None = None) -> Tokens:
    """A pair of tokens with these scopes in the hands of a third-party application."""
    tokens = Tokens(new_access_token(), new_refresh_token())
    owners = {"user": user, "application": application or make_application(user)}
    expires = timezone.now() + settings.ACCESS_TOKEN_LIFETIME
    access = AccessToken(**owners, scope=scope, expires=expires)
    set_token_value(access, tokens.access_token)
    access.save()
    refresh = RefreshToken(**owners, access_token=access, token_family=uuid.uuid4())
    set_token_value(refresh, tokens.refresh_token)
    refresh.save()
    return tokens


def bearer(token: str) -> dict[str, str]:
    """The headers of a request with this token, for the `headers` of a test client's call."""
    return {"Authorization": f"Bearer {token}"}


def first_party(user: User) -> dict[str, str]:
    """The headers of a request by somebody who signed in over the API."""
    return bearer(issue_first_party_token(user))


def confirm(client: Client, password: str = "password!") -> None:
    """Type the password anew, as what concerns the safety of an account asks every ten minutes."""
    client.post("/login/again?next=/profile", {"password": password})
