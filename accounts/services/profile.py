"""Who somebody says they are, and how they like the site."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ..models import User


@dataclass(frozen=True)
class ProfileChange:
    """What the profile page and the API change together."""

    first_name: str | None
    last_name: str | None
    bio: str | None
    birth_date: date | None
    location: str | None


@dataclass(frozen=True)
class PreferencesChange:
    """What the preferences page and the API change; None leaves a preference as it is."""

    display_ascent: bool
    imperial_units: bool
    language: str
    timezone: str
    week_starts_monday: bool
    skip_duplicates: bool | None = None
    date_format: str | None = None
    theme: str | None = None


def update_profile(user: User, change: ProfileChange) -> None:
    """Store the profile."""
    _apply(user, asdict(change))


def update_preferences(user: User, change: PreferencesChange) -> None:
    """Store the preferences; an unknown language becomes English."""
    values = {name: value for name, value in asdict(change).items() if value is not None}
    if change.language not in User.Language.values:
        values["language"] = User.Language.ENGLISH
    _apply(user, values)


def _apply(user: User, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))
