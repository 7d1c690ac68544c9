"""What we check of passkeys and security keys beyond what the libraries do (WebAuthn §7.2)."""

from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from fido2.webauthn import (
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

COUNT = "count"
# What the library raises for JSON of another shape, and for bytes that are no answer.
NONSENSE = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Answer:
    """What a key says: for a page of which `origin`, its `count` of uses, whom it recognised."""

    origin: str
    count: int
    is_verified: bool


def read_registration(credential: Any) -> Answer | None:
    """The answer of a new key, whose signature is checked elsewhere; None for nonsense."""
    try:
        response = RegistrationResponse.from_dict(credential).response
    except NONSENSE:
        return None
    return _read(response.client_data, response.attestation_object.auth_data)


def read_answer(credential: Any) -> Answer | None:
    """The answer of a key that signs in, checked elsewhere but for its shape; None for nonsense."""
    try:
        response = AuthenticationResponse.from_dict(credential).response
    except NONSENSE:
        return None
    return _read(response.client_data, response.authenticator_data)


def _read(client: CollectedClientData, data: AuthenticatorData) -> Answer:
    return Answer(client.origin, data.counter, bool(data.is_user_verified()))


def is_ours(answer: Answer | None) -> TypeGuard[Answer]:
    """Whether a page of this very site asked, not one of a sister domain."""
    if answer is None:
        return False
    site, request = urlsplit(settings.SITE_URL), context.request
    own = {f"{site.scheme}://{site.netloc}", f"{request.scheme}://{request.get_host()}"}
    return answer.origin in own


@transaction.atomic
def note_count(key: Authenticator, count: int) -> bool:
    """Remember how often the key was used; False if a copy of it has been used more often.

    Keys that are shared between devices count nothing: they always say 0.
    """
    stored = Authenticator.objects.select_for_update().get(pk=key.pk)
    last = stored.data.get(COUNT, stored.wrap().authenticator_data.counter)
    if (count or last) and count <= last:
        return False
    stored.data[COUNT] = count
    stored.save(update_fields=["data"])
    return True
