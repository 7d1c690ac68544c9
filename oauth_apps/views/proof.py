"""Asking for the password or the second factor anew before a key to the account is made."""

from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def require_proof(request: HttpRequest) -> None:
    """Interrupt a signed-in POST unless there was a proof in the last ten minutes.

    allauth's middleware keeps the request in the session, asks, and then goes on with it.
    """
    if is_reauthentication_required(request, app=""):
        request.META.pop("HTTP_COOKIE", None)  # a key itself: not to be kept in the session
        raise ReauthenticationRequired


class ProofRequiredMixin:
    """POST needs a proof; stands after LoginRequiredMixin."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            require_proof(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
