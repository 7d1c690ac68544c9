"""Applications as the contract shows them, and as programs register them."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from contract.errors import ContractError

from ..forms import ApplicationForm
from ..models import Application
from ..scopes import known_scopes

REQUIRED_KEYS = ("client_name", "client_uri", "redirect_uris", "scope")
FORM_FIELDS = {
    "name": "client_name",
    "website": "client_uri",
    "redirect_uris": "redirect_uris",
    "scopes": "scope",
    "description": "client_description",
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@extend_schema_field(OpenApiTypes.STR)
class IssuedAtField(serializers.Field[datetime, Any, str, Any]):
    """RFC 1123 with the whole name of the month: “Mon, 23 November 2026 18:45:05 GMT”."""

    def to_representation(self, value: datetime) -> str:
        moment = value.astimezone(UTC)
        day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
        return f"{day}, {moment:%d} {MONTHS[moment.month - 1]} {moment:%Y %H:%M:%S} GMT"


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    client_description = serializers.CharField(source="description", allow_null=True)
    redirect_uris = serializers.ListField(source="redirect_uri_list", child=serializers.CharField())
    scope = serializers.CharField(source="allowed_scopes")
    issued_at = IssuedAtField(source="created")

    class Meta:
        model = Application
        fields = [
            *("id", "client_id", "name", "client_description", "website"),
            *("redirect_uris", "scope", "issued_at"),
        ]


@extend_schema_serializer(component_name="ApplicationRegistration")
class RegistrationSerializer(serializers.Serializer[Application]):
    """What OpenAPI says of the body; `read_registration` reads it."""

    client_name = serializers.CharField(max_length=100)
    client_uri = serializers.URLField()
    client_description = serializers.CharField(required=False, max_length=200)
    redirect_uris = serializers.ListField(child=serializers.CharField())
    scope = serializers.CharField(help_text="Scopes, separated by spaces.")


def read_registration(body: dict[str, Any], owner: Any) -> Application:
    """The application that the body describes, checked like the form on the page.

    ContractError with the contract's words when a part is missing or wrong.
    """
    if not body:
        raise ContractError("OAuth2 client metadata missing")
    missing = [key for key in REQUIRED_KEYS if key not in body]
    if missing:
        raise ContractError(f"OAuth2 client metadata missing keys: {', '.join(missing)}")
    scopes = known_scopes(body["scope"]) if isinstance(body["scope"], str) else []
    if not scopes:
        raise ContractError("OAuth2 client invalid scopes")
    form = ApplicationForm(_as_form(body, scopes), owner=owner, may_name_any_scope=True)
    if not form.is_valid():
        wrong = ", ".join(FORM_FIELDS.get(name, name) for name in form.errors)
        raise ContractError(f"OAuth2 client invalid metadata: {wrong}", errors=dict(form.errors))
    application = form.save(commit=False)
    application.description = body.get("client_description")  # null where it was not given
    return application


def _as_form(body: dict[str, Any], scopes: list[str]) -> dict[str, Any]:
    uris = body["redirect_uris"]
    are_texts = isinstance(uris, list) and all(isinstance(uri, str) for uri in uris)
    texts = {
        name: body.get(key) or "" if isinstance(body.get(key), str | None) else "\x00"
        for name, key in FORM_FIELDS.items()
    }
    return texts | {
        "redirect_uris": "\n".join(uris) if are_texts else "",
        "scopes": scopes,
        "client_type": Application.CLIENT_CONFIDENTIAL,
    }


# --- The forms of the protocol, for OpenAPI


class ClientSerializer(serializers.Serializer[Any]):
    client_id = serializers.CharField()
    client_secret = serializers.CharField(required=False)


class AuthorizeSerializer(serializers.Serializer[Any]):
    client_id = serializers.CharField()
    response_type = serializers.ChoiceField(choices=["code"])
    confirm = serializers.CharField(help_text="“true” gives access.")
    scope = serializers.CharField(required=False)
    redirect_uri = serializers.CharField(required=False)
    state = serializers.CharField(required=False)
    code_challenge = serializers.CharField(required=False)
    code_challenge_method = serializers.ChoiceField(choices=["S256"], required=False)


class TokenRequestSerializer(ClientSerializer):
    grant_type = serializers.ChoiceField(
        choices=[
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ]
    )
    code = serializers.CharField(required=False)
    code_verifier = serializers.CharField(required=False)
    redirect_uri = serializers.CharField(required=False)
    refresh_token = serializers.CharField(required=False)
    scope = serializers.CharField(required=False)
    device_code = serializers.CharField(required=False)


class TokenActionSerializer(ClientSerializer):
    token = serializers.CharField()
    token_type_hint = serializers.ChoiceField(
        choices=["access_token", "refresh_token"], required=False
    )


class DeviceAuthorizationSerializer(ClientSerializer):
    scope = serializers.CharField(required=False)


class RedirectSerializer(serializers.Serializer[Application]):
    """Where the browser goes on, with a code."""

    redirect_url = serializers.CharField()
