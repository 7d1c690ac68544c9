"""Who a program says it is at the token endpoint, and proves by its secret."""

import base64
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.http import HttpRequest

from .models import Application
from .services.applications import find_client


@dataclass(frozen=True)
class Credentials:
    client_id: str
    secret: str


def read_credentials(
    authorization: str | None, client_id: str | None, secret: str | None
) -> Credentials:
    """From the Authorization header (RFC 6749 §2.3.1) if it is Basic, else from the body."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return Credentials(client_id or "", secret or "")
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except ValueError:  # no Base64, no UTF-8, or not even ASCII
        return Credentials("", "")
    name, _, password = text.partition(":")
    return Credentials(unquote_plus(name), unquote_plus(password))


def authenticate_client(request: HttpRequest) -> Application | None:
    """The application that sends the request, or None."""
    credentials = read_credentials(
        request.headers.get("Authorization"),
        request.POST.get("client_id"),
        request.POST.get("client_secret"),
    )
    return find_client(credentials.client_id, credentials.secret)
