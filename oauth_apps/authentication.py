"""One authenticator for every bearer token."""

import hashlib

from django.utils import timezone
from oauth2_provider.models import AccessToken
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request


class BearerAuthentication(BaseAuthentication):
    """Finds the live token of an `Authorization: Bearer` header by its hash, in one query."""

    def authenticate(self, request: Request) -> tuple[object, object] | None:
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        checksum = hashlib.sha256(token.strip()).hexdigest()
        row = (
            AccessToken.objects.select_related("user", "application")
            .filter(token_checksum=checksum, expires__gt=timezone.now())
            .first()
        )
        if row is None:
            raise exceptions.AuthenticationFailed()
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
