"""Browsers that somebody has signed in with: strangers' wrong guesses don't keep them out.

A cookie holds a random text for each account, with a checksum that only we can make; it also covers
the account's password, so that a new password makes all browsers strange again.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from .models import User

COOKIE = "known-browser"
COOKIE_AGE_SECONDS = 365 * 24 * 3600
MOST_ACCOUNTS = 5


def find(request: HttpRequest, user: User | None) -> str:
    """The random text by which this browser is known to `user`; empty if it is not."""
    for entry in _entries(request):
        if user is not None and _is_of(entry, user):
            return entry.partition(":")[0]
    return ""


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let this browser be known to `user`, who has just signed in completely."""
    if find(request, user):
        return
    nonce = get_random_string(22)
    entries = [f"{nonce}:{_checksum(nonce, user)}", *_entries(request)]
    response.set_cookie(
        COOKIE,
        ".".join(entries[:MOST_ACCOUNTS]),
        max_age=COOKIE_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _entries(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(COOKIE, "").split(".")[:MOST_ACCOUNTS]


def _is_of(entry: str, user: User) -> bool:
    nonce, _, checksum = entry.partition(":")
    return constant_time_compare(checksum, _checksum(nonce, user))


def _checksum(nonce: str, user: User) -> str:
    state = f"{nonce}\0{user.pk}\0{user.get_session_auth_hash()}"
    return salted_hmac("accounts.known-browser", state, algorithm="sha256").hexdigest()
