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

from .models import Grant, RefreshToken
from .random_texts import checksum

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
# Handed from the request to the validator; no header of a client can have this name.
CAME_IN_TIME = "oauth_apps.came_in_time"


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
        request.META[CAME_IN_TIME] = _is_unused(request)
        with transaction.atomic():
            return super().create_token_response(request)


def _is_unused(request: HttpRequest) -> bool:
    """Whether the code or refresh token was still unused when the request came in.

    A request that then finds it used has lost a race, which is refused and no more. One that
    comes later is a replay, which ends the tokens that were issued.
    """
    if code := request.POST.get("code"):
        return Grant.objects.filter(code=checksum(code), used_at__isnull=True).exists()
    if token := request.POST.get("refresh_token"):
        unused = RefreshToken.objects.filter(revoked__isnull=True)
        return unused.filter(token_checksum=checksum(token)).exists()
    return False
