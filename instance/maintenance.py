"""A pause for everybody while the operator works on the instance."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from contract.errors import error_body, is_api

RETRY_AFTER_SECONDS = 300
MESSAGE = "the site is being maintained, please try again in a few minutes"


def flag_file() -> Path:
    """While this file exists, the site is closed."""
    return settings.DATA_DIR / "maintenance"


class MaintenanceMiddleware:
    """Answers 503 to everything but static files while the flag file exists."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not flag_file().exists():
            return self.get_response(request)
        response: HttpResponse
        if is_api(request):
            response = JsonResponse(error_body(MESSAGE), status=503)
        else:
            response = HttpResponse(render_to_string("503.html"), status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
