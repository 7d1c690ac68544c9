"""The demo account and its workouts, brought in like anybody's uploads."""

from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from workouts.demo.outings import Outing, plan_outings
from workouts.demo.recorder import record
from workouts.models import Sport, Workout

from .uploads import import_track, read_upload

EMAIL = "demo@example.com"
USERNAME = "demo"
PASSWORD = "demo-password"  # nosec: meant to be known, the command prints it


def find_demo_account() -> User | None:
    return User.objects.filter(email__iexact=EMAIL).first()


@transaction.atomic
def create_demo_account(password: str, until: date) -> User:
    """The demo account with about forty workouts of the year before `until`; all or nothing."""
    owner = User.objects.create_user(
        USERNAME,
        EMAIL,
        password,
        is_active=True,
        first_name="Demo",
        timezone="Europe/Paris",
        week_starts_monday=True,
    )
    sports = Sport.objects.in_bulk()
    for outing in plan_outings(until):
        import_outing(owner, sports[outing.sport_id], outing)
    return owner


def import_outing(owner: User, sport: Sport, outing: Outing) -> Workout:
    """Bring in the file that the demo's watch wrote."""
    file = ContentFile(record(outing), name=f"{outing.start:%Y-%m-%d-%H%M}.gpx")
    return import_track(owner, sport, read_upload(file), file, notes=outing.notes)
