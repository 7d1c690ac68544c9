"""Every page in the reader's time zone and language, and when a session was last seen."""

from collections.abc import Callable
from contextlib import suppress

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from contract.outages import CACHE_ERRORS
from contract.passing import in_passing

# "Last seen" is accurate to this many seconds; a write per request would cost too much.
SEEN_EVERY = 600
# Programs compare messages; only what people read below /api is in their language.
API_LANGUAGE = "en"
API_PAGES = "/api/docs"


class PreferencesMiddleware:
    """Activates a signed-in user's time zone and language for the request; the API is English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/") and not request.path.startswith(API_PAGES):
            return self._answer_in(API_LANGUAGE, request)
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        with timezone.override(user.zone):
            return self._answer_in(user.language, request)

    def _answer_in(self, language: str, request: HttpRequest) -> HttpResponse:
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        # What one person sees is kept by nobody between the site and them.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class SessionSeenMiddleware:
    """Notes now and then where and when a session was last used, for the list of sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key:
            note_session(request)
        return self.get_response(request)


def note_session(request: HttpRequest) -> None:
    """Write down the session of a signed-in request unless that was done a moment ago."""
    try:
        is_due = cache.add(f"session-seen:{request.session.session_key}", True, SEEN_EVERY)
    except CACHE_ERRORS:
        return  # the page matters more than when the session was last seen
    if is_due:
        with in_passing(), suppress(IntegrityError):  # of an account deleted in the same moment
            UserSession.objects.create_from_request(request)
