"""Addresses that nothing can have."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse


class NullByteMiddleware:
    """404 for a path with a null byte, which PostgreSQL refuses even to look for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404
        return self.get_response(request)
