"""Who asks, of a page or of the API."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

if TYPE_CHECKING:
    from django.contrib.auth.models import _User  # to a type checker, the site's own user


class HtmxRequest(HttpRequest):
    """With what htmx says of it; for annotations only."""

    htmx: HtmxDetails


P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def caller(request: HttpRequest | Request) -> "_User":
    """Whoever is signed in; the page's decorator or the API's permission saw to it."""
    user = request.user
    assert user.is_authenticated
    return user


def administrators_only(view: Page[P]) -> Page[P]:
    """For administrators; for everybody else the page does not exist."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not caller(request).is_admin:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def refuse_all_but_admins(request: Request) -> None:
    """403 for everybody else who calls the API."""
    if not caller(request).is_admin:
        raise PermissionDenied
