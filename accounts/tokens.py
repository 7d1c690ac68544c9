"""The tokens in mailed links: signed, good for one purpose, worthless once used.

Nothing is stored. A token names its account and carries a digest of the state that using it
changes (the password, the pending address, …), so that it dies by being used.
"""

from datetime import timedelta
from enum import Enum

from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import User


class Purpose(Enum):
    """What a token is good for."""

    CONFIRM_ACCOUNT = "confirm-account"
    RESET_PASSWORD = "reset-password"
    CHANGE_EMAIL = "change-email"


LIFETIMES = {
    Purpose.CONFIRM_ACCOUNT: timedelta(days=7),
    Purpose.RESET_PASSWORD: timedelta(hours=1),
    Purpose.CHANGE_EMAIL: timedelta(days=7),
}


def make_token(user: User, purpose: Purpose) -> str:
    """A token made of letters, digits, “-”, “_” and dots."""
    return _signer(purpose).sign_object([user.pk, _state_digest(user, purpose)])


def find_user(token: str, purpose: Purpose, *, locked: bool = False) -> User | None:
    """The account that may use `token` now; None for a forged, old, used or foreign one.

    `locked` lets nobody else change the account until the transaction ends, for who uses the token.
    """
    try:
        pk, digest = _signer(purpose).unsign_object(token, max_age=LIFETIMES[purpose])
    except BadSignature:
        return None
    users = User.objects.select_for_update(no_key=True) if locked else User.objects.all()
    user = users.filter(pk=pk).first()
    if user is None or not constant_time_compare(digest, _state_digest(user, purpose)):
        return None
    return user


def _signer(purpose: Purpose) -> TimestampSigner:
    return TimestampSigner(salt=f"accounts.{purpose.value}", sep=".")


def _state_digest(user: User, purpose: Purpose) -> str:
    # Whoever registers an address again makes a new nonce, name and password included.
    states = {
        Purpose.CONFIRM_ACCOUNT: (user.is_active, user.email, user.link_nonce),
        Purpose.RESET_PASSWORD: (user.password, user.email),
        Purpose.CHANGE_EMAIL: (user.email, user.email_to_confirm, user.link_nonce),
    }
    state = "\0".join(str(part) for part in states[purpose])
    return salted_hmac(f"accounts.{purpose.value}.state", state).hexdigest()[:32]
