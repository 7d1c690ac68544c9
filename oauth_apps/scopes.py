"""The only list of scopes, with the sentence a person reads on the consent page."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from oauth2_provider.scopes import BaseScopes

SCOPES = {
    "application:write": _("Change the configuration of this site (administrators only)."),
    "profile:read": _("See your profile and preferences."),
    "profile:write": _("Change your profile, preferences, picture, e-mail address and password."),
    "users:read": _("See user accounts: your own, or all of them if you are an administrator."),
    "users:write": _("Delete your account, or manage all accounts if you are an administrator."),
    "workouts:read": _("See your workouts, recordings, records, sports and statistics."),
    "workouts:write": _("Add, change and delete your workouts."),
}
ADMIN_SCOPES = frozenset({"application:write"})


def known_scopes(text: str, ceiling: Iterable[str] = SCOPES) -> list[str]:
    """The scopes named in `text` that `ceiling` holds, each once, in the order asked for."""
    allowed = set(ceiling)
    return [scope for scope in dict.fromkeys(text.split()) if scope in allowed]


def asks_in_vain(text: str, ceiling: Iterable[str]) -> bool:
    """Whether scopes are named in `text`, and `ceiling` holds none of them."""
    return bool(text.split()) and not known_scopes(text, ceiling)


def can_change_things(scope: str) -> bool:
    """Whether the scope lets a program write, which the consent page sets apart."""
    return scope.endswith(":write")


class ApplicationScopes(BaseScopes):
    """Tells the toolkit that each application has scopes of its own, and none by default."""

    def get_all_scopes(self) -> dict[str, Any]:
        return SCOPES

    def get_available_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return application.scopes if application else list(SCOPES)

    def get_default_scopes(self, *args: Any, **kwargs: Any) -> list[str]:
        return []
