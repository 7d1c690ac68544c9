"""Asking for the password or the second factor anew before a key to the account is made."""

from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ProofRequiredMixin:
    """POST needs a proof of the last ten minutes; without one it goes on once it was given.

    Stands after LoginRequiredMixin.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            raise_if_reauthentication_required(request, app="")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
