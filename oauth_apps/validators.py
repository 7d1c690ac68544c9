"""What the toolkit's validator leaves open: our secrets, checksums, locks, limits and words."""

import base64
import hashlib
import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.oauth2.rfc8628.errors import (
    AccessDenied,
    AuthorizationPendingError,
    ExpiredTokenError,
    SlowDownError,
)

from instance.models import AppConfiguration

from .clients import read_credentials
from .models import AccessToken, Application, DeviceGrant, Grant, RefreshToken
from .random_texts import checksum
from .scopes import known_scopes
from .server import DEVICE_CODE
from .services.applications import find_client

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def pkce_is_required(application: Application) -> bool:
    """Of public clients always, of all others if the instance is set up so."""
    return application.is_public or AppConfiguration.current().require_pkce


class Validator(OAuth2Validator):
    # --- Who asks

    def client_authentication_required(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        return True

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        if isinstance(request.client, Application):
            return True
        credentials = read_credentials(
            request.headers.get("Authorization"), request.client_id, request.client_secret
        )
        request.client = find_client(credentials.client_id, credentials.secret)
        # oauthlib reads every parameter of the body as an attribute: nobody may bring these.
        request.refresh_token_instance = request.previous = request.user = None
        return request.client is not None

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Request, *args: Any, **kw: Any
    ) -> bool:
        if not super().validate_grant_type(client_id, grant_type, client, request, *args, **kw):
            return False
        if grant_type == DEVICE_CODE:
            self._redeem_device_code(request)
        return True

    # --- Authorization codes

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        grants = Grant.objects.select_for_update(of=("self",)).select_related("user")
        grant = grants.filter(code=checksum(code), application=client).first()
        if grant is None or not self._is_redeemable(grant, request):
            raise errors.InvalidGrantError('Invalid "code" in request.', request=request)
        self._check_verifier(grant, request)
        request.code, request.grant = grant.code, grant
        request.user = grant.user
        request.scopes = known_scopes(grant.scope, request.client.scopes)
        return True

    def _is_redeemable(self, grant: Grant, request: Request) -> bool:
        if grant.used_at:
            if not (is_same_moment(grant.used_at) and asks_the_same(grant, request)):
                RefreshToken.revoke_family(grant.token_family)
            return False
        return not grant.is_expired() and grant.user.is_active

    def _check_verifier(self, grant: Grant, request: Request) -> None:
        verifier = request.code_verifier
        if grant.code_challenge and not verifier:
            raise errors.InvalidRequestError('Missing "code_verifier"', request=request)
        if verifier and not VERIFIER.fullmatch(verifier):
            raise errors.InvalidRequestError('Invalid "code_verifier"', request=request)
        if (verifier or grant.code_challenge) and challenge_of(verifier) != grant.code_challenge:
            raise errors.InvalidGrantError("Code challenge failed.", request=request)

    def get_code_challenge(self, code: str, request: Request) -> str | None:
        return request.grant.code_challenge or None

    def get_code_challenge_method(self, code: str, request: Request) -> str:
        return "S256"

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        return pkce_is_required(request.client)

    def get_default_redirect_uri(
        self, client_id: str, request: Request, *args: Any, **kwargs: Any
    ) -> str:
        # oauthlib wants some address; confirm_redirect_uri decides whether none is fine.
        return "none"

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Any, request: Request, **kw: Any
    ) -> bool:
        bound_to = request.grant.redirect_uri
        if bound_to and (request.using_default_redirect_uri or redirect_uri != bound_to):
            raise errors.InvalidGrantError('Invalid "redirect_uri" in request.', request=request)
        return True

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Request, *args: Any, **kwargs: Any
    ) -> None:
        Grant.objects.filter(pk=request.grant.pk).update(
            used_at=timezone.now(), token_family=request.token_family
        )

    # --- Refresh tokens

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        locked = (
            RefreshToken.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(token_checksum=checksum(refresh_token), application=client)
            .first()
        )
        if locked is None or not locked.user.is_active:
            return False
        if locked.revoked and is_same_moment(locked.revoked):
            return False
        return bool(super().validate_refresh_token(refresh_token, client, request, *args, **kwargs))

    def get_original_scopes(
        self, refresh_token: str, request: Request, *args: Any, **kwargs: Any
    ) -> list[str]:
        request.previous = request.refresh_token_instance.access_token
        return known_scopes(request.previous.scope, request.client.scopes)

    # --- Device codes

    def _redeem_device_code(self, request: Request) -> None:
        code = checksum(getattr(request, "device_code", None) or "")
        waiting = DeviceGrant.objects.select_for_update(of=("self",)).select_related("user")
        device = waiting.filter(device_code=code, application=request.client).first()
        if device is None:
            raise errors.InvalidGrantError('Invalid "device_code" in request.', request=request)
        if timezone.now() >= device.expires:
            raise ExpiredTokenError(request=request)
        self._note_poll(device, request)
        if device.status == DeviceGrant.DENIED:
            raise AccessDenied(request=request)
        if device.status != DeviceGrant.AUTHORIZED or not device.user.is_active:
            raise AuthorizationPendingError(request=request)
        request.user = device.user
        request.scopes = known_scopes(device.scope, request.client.scopes)
        request.scope = " ".join(request.scopes) or None
        device.delete()

    def _note_poll(self, device: DeviceGrant, request: Request) -> None:
        """Refuse a device that asks faster than told, and tell it to slow down (RFC 8628 §3.5)."""
        now = timezone.now()
        pause = timedelta(seconds=device.interval)
        too_fast = device.last_polled_at is not None and now - device.last_polled_at < pause
        device.last_polled_at = now
        device.interval += 5 if too_fast else 0
        device.save(update_fields=["last_polled_at", "interval"])
        if too_fast and device.status == DeviceGrant.AUTHORIZATION_PENDING:
            raise SlowDownError(request=request)

    # --- Storing

    def _check_and_set_request_resource(self, request: Request) -> None:
        """This site is the only resource there is, so RFC 8707 has nothing to say."""
        request.resource = []

    def _create_access_token(
        self,
        expires: datetime,
        request: Request,
        token: dict[str, Any],
        source_refresh_token: RefreshToken | None = None,
    ) -> AccessToken:
        access = AccessToken(
            user=request.user,
            application=request.client,
            scope=token["scope"],
            expires=expires,
            source_refresh_token=source_refresh_token,
        )
        if request.previous:
            access.granted_at = request.previous.granted_at
            access.last_used_at = request.previous.last_used_at
        self._set_token_value(access, token["access_token"])
        access.save()
        return access

    def _create_refresh_token(self, request: Request, *args: Any) -> RefreshToken:
        refresh: RefreshToken = super()._create_refresh_token(request, *args)
        request.token_family = refresh.token_family
        return refresh


def is_same_moment(used_at: datetime) -> bool:
    """Whether an equal request may have waited for a thread while the one that won was answered.

    It is refused and no more; one that comes later is a replay, which ends the tokens issued.
    """
    return timezone.now() - used_at < settings.SAME_MOMENT


def asks_the_same(grant: Grant, request: Request) -> bool:
    """Whether the request would have won had it come first: it has the verifier and the address."""
    verifies = (
        not grant.code_challenge or challenge_of(request.code_verifier) == grant.code_challenge
    )
    return verifies and grant.redirect_uri in ("", request.redirect_uri)


def challenge_of(verifier: str | None) -> str:
    """The S256 challenge of a verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256((verifier or "").encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
