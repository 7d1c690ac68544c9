"""The demo account and its workouts, brought in like anybody's uploads."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from workouts.demo.outings import Outing, plan_outings
from workouts.demo.recorder import record
from workouts.models import Sport, Workout

from .recordings import RecordingFile, UploadOptions, import_recording, read_recording

EMAIL = "demo@example.com"
USERNAME = "demo"
PASSWORD = "demo-password"  # nosec: meant to be known, the command prints it


def find_demo_account() -> User | None:
    return User.objects.filter(email__iexact=EMAIL).first()


@dataclass(frozen=True)
class Recorded:
    """The file that the demo's watch wrote of an outing, and what is in it."""

    outing: Outing
    file: RecordingFile


def create_demo_account(password: str, until: date) -> User:
    """The demo account with about forty workouts of the year before `until`; all or nothing."""
    owner = User(
        username=USERNAME,
        email=EMAIL,
        password=make_password(password),
        is_active=True,
        first_name="Demo",
        timezone="Europe/Paris",
        week_starts_monday=True,
    )
    recorded = [record_outing(outing) for outing in plan_outings(until)]
    sports = Sport.objects.in_bulk()
    with transaction.atomic():
        owner.save(force_insert=True)
        for one in recorded:
            import_outing(owner, sports[one.outing.sport_id], one)
    return owner


def record_outing(outing: Outing) -> Recorded:
    name = f"{outing.start:%Y-%m-%d-%H%M}.gpx"
    return Recorded(outing, read_recording(name, record(outing)))


def import_outing(owner: User, sport: Sport, recorded: Recorded) -> Workout:
    """Bring in one outing like an upload."""
    options = UploadOptions(sport, notes=recorded.outing.notes)
    return import_recording(owner, recorded.file, options).workout
