"""The endpoints that programs call with their own credentials: OAuth 2.0 as written in its RFCs.

Bodies are forms, nobody needs a cookie or a CSRF token, and nothing is redirected.
"""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from oauth2_provider.views.mixins import OAuthLibMixin
from rest_framework.exceptions import APIException
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .. import transport
from ..clients import authenticate_client
from ..models import AccessToken, Application
from ..scopes import asks_in_vain, known_scopes
from ..services.devices import POLL_INTERVAL_SECONDS, start_device
from ..services.tokens import revoke_for_client
from .serializers import (
    DeviceAuthorizationSerializer,
    TokenActionSerializer,
    TokenRequestSerializer,
)

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
# oauthlib's words, and those of the contract.
CONTRACT_WORDS = {
    "Missing code parameter.": 'Missing "code" in request.',
    "Missing refresh token parameter.": 'Missing "refresh_token" in request.',
}
INVALID_SCOPE = "The requested scope is invalid, unknown, or malformed."


class ProtocolError(APIException):
    """An error of RFC 6749 §5.2."""

    def __init__(self, error: str, description: str = "", *, status_code: int = 400) -> None:
        super().__init__(error)
        self.status_code = status_code
        parts = {"error": error, "error_description": description}
        self.detail: Any = {name: text for name, text in parts.items() if text}


class InsecureTransportError(ProtocolError):
    def __init__(self) -> None:
        super().__init__(transport.REFUSAL["error"], transport.REFUSAL["error_description"])


class ProtocolView(APIView):
    """A view for programs, which say who they are in the body or by HTTP Basic."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    required_scopes = ()
    parser_classes = (FormParser, MultiPartParser)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not transport.is_safe(request._request):
            raise InsecureTransportError()
        refuse_duplicates(request._request)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        for name, value in NO_STORE.items():
            response[name] = value
        return super().finalize_response(request, response, *args, **kwargs)

    def client_of(self, request: HttpRequest) -> Application:
        client = authenticate_client(request)
        if client is None:
            raise ProtocolError("invalid_client")
        return client


def refuse_duplicates(request: HttpRequest) -> None:
    """ProtocolError if a parameter is there twice (RFC 6749 §3.2), which RFC 8707 allows of one."""
    for name, values in request.POST.lists():
        if len(values) > 1 and name != "resource":
            raise ProtocolError("invalid_request", "A parameter is there twice.")


class TokenView(OAuthLibMixin, ProtocolView):
    """Exchanges a code, a refresh token or a device code for a pair of tokens."""

    @extend_schema(
        request={"application/x-www-form-urlencoded": TokenRequestSerializer}, responses=None
    )
    def post(self, request: Request) -> Response:
        _url, _headers, body, _status = self.create_token_response(request._request)
        answer = {name: value for name, value in json.loads(body).items() if value != ""}
        if "error" not in answer:
            return Response(answer)
        if answer["error"] == "invalid_scope":
            answer["error_description"] = INVALID_SCOPE
        description = answer.get("error_description", "")
        raise ProtocolError(answer["error"], CONTRACT_WORDS.get(description, description))


class RevokeView(ProtocolView):
    """Ends the pair to which a token belongs (RFC 7009)."""

    @extend_schema(
        request={"application/x-www-form-urlencoded": TokenActionSerializer}, responses=None
    )
    def post(self, request: Request) -> Response:
        form = request._request.POST
        client = self.client_of(request._request)
        if not form.get("token"):
            raise ProtocolError("invalid_request")
        if form.get("token_type_hint", "access_token") not in ("access_token", "refresh_token"):
            raise ProtocolError("unsupported_token_type", status_code=401)
        revoke_for_client(client, form["token"])
        return Response({})


class IntrospectView(ProtocolView):
    """Tells a confidential client about a token of its own (RFC 7662), and of no other."""

    @extend_schema(
        request={"application/x-www-form-urlencoded": TokenActionSerializer}, responses=None
    )
    def post(self, request: Request) -> Response:
        client = self.client_of(request._request)
        if client.is_public:
            raise ProtocolError("unauthorized_client", status_code=403)
        token = request._request.POST.get("token", "")
        if not token:
            raise ProtocolError("invalid_request", 'Missing "token" in request.')
        row = AccessToken.objects.find(token)
        if row is None or row.application_id != client.pk or not row.user.is_active:
            return Response({"active": False})
        return Response(describe_token(row))


def describe_token(row: AccessToken) -> dict[str, Any]:
    return {
        "active": True,
        "client_id": row.application.client_id,
        "username": row.user.username,
        "scope": row.scope,
        "token_type": "Bearer",
        "exp": int(row.expires.timestamp()),
        "iat": int(row.created.timestamp()),
        "iss": settings.SITE_URL,
    }


class DeviceAuthorizationView(ProtocolView):
    """Gives a device the codes to show and to poll with (RFC 8628 §3.1)."""

    @extend_schema(
        request={"application/x-www-form-urlencoded": DeviceAuthorizationSerializer},
        responses=None,
    )
    def post(self, request: Request) -> Response:
        client = self.client_of(request._request)
        if not client.allows_devices:
            raise ProtocolError("unauthorized_client", "This application may not use devices.")
        asked = request._request.POST.get("scope", "")
        if asks_in_vain(asked, client.scopes):
            raise ProtocolError("invalid_scope", INVALID_SCOPE)
        scopes = known_scopes(asked, client.scopes)
        codes = start_device(client, scopes)
        page = settings.SITE_URL + reverse("oauth_apps:device")
        return Response(
            {
                "device_code": codes.device_code,
                "user_code": f"{codes.user_code[:4]}-{codes.user_code[4:]}",
                "verification_uri": page,
                "verification_uri_complete": f"{page}?user_code={codes.user_code}",
                "expires_in": int(settings.DEVICE_CODE_LIFETIME.total_seconds()),
                "interval": POLL_INTERVAL_SECONDS,
            }
        )
