"""Checking codes of authenticator apps and recovery codes; each is good once.

An app's code belongs to a step of half a minute and is accepted a step early or late. The last step
that was accepted is kept with the app, and neither it nor an earlier one is accepted again
(RFC 6238 §5.2).
"""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.db.models import QuerySet

from .models import User

LAST_STEP = "last_step"


def find_step(secret: str, code: str) -> int:
    """The step that the code belongs to among those accepted now; 0 if it is of none."""
    matching = (
        step
        for step in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    )
    return max(matching, default=0)


def is_right(user: User | None, code: str) -> bool:
    """Whether `code` would be accepted now; it stays good."""
    return any(_is_right(authenticator, code) for authenticator in _with_codes(user))


def accept(user: User, code: str) -> Authenticator | None:
    """Use `code` up; what it belongs to, None if it is wrong or used, in the same moment even."""
    for authenticator in _with_codes(user):
        if _is_right(authenticator, code) and _use_up(authenticator, code):
            return authenticator
    return None


@transaction.atomic
def note_step(user: User, step: int) -> bool:
    """Remember that the user's app has shown this step; False if it, or a later one, was used."""
    app = Authenticator.objects.select_for_update().get(user=user, type=Authenticator.Type.TOTP)
    if step <= _last_step(app):
        return False
    app.data[LAST_STEP] = step
    app.save(update_fields=["data"])
    return True


def _with_codes(user: User | None) -> QuerySet[Authenticator]:
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user)
    found = found.exclude(type=Authenticator.Type.WEBAUTHN)
    return found.select_related("user") if user else found.none()


def _is_right(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.TOTP:
        return _step_of(authenticator, code) > _last_step(authenticator)
    unused = authenticator.wrap().get_unused_codes()
    return any(compare_user_code(actual=code, expected=one) for one in unused)


def _use_up(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.TOTP:
        return note_step(authenticator.user, _step_of(authenticator, code))
    return bool(authenticator.wrap().validate_code(code))


def _step_of(app: Authenticator, code: str) -> int:
    return find_step(decrypt(app.data["secret"]), code)


def _last_step(app: Authenticator) -> int:
    return int(app.data.get(LAST_STEP, 0))
