"""What an e-mail address may be; its code tells the API the contract's own sentence."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EMAIL_ADDRESS = re.compile(r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+")
EMAIL_MAX_LENGTH = 255


def validate_email_address(email: str) -> None:
    """Accept what looks like name@host.domain and fits the column."""
    if len(email) > EMAIL_MAX_LENGTH or not EMAIL_ADDRESS.fullmatch(email):
        raise ValidationError(
            _("Enter a whole e-mail address, like name@example.org."), code="email_invalid"
        )
