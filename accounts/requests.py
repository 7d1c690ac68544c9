"""Who asks."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from .models import User


class SignedInRequest(HttpRequest):
    """A request that `login_required` let through; for annotations only."""

    user: User
    htmx: HtmxDetails
