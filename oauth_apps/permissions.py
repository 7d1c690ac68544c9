"""What a caller of the API may do."""

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from .authentication import InsufficientScope, OldSignIn
from .models import AccessToken

if TYPE_CHECKING:
    from rest_framework.views import APIView  # its module imports this one


class HasScope(BasePermission):
    """A signed-in user acts as themselves, a token only within its scopes.

    Views name their scopes in `required_scopes`: a resource word ("workouts" asks for
    workouts:read or workouts:write by the method) or a whole scope ("application:write"). A view
    with `first_party_only = True` names none and refuses the tokens of other programs.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        needed = needed_scopes(view, request.method or "GET")
        if not request.user or not request.user.is_authenticated:
            return False
        token = cast(AccessToken | None, request.auth)
        if token is None or token.is_first_party:
            return True
        if getattr(view, "first_party_only", False):
            raise NotAuthenticated()
        if not needed <= set(token.scope.split()):
            raise InsufficientScope(needed)
        return True


def needed_scopes(view: "APIView | type[APIView]", method: str) -> set[str]:
    """The whole scopes that the method of the view asks of a token.

    ImproperlyConfigured when the view names none and isn't for the first party alone.
    """
    names = getattr(view, "required_scopes", None)
    if not names and not getattr(view, "first_party_only", False):
        name = getattr(view, "__name__", type(view).__name__)
        raise ImproperlyConfigured(f"{name} names no required_scopes.")
    action = "read" if method in SAFE_METHODS else "write"
    return {name if ":" in name else f"{name}:{action}" for name in names or ()}


def refuse_old_sign_in(request: Request) -> None:
    """Raise OldSignIn unless the caller proved lately who they are.

    A program proves it by the sign-in that gave it its token, a page by the password or the second
    factor that was asked for anew.
    """
    token = cast(AccessToken | None, request.auth)
    if token is None:
        is_recent = did_recently_reauthenticate(request._request)
    else:
        age = timezone.now() - token.created
        is_recent = age < timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    if not is_recent:
        raise OldSignIn()
