"""Reading what an application asks of a user, and giving it a code (RFC 6749 §4.1)."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Application, Grant
from .random_texts import checksum, new_code
from .redirects import with_parameters
from .scopes import asks_in_vain, known_scopes
from .validators import pkce_is_required

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_STATE = 4096
SINGLE = (
    *("client_id", "redirect_uri", "response_type", "scope", "state"),
    *("code_challenge", "code_challenge_method"),
)


class UnsafeRequestError(Exception):
    """Nobody may be redirected: the application or the address is not known."""


class RefusedRequestError(Exception):
    """The application may be told, at the registered address, if the person goes on there."""

    def __init__(
        self, error: str, description: str, application: Application, redirect_uri: str, state: str
    ) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.application = application
        self.redirect_uri = redirect_uri
        self.state = state


@dataclass(frozen=True)
class AuthorizationRequest:
    application: Application
    redirect_uri: str
    bound_to: str  # what the token request must repeat; empty: nothing
    scopes: tuple[str, ...]
    state: str
    code_challenge: str


@dataclass(frozen=True)
class RedirectRule:
    """How strict an endpoint is about the address asked for.

    On the address that programs written for FitTrackee open, an unregistered one is answered at
    the first registered one, never at the one asked for, and the code is bound to no address.
    """

    falls_back: bool = False
    first_is_default: bool = False


STRICT = RedirectRule()
FIRST_IS_DEFAULT = RedirectRule(first_is_default=True)
FALLS_BACK = RedirectRule(falls_back=True, first_is_default=True)


def read_request(params: QueryDict, user: Any, rule: RedirectRule) -> AuthorizationRequest:
    """What the application asks for; scopes that it doesn't have are left out.

    Raises UnsafeRequestError or RefusedRequestError.
    """
    if any(len(params.getlist(name)) > 1 for name in SINGLE):
        raise UnsafeRequestError(_("A parameter is there twice."))
    application = _find_application(params.get("client_id", ""), user)
    redirect_uri, bound_to = _choose_address(application, params.get("redirect_uri", ""), rule)
    state = params.get("state", "")
    if problem := _find_problem(params, application):
        raise RefusedRequestError(*problem, application, redirect_uri, state[:LONGEST_STATE])
    return AuthorizationRequest(
        application=application,
        redirect_uri=redirect_uri,
        bound_to=bound_to,
        scopes=tuple(known_scopes(params.get("scope", ""), application.scopes)),
        state=state,
        code_challenge=params.get("code_challenge", ""),
    )


def require_known_scopes(params: QueryDict, asked: AuthorizationRequest) -> None:
    """RefusedRequestError when scopes were asked for, and the application has none of them."""
    if asks_in_vain(params.get("scope", ""), asked.application.scopes):
        raise RefusedRequestError(
            "invalid_scope",
            "The application has none of the scopes asked for.",
            asked.application,
            asked.redirect_uri,
            asked.state,
        )


def _find_application(client_id: str, user: Any) -> Application:
    usable = Application.objects.usable_by(user).select_related("user")
    # A client id has letters and digits only; PostgreSQL refuses to compare a null byte.
    application = usable.filter(client_id=client_id).first() if client_id.isalnum() else None
    if application is None:
        raise UnsafeRequestError(_("This application is not registered here, or is suspended."))
    return application


def _choose_address(application: Application, asked: str, rule: RedirectRule) -> tuple[str, str]:
    registered = application.redirect_uri_list
    if asked and application.redirect_uri_allowed(asked):
        return asked, asked
    if asked and not rule.falls_back:
        raise UnsafeRequestError(_("The application asked for an address that is not registered."))
    if not registered or (len(registered) > 1 and not rule.first_is_default):
        raise UnsafeRequestError(_("The application did not say where to send you back."))
    return registered[0], ""


def _find_problem(params: QueryDict, application: Application) -> tuple[str, str] | None:
    response_type = params.get("response_type", "")
    if not response_type:
        return "invalid_request", 'Missing "response_type"'
    if response_type != "code":
        return "unsupported_response_type", "Only the response type “code” exists here."
    if len(params.get("state", "")) > LONGEST_STATE:
        return "invalid_request", 'The "state" is too long.'
    return _find_challenge_problem(params, application)


def _find_challenge_problem(params: QueryDict, application: Application) -> tuple[str, str] | None:
    challenge = params.get("code_challenge", "")
    method = params.get("code_challenge_method", "")
    if not challenge and (method or pkce_is_required(application)):
        return "invalid_request", 'Missing "code_challenge"'
    if challenge and method != "S256":
        return "invalid_request", 'Unsupported "code_challenge_method"'
    if challenge and not CHALLENGE.fullmatch(challenge):
        return "invalid_request", 'Invalid "code_challenge"'
    return None


def give_code(asked: AuthorizationRequest, user: Any, scopes: list[str]) -> str:
    """Store a code for those of the scopes asked for that the user gives, and return its text."""
    code = new_code()
    Grant.objects.create(
        application=asked.application,
        user=user,
        code=checksum(code),
        expires=timezone.now() + settings.CODE_LIFETIME,
        redirect_uri=asked.bound_to,
        scope=" ".join(scope for scope in asked.scopes if scope in scopes),
        code_challenge=asked.code_challenge,
        code_challenge_method="S256" if asked.code_challenge else "",
    )
    return code


def answer_with_code(asked: AuthorizationRequest, code: str) -> str:
    """The address to which the browser takes the code, with the issuer of RFC 9207."""
    return with_parameters(asked.redirect_uri, code=code, state=asked.state, iss=settings.SITE_URL)


def answer_with_error(redirect_uri: str, state: str, error: str, description: str) -> str:
    """The address to which the browser takes a refusal."""
    return with_parameters(
        redirect_uri,
        error=error,
        error_description=description,
        state=state,
        iss=settings.SITE_URL,
    )
