"""Rate limits: per token, else per user, else per address; counted in the shared cache."""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from .addresses import household_of
from .outages import CACHE_ERRORS
from .rates import RateLimit

if TYPE_CHECKING:
    from rest_framework.views import APIView  # its module imports this one

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Usage:
    """Where a caller stands with one limit."""

    limit: RateLimit
    used: int
    seconds_left: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit.calls - self.used)

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.limit.calls

    @property
    def tightness(self) -> tuple[bool, int, int]:
        """Sorts the usage that matters most to the caller first."""
        return not self.is_exceeded, self.remaining, -self.seconds_left


def caller_of(request: Request, throttle: BaseThrottle) -> str:
    """Who makes the call: a token, else a signed-in user, else an address."""
    if request.auth is not None:
        return f"token-{request.auth.pk}"
    if request.user is not None and request.user.is_authenticated:
        return f"user-{request.user.pk}"
    return f"address-{household_of(throttle.get_ident(request) or '')}"


def count_call(limit: RateLimit, key: str) -> Usage:
    """Add one call to the present window of `limit`."""
    now = int(time.time())
    window, gone = divmod(now, limit.seconds)
    name = f"rate-{hashlib.sha256(f'{key} {limit.text} {window}'.encode()).hexdigest()}"
    return Usage(limit, count_up(name, limit.seconds), limit.seconds - gone)


def count_up(name: str, seconds: int) -> int:
    """The number of calls under `name`, this one included; 1 while the cache is away.

    These limits keep the site quick, they guard no secret: better none for a while than no site.
    """
    try:
        cache.add(name, 0, seconds)
        return cache.incr(name)
    except ValueError:  # the window ended between the two calls
        return 1
    except CACHE_ERRORS as error:
        logger.warning("Calls are not counted: the cache is away (%s)", type(error).__name__)
        return 1


class EndpointThrottle(BaseThrottle):
    """Counts calls of one caller to one endpoint by one method.

    A view with `rate_limits = "uploads"` has the roomier limits of a first synchronisation.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        names = getattr(view, "rate_limits", {})
        limits = settings.RATE_LIMITS[names.get(request.method, "calls")]
        usages = [count_call(limit, self.key(request, view)) for limit in limits]
        if not usages:
            return True
        tightest = min(usages, key=lambda usage: usage.tightness)
        request._request.rate_usage = tightest  # type: ignore[attr-defined]
        return not tightest.is_exceeded

    def key(self, request: Request, view: "APIView") -> str:
        match = request.resolver_match
        endpoint = match.view_name if match else type(view).__name__
        # Invented methods are counted as one, or each would begin a count of its own.
        method = request.method if request.method in view.allowed_methods else "other"
        return f"{caller_of(request, self)} {method} {endpoint}"


class RateLimitHeadersMiddleware:
    """Tells every caller how much of the limit is left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        usage: Usage | None = getattr(request, "rate_usage", None)
        if usage is not None:
            add_headers(response, usage)
        return response


def add_headers(response: HttpResponseBase, usage: Usage) -> None:
    """RateLimit-* of the IETF's draft, and the contract's X-RateLimit-*."""
    reset = int(time.time()) + usage.seconds_left
    response["RateLimit-Limit"] = response["X-RateLimit-Limit"] = str(usage.limit.calls)
    response["RateLimit-Remaining"] = response["X-RateLimit-Remaining"] = str(usage.remaining)
    response["RateLimit-Reset"] = str(usage.seconds_left)
    response["RateLimit-Policy"] = f"{usage.limit.calls};w={usage.limit.seconds}"
    response["X-RateLimit-Reset"] = str(reset)
    if usage.is_exceeded:
        response["Retry-After"] = str(usage.seconds_left)
