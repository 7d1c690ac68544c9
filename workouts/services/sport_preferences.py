"""What a user prefers about a sport."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User

from ..models import Sport, SportPreference


@dataclass(frozen=True)
class SportPreferenceChange:
    """What somebody asked for; None and an empty colour leave things as they are."""

    color: str | None = None
    is_active: bool | None = None
    stopped_speed_threshold_kmh: float | None = None


@transaction.atomic
def change_preference(user: User, sport: Sport, change: SportPreferenceChange) -> SportPreference:
    """Store the change on top of the sport's defaults; the threshold counts for later uploads."""
    preference, _ = SportPreference.objects.select_for_update().get_or_create(
        user=user,
        sport=sport,
        defaults={"stopped_speed_threshold_kmh": sport.stopped_speed_threshold_kmh},
    )
    preference.color = change.color or preference.color
    if change.is_active is not None:
        preference.is_active = change.is_active
    if change.stopped_speed_threshold_kmh is not None:
        preference.stopped_speed_threshold_kmh = change.stopped_speed_threshold_kmh
    preference.save()
    return preference


def reset_preference(user: User, sport: Sport) -> None:
    """Go back to the sport's defaults."""
    SportPreference.objects.filter(user=user, sport=sport).delete()
