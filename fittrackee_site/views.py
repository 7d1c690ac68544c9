"""Pages about the site itself."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from instance import __version__


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this is, its version and licence, and whom to ask."""
    return render(request, "pages/about.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people here, and how they take it away."""
    return render(request, "pages/privacy.html")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the service worker keeps for when there is no network."""
    return render(request, "pages/offline.html")


@require_safe
@cache_control(max_age=0, must_revalidate=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it lives at the root because it may only answer for what is below it."""
    context = {"version": __version__}
    return render(request, "service-worker.js", context, content_type="text/javascript")


@require_safe
def admin_login(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """The way into Django's admin: the sign-in that everybody uses."""
    index = reverse("admin:index")
    user = request.user
    if not user.is_authenticated:
        query = urlencode({"next": request.GET.get("next") or index})
        return redirect(f"{settings.LOGIN_URL}?{query}")
    if not user.is_staff:
        raise PermissionDenied
    return redirect(index)
