"""One authenticator for every bearer token."""

from typing import Any

from django.conf import settings
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework import exceptions, status
from rest_framework.authentication import get_authorization_header
from rest_framework.request import Request

from .models import AccessToken

METADATA_PATH = "/.well-known/oauth-protected-resource"


class OAuthRefusal(exceptions.APIException):
    """A refusal whose body is that of RFC 6750, not that of the other errors."""

    error = ""
    description = ""

    def __init__(self) -> None:
        super().__init__()
        parts = {"error": self.error, "error_description": self.description}
        self.detail: Any = {name: text for name, text in parts.items() if text}

    @property
    def challenge(self) -> str:
        """The value of WWW-Authenticate."""
        parts = {"error": self.error, "error_description": self.description}
        return bearer_challenge(**{name: text for name, text in parts.items() if text})


class InvalidToken(OAuthRefusal):
    status_code = status.HTTP_401_UNAUTHORIZED
    error = "invalid_token"
    description = (
        "The access token provided is expired, revoked, malformed, or invalid for other reasons."
    )


class UnsupportedTokenType(OAuthRefusal):
    status_code = status.HTTP_401_UNAUTHORIZED
    error = "unsupported_token_type"


class InsufficientScope(OAuthRefusal):
    status_code = status.HTTP_403_FORBIDDEN
    error = "insufficient_scope"
    description = "The request requires higher privileges than provided by the access token."

    def __init__(self, needed: set[str]) -> None:
        super().__init__()
        self.needed = needed

    @property
    def challenge(self) -> str:
        return bearer_challenge(error=self.error, scope=" ".join(sorted(self.needed)))


class OldSignIn(OAuthRefusal):
    """The step-up of RFC 9470: the same call is answered once the person has signed in again."""

    status_code = status.HTTP_401_UNAUTHORIZED
    error = "insufficient_user_authentication"
    description = "This needs a sign-in of the last minutes: sign in again."

    @property
    def challenge(self) -> str:
        max_age = str(settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
        return bearer_challenge(
            error=self.error, error_description=self.description, max_age=max_age
        )


def bearer_challenge(**parameters: str) -> str:
    """What a client must present, and where it reads how to obtain it (RFC 6750, RFC 9728)."""
    parameters["resource_metadata"] = settings.SITE_URL + METADATA_PATH
    return "Bearer " + ", ".join(f'{name}="{text}"' for name, text in parameters.items())


class BearerAuthentication(OAuth2Authentication):
    """Finds the live token of an `Authorization: Bearer` header by its hash, in one query."""

    # The toolkit's way reads the whole body before it knows who sends it, takes a token that
    # stands there, and lets whoever shows a bad one go on as nobody.
    def authenticate(self, request: Request) -> tuple[Any, AccessToken] | None:
        scheme, _, token = get_authorization_header(request).partition(b" ")
        token = token.strip()
        if scheme and scheme.lower() != b"bearer":
            raise UnsupportedTokenType()
        if not token:
            return None
        row = AccessToken.objects.find(token)
        if row is None or row.application.is_suspended:
            raise InvalidToken()
        if not row.user.is_active:
            raise exceptions.NotAuthenticated()
        row.note_use()
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return bearer_challenge()
