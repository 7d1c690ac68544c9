"""Deleting what has ended."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ..models import AccessToken, ClientSecret, DeviceGrant, Grant, RefreshToken

REFRESH_LIFETIME = settings.ACCESS_TOKEN_LIFETIME + settings.REFRESH_TOKEN_EXTRA_LIFETIME


@transaction.atomic
def clean_tokens(*, days: int) -> int:
    """Delete the tokens that expired more than `days` days ago, and return how many they were.

    With them go their refresh tokens, even those that could still be used, and codes and secrets
    that ended as long ago. Used refresh tokens stay for as long as they could be replayed.
    """
    before = timezone.now() - timedelta(days=days)
    expired = AccessToken.objects.filter(expires__lt=before)
    count = expired.count()
    replayable = Q(revoked__isnull=False, created__gte=before - REFRESH_LIFETIME)
    RefreshToken.objects.filter(Q(access_token__in=expired)).delete()
    RefreshToken.objects.filter(access_token__isnull=True).exclude(replayable).delete()
    expired.delete()
    for model in (Grant, DeviceGrant):
        model.objects.filter(expires__lt=before).delete()
    ClientSecret.objects.filter(ends_at__lt=before).delete()
    return count
