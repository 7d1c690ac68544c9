"""Secrets and codes travel over HTTPS only."""

from django.conf import settings
from django.http import HttpRequest

from .redirects import is_this_machine

REFUSAL = {
    "error": "insecure_transport",
    "error_description": "OAuth 2.0 works over HTTPS only.",
}


def is_safe(request: HttpRequest) -> bool:
    """Whether the request came over HTTPS, from this machine, or by leave of the operator.

    Behind a proxy X-Forwarded-Proto decides, where the operator said that there is a proxy.
    """
    if request.is_secure() or settings.ALLOW_PLAIN_HTTP:
        return True
    host = request.get_host()
    return is_this_machine(host if host.endswith("]") else host.rsplit(":", 1)[0])
