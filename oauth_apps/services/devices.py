"""Letting in devices that have no browser (RFC 8628)."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..models import Application, DeviceGrant
from ..random_texts import checksum, random_text

# No vowels, so that no word appears, and nothing that looks like another letter (RFC 8628 §6.1).
USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
USER_CODE_LENGTH = 8
POLL_INTERVAL_SECONDS = 5


@dataclass(frozen=True)
class DeviceCodes:
    device_code: str
    user_code: str


def start_device(application: Application, scopes: list[str]) -> DeviceCodes:
    """Codes for a device to show and to poll with."""
    letters = [secrets.choice(USER_CODE_LETTERS) for _ in range(USER_CODE_LENGTH)]
    codes = DeviceCodes(random_text(48), "".join(letters))
    DeviceGrant.objects.create(
        application=application,
        client_id=application.client_id,
        device_code=checksum(codes.device_code),
        user_code=checksum(codes.user_code),
        scope=" ".join(scopes),
        interval=POLL_INTERVAL_SECONDS,
        expires=timezone.now() + settings.DEVICE_CODE_LIFETIME,
    )
    return codes


def normalise_user_code(text: str) -> str:
    """The code as it was made, however the person typed it."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def find_waiting_device(user_code: str, user: Any) -> DeviceGrant | None:
    """The device that waits with this code, for an application that the user may give access."""
    waiting: QuerySet[DeviceGrant] = DeviceGrant.objects.filter(
        user_code=checksum(normalise_user_code(user_code)),
        status=DeviceGrant.AUTHORIZATION_PENDING,
        expires__gt=timezone.now(),
        application__in=Application.objects.usable_by(user).filter(allows_devices=True),
    )
    return waiting.select_related("application__user").order_by("-pk").first()


@transaction.atomic
def decide_device(device: DeviceGrant, user: Any, *, scopes: list[str] | None) -> bool:
    """Let the device in with these scopes, or refuse it with None; only the first answer counts."""
    asked = device.scope.split()
    decided = DeviceGrant.objects.filter(
        pk=device.pk, status=DeviceGrant.AUTHORIZATION_PENDING
    ).update(
        user=user,
        status=DeviceGrant.DENIED if scopes is None else DeviceGrant.AUTHORIZED,
        scope=" ".join(scope for scope in asked if scope in (scopes or [])),
    )
    return bool(decided)
