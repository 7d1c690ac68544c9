"""Deleting what has ended."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import AccessToken, ClientSecret, DeviceGrant, Grant, RefreshToken

REFRESH_LIFETIME = settings.ACCESS_TOKEN_LIFETIME + settings.REFRESH_TOKEN_EXTRA_LIFETIME
# Longer than a token can be refreshed after its end, so that nobody loses access by it.
KEPT_FOR = timedelta(days=30)
# Codes that nobody ever redeemed hold nothing to remember.
UNUSED_CODES_KEPT_FOR = timedelta(days=1)
ROWS_AT_ONCE = 500


def clean_tokens(*, kept_for: timedelta = KEPT_FOR) -> int:
    """Delete the tokens that expired longer ago than that, and return how many they were.

    With them go their refresh tokens, even those that could still be used, and codes and secrets
    that ended as long ago. What was used once stays for as long as it could be replayed. The rows
    go some at a time, each lot in a transaction of its own: others never wait long.
    """
    before = timezone.now() - kept_for
    used_of_late = Q(revoked__isnull=False, created__gte=before - REFRESH_LIFETIME)
    redeemed_of_late = Q(used_at__isnull=False, expires__gte=before - REFRESH_LIFETIME)
    delete_in_lots(RefreshToken.objects.filter(access_token__expires__lt=before))
    delete_in_lots(RefreshToken.objects.filter(access_token__isnull=True).exclude(used_of_late))
    count = delete_in_lots(AccessToken.objects.filter(expires__lt=before))
    delete_in_lots(Grant.objects.filter(expires__lt=before).exclude(redeemed_of_late))
    unused_before = timezone.now() - min(kept_for, UNUSED_CODES_KEPT_FOR)
    delete_in_lots(Grant.objects.filter(expires__lt=unused_before, used_at__isnull=True))
    delete_in_lots(DeviceGrant.objects.filter(expires__lt=unused_before))
    delete_in_lots(ClientSecret.objects.filter(ends_at__lt=before))
    return count


def delete_in_lots(rows: QuerySet[Any]) -> int:
    """Delete rows some at a time, so that nobody else waits long to write; how many they were."""
    count = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        rows.filter(pk__in=keys).delete()
        count += len(keys)
    return count
