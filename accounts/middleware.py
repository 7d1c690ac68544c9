"""Every page in the reader's time zone and language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class PreferencesMiddleware:
    """Activates a signed-in user's time zone and language for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or request.path.startswith("/api/"):
            return self.get_response(request)
        with timezone.override(user.zone), translation.override(user.language):
            request.LANGUAGE_CODE = user.language
            return self.get_response(request)
