"""The token endpoint's engine: oauthlib with the three grants that exist here."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauthlib.oauth2 import (
    AuthorizationCodeGrant,
    BearerToken,
    RefreshTokenGrant,
    TokenEndpoint,
)
from oauthlib.oauth2.rfc8628.grant_types import DeviceCodeGrant

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class TokenServer(TokenEndpoint):
    """Authorization code, refresh and device code; nothing that asks for a password."""

    def __init__(
        self,
        request_validator: Any,
        token_expires_in: int | None = None,
        token_generator: Any = None,
        refresh_token_generator: Any = None,
        **kwargs: Any,
    ) -> None:
        self.request_validator = request_validator
        bearer = BearerToken(
            request_validator, token_generator, token_expires_in, refresh_token_generator
        )
        super().__init__(
            default_grant_type="authorization_code",
            default_token_type=bearer,
            grant_types={
                "authorization_code": AuthorizationCodeGrant(request_validator),
                "refresh_token": RefreshTokenGrant(request_validator),
                DEVICE_CODE: DeviceCodeGrant(request_validator),
            },
        )


class TokenCore(OAuthLibCore):
    """One transaction for one answer, so that of two equal requests only one wins."""

    def create_token_response(self, request: HttpRequest) -> Any:
        with transaction.atomic():
            return super().create_token_response(request)

    def _get_escaped_full_path(self, request: HttpRequest) -> str:
        """Without the query: parameters and secrets stand in the body only (RFC 6749 §2.3.1)."""
        return request.path
