"""What a username, a password and a time zone may be.

Each message has a code; the API answers the contract's own sentence for it.
"""

import re
import unicodedata
import zoneinfo

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

USERNAME_CHARACTERS = re.compile(r"[a-zA-Z0-9_]+")


def validate_username(username: str) -> None:
    """Accept 3 to 30 letters, digits and underscores."""
    errors = []
    if not 3 <= len(username) <= 30:
        errors.append(ValidationError(_("Use 3 to 30 characters."), code="username_length"))
    if not USERNAME_CHARACTERS.fullmatch(username):
        errors.append(
            ValidationError(
                _("Use letters without accents, digits and “_” only."), code="username_characters"
            )
        )
    if errors:
        raise ValidationError(errors)


def normalise_address(email: str) -> str:
    """The one way to write an address: two that are the same here belong to one account.

    Without blanks around it, in small letters, and with the plain forms of Unicode's look-alikes.
    """
    return unicodedata.normalize("NFKC", email).strip().casefold()


def validate_new_password(password: str) -> None:
    """Accept what the site's password rules accept: eight characters or more."""
    try:
        validate_password(password)
    except ValidationError as error:
        raise ValidationError(
            [ValidationError(message, code="password_weak") for message in error.messages]
        ) from error


def validate_time_zone(name: str) -> None:
    """Accept a name of the IANA time zone database only."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a known time zone."), params={"name": name})
