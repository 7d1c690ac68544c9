"""What a caller of the API may do."""

from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView  # its module imports this one


class HasScope(BasePermission):
    """A signed-in user acts as themselves, a token only within its scopes.

    Views name their scopes in `required_scopes`: a resource word ("workouts" asks for
    workouts:read or workouts:write by the method) or a whole scope ("application:write").
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        names = getattr(view, "required_scopes", None)
        if names is None:
            raise ImproperlyConfigured(f"{type(view).__name__} names no required_scopes.")
        if not request.user or not request.user.is_authenticated:
            return False
        if request.auth is None:
            return True
        action = "read" if request.method in SAFE_METHODS else "write"
        needed = {name if ":" in name else f"{name}:{action}" for name in names}
        return needed <= set(request.auth.scope.split())
