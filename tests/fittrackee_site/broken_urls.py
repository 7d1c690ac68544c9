"""The site with an address that fails, for tests of what is shown then."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from fittrackee_site.urls import (  # noqa: F401
    handler400,
    handler403,
    handler404,
    handler500,
    urlpatterns,
)


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("meant")


urlpatterns = [path("broken", fail), path("api/broken", fail), *urlpatterns]
