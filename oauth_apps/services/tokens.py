"""Issuing and ending tokens."""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from jwcrypto import jwk, jwt
from jwcrypto.common import base64url_encode
from oauth2_provider.models import set_token_value

from ..models import AccessToken, Application, DeviceGrant, Grant, RefreshToken
from ..random_texts import checksum, new_personal_token
from ..scopes import SCOPES


def issue_first_party_token(
    user: Any, *, lifetime: timedelta = settings.FIRST_PARTY_TOKEN_LIFETIME
) -> str:
    """A token with all the rights of the user, for a sign-in over the API.

    It is a JWT with exp, iat, jti and sub, because programs decode it without checking to learn
    when it ends; here it is looked up by its checksum like every other token.
    """
    now = timezone.now()
    token = _signed(
        {
            "exp": int((now + lifetime).timestamp()),
            "iat": int(now.timestamp()),
            "jti": secrets.token_urlsafe(16),
            "sub": str(user.pk),
        }
    )
    first_party = Application.objects.built_in(Application.Kind.FIRST_PARTY)
    _store(token, user=user, application=first_party, expires=now + lifetime)
    return token


def _signed(claims: dict[str, Any]) -> str:
    key = salted_hmac("oauth_apps.first_party_token", "", algorithm="sha256").digest()
    token = jwt.JWT(header=json.dumps({"alg": "HS256", "typ": "JWT"}), claims=json.dumps(claims))
    token.make_signed_token(jwk.JWK(kty="oct", k=base64url_encode(key)))
    return str(token.serialize())


def _store(token: str, **fields: Any) -> AccessToken:
    row = AccessToken(**fields)
    set_token_value(row, token)
    row.save()
    return row


def issue_personal_token(user: Any, *, name: str, scopes: list[str], expires: datetime) -> str:
    """A token that the user made for a program of their own; the clear text is shown once."""
    token = new_personal_token()
    personal = Application.objects.built_in(Application.Kind.PERSONAL)
    _store(
        token,
        user=user,
        application=personal,
        name=name,
        scope=" ".join(scopes),
        expires=expires,
    )
    return token


def revoke_token(token: str) -> None:
    """End one token of whatever kind, as at logout; an unknown one is none of our business."""
    _end(Q(token_checksum=checksum(token)))


@transaction.atomic
def revoke_for_client(application: Application, token: str) -> None:
    """End the pair to which the access or refresh token belongs, if it is the application's."""
    found = Q(token_checksum=checksum(token), application=application)
    families = RefreshToken.objects.filter(
        found | Q(access_token__token_checksum=checksum(token), application=application)
    ).values_list("token_family", flat=True)
    for family in families:
        RefreshToken.revoke_family(family)
    AccessToken.objects.filter(found).delete()


def revoke_first_party_tokens(user: Any, *, keep: AccessToken | None = None) -> None:
    """End every sign-in over the API but the one to `keep`, as a password change does."""
    sign_ins = Q(user=user, application__kind=Application.Kind.FIRST_PARTY)
    _end(sign_ins & ~Q(pk=keep.pk) if keep is not None else sign_ins)


def revoke_third_party_access(user: Any) -> None:
    """End the access of every application, as a user may ask when changing the password."""
    _end_access(Q(user=user, application__kind__in=Application.OUTSIDE))


def count_third_party_access(user: Any) -> int:
    """How many applications have access, to be asked about at a password change."""
    return with_access(user).values("application").distinct().count()


def revoke_personal_tokens(user: Any) -> None:
    """End every personal access token, as a user may ask when changing the password."""
    AccessToken.objects.personal(user).delete()


def count_personal_tokens(user: Any) -> int:
    """How many personal access tokens still work, to be asked about at a password change."""
    return AccessToken.objects.personal(user).live().count()


@transaction.atomic
def revoke_all_but(user: Any, *, applications: Collection[int], tokens: Collection[int]) -> None:
    """End every token of the user but those of these applications, and these personal ones."""
    kept = Q(application__in=applications, application__kind__in=Application.OUTSIDE)
    _end_access(Q(user=user) & ~Q(application__kind=Application.Kind.PERSONAL) & ~kept)
    AccessToken.objects.personal(user).exclude(pk__in=tokens).delete()


def revoke_all(user: Any) -> None:
    """End every token of the user: sign-ins, applications and personal tokens."""
    _end_access(Q(user=user))


def revoke_application_access(application: Application, user: Any) -> None:
    """Take the user's access from one application, at once."""
    _end_access(Q(user=user, application=application))


def revoke_personal_token(token: AccessToken) -> None:
    """End a personal access token."""
    token.delete()


def revoke_application_tokens(application: Application) -> None:
    """End all tokens of an application, of all its users."""
    _end_access(Q(application=application))


def _end(tokens: Q) -> None:
    AccessToken.objects.filter(tokens).delete()


@transaction.atomic
def _end_access(whose: Q) -> None:
    RefreshToken.objects.filter(whose).delete()
    Grant.objects.filter(whose).delete()
    DeviceGrant.objects.filter(whose).delete()
    AccessToken.objects.filter(whose).delete()


def with_access(user: Any) -> QuerySet[AccessToken]:
    """The rows by which applications have access: still live, or still to be refreshed."""
    now = timezone.now()
    oldest = now - settings.REFRESH_TOKEN_EXTRA_LIFETIME
    refreshable = Q(refresh_token__revoked__isnull=True, expires__gt=oldest)
    return AccessToken.objects.third_party(user).filter(
        Q(expires__gt=now) | Q(refresh_token__isnull=False) & refreshable
    )


@dataclass
class Access:
    """What one application may do for a user."""

    application: Application
    scopes: set[str]
    since: datetime
    last_used_at: datetime | None

    def add(self, row: AccessToken) -> None:
        self.scopes |= set(row.scope.split())
        self.since = min(self.since, row.granted_at)
        used = [moment for moment in (self.last_used_at, row.last_used_at) if moment]
        self.last_used_at = max(used, default=None)

    @property
    def sentences(self) -> list[Any]:
        return [sentence for scope, sentence in SCOPES.items() if scope in self.scopes]


def list_access(user: Any) -> list[Access]:
    """The applications that may act for the user, the latest given first, in one query."""
    found: dict[int, Access] = {}
    for row in with_access(user).select_related("application__user").order_by("-granted_at"):
        access = Access(row.application, set(), row.granted_at, None)
        found.setdefault(row.application.pk, access).add(row)
    return list(found.values())


def count_application_users(application: Application) -> int:
    """How many users have given the application access."""
    users = AccessToken.objects.filter(application=application).values("user").distinct()
    return users.count()
