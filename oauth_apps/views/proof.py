"""Asking for the password or the second factor anew before a key to the account is made."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require_proof(request: HttpRequest) -> None:
    """Interrupt a signed-in POST unless there was a proof in the last ten minutes.

    allauth's middleware keeps the request in the session, asks, and then goes on with it.
    """
    if is_reauthentication_required(request, app=""):
        request.META.pop("HTTP_COOKIE", None)  # a key itself: not to be kept in the session
        raise ReauthenticationRequired


def proof_required(view: View[P]) -> View[P]:
    """A page whose POST needs a proof; stands after login_required."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST":
            require_proof(request)
        return view(request, *args, **kwargs)

    return guarded
