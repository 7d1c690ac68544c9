"""Authenticator apps and recovery codes for tests."""

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import RequestFactory

from accounts.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def set_up_app(user: User) -> None:
    """Give the user an authenticator app that shows the codes of SECRET, and recovery codes."""
    with context.request_context(RequestFactory().get("/")):
        TOTP.activate(user, SECRET)
        RecoveryCodes.activate(user)


def app_code(secret: str = SECRET, step: int = 0) -> str:
    """The code of this half minute, or one accepted a `step` before (-1) or after it (1)."""
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1 + step]))


def recovery_codes(user: User) -> list[str]:
    with context.request_context(RequestFactory().get("/")):
        return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
