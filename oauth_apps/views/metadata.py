"""What programs can find out by themselves: RFC 8414 and RFC 9728."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from ..scopes import SCOPES

CLIENT_AUTHENTICATION = ["client_secret_post", "client_secret_basic", "none"]


def _answer(document: dict[str, Any]) -> JsonResponse:
    return JsonResponse(
        document,
        headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"},
    )


def _at(view: str) -> str:
    return str(settings.SITE_URL + reverse(view))


def authorization_server(request: HttpRequest) -> JsonResponse:
    """The authorization server's addresses and what it supports (RFC 8414)."""
    return _answer(
        {
            "issuer": settings.SITE_URL,
            "authorization_endpoint": _at("oauth_apps:authorize"),
            "token_endpoint": _at("oauth-token"),
            "revocation_endpoint": _at("oauth-revoke"),
            "introspection_endpoint": _at("oauth-introspect"),
            "device_authorization_endpoint": _at("oauth-device"),
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION,
            "revocation_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION,
            "introspection_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION[:2],
            "authorization_response_iss_parameter_supported": True,
            "ui_locales_supported": [code for code, _name in settings.LANGUAGES],
        }
    )


def protected_resource(request: HttpRequest) -> JsonResponse:
    """The API as a protected resource (RFC 9728)."""
    return _answer(
        {
            "resource": settings.SITE_URL,
            "authorization_servers": [settings.SITE_URL],
            "scopes_supported": list(SCOPES),
            "bearer_methods_supported": ["header"],
        }
    )
