"""What a caller of the API may do."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils import timezone
from oauth2_provider.contrib.rest_framework import TokenHasResourceScope
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from .authentication import InsufficientScope, OldSignIn
from .models import AccessToken

if TYPE_CHECKING:
    from rest_framework.views import APIView  # its module imports this one


class HasScope(TokenHasResourceScope):
    """A signed-in user acts as themselves, a token only within its scopes.

    Views name resources in `required_scopes`; "workouts" asks for workouts:read or workouts:write
    by the method. A view with `first_party_only = True` names none and refuses the tokens of other
    programs. A view that says neither answers nobody.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        needed = self.get_scopes(request, view)
        if not request.user or not request.user.is_authenticated:
            return False
        token = request.auth
        if token is None or (isinstance(token, AccessToken) and token.is_first_party):
            return True
        if is_first_party_only(view):
            raise NotAuthenticated()
        if not super().has_permission(request, view):
            raise InsufficientScope(set(needed))
        return True

    def get_scopes(self, request: HttpRequest | Request, view: "APIView") -> list[str]:
        """The toolkit would ask nothing of a view that names nothing: here ImproperlyConfigured."""
        if not getattr(view, "required_scopes", None) and not is_first_party_only(view):
            name = getattr(view, "__name__", type(view).__name__)
            raise ImproperlyConfigured(f"{name} names no required_scopes.")
        scopes: list[str] = super().get_scopes(request, view)
        return scopes


def is_first_party_only(view: object) -> bool:
    return bool(getattr(view, "first_party_only", False))


def needed_scopes(view: Any, method: str) -> set[str]:
    """The whole scopes that the method of the view, or of its class, asks of a token."""
    request = HttpRequest()
    request.method = method
    return set(HasScope().get_scopes(request, view))


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
