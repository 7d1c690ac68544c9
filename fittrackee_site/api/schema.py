"""What OpenAPI says of all operations alike: errors, tokens and scopes."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import AllowAny

from oauth_apps.permissions import is_first_party_only, needed_scopes
from oauth_apps.scopes import SCOPES

OAUTH, TOKEN = "oauth2", "token"
OPERATIONS = {"get", "post", "put", "patch", "delete"}


class OperationSchema(AutoSchema):
    """Operations named after method and path, telling the scopes they need."""

    def get_operation_id(self) -> str:
        path = re.sub(r"[^a-z0-9]+", "_", self.path.removeprefix("/api").lower()).strip("_")
        return f"{self.method.lower()}_{path}"

    def get_summary(self) -> str | None:
        """Of its own, else the first sentence about the view."""
        text: str = super().get_summary() or inspect.getdoc(type(self.view)) or ""
        return text.splitlines()[0].rstrip(".") if text else None

    def get_description(self) -> str:  # type: ignore[override]
        text = super().get_description() or ""
        scopes = scopes_of(self)
        if scopes is None:
            return text
        words = ", ".join(f"`{scope}`" for scope in scopes)
        needed = f"Scope: {words}." if words else "Only with a token of a sign-in."
        return f"{text}\n\n{needed}".strip()


def scopes_of(schema: AutoSchema) -> list[str] | None:
    """The scopes that a third party needs: [] when none suffices, None when none is needed."""
    view = schema.view
    if is_first_party_only(view):
        return []
    is_public = any(isinstance(one, AllowAny) for one in view.get_permissions())
    if is_public or not getattr(view, "required_scopes", None):
        return None
    return sorted(needed_scopes(view, schema.method))


class BearerScheme(OpenApiAuthenticationExtension):
    """Two ways to a bearer token: OAuth with scopes, or a sign-in with all rights."""

    target_class = "oauth_apps.authentication.BearerAuthentication"
    name = [OAUTH, TOKEN]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        scopes = scopes_of(auto_schema)
        return [*([{OAUTH: scopes}] if scopes else []), {TOKEN: []}]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, Any]]:
        flow = {
            "authorizationUrl": f"{settings.SITE_URL}/profile/apps/authorize",
            "tokenUrl": f"{settings.SITE_URL}/api/oauth/token",
            "refreshUrl": f"{settings.SITE_URL}/api/oauth/token",
            "scopes": {name: str(text) for name, text in SCOPES.items()},
        }
        return [
            {"type": "oauth2", "flows": {"authorizationCode": flow}},
            {
                "type": "http",
                "scheme": "bearer",
                "description": "The `auth_token` of POST /api/auth/login, or a personal token.",
            },
        ]


TEXT = {"type": "string"}
ERROR_SCHEMAS: dict[str, Any] = {
    "Error": {
        "type": "object",
        "description": "What went wrong; `errors` says which field, and why.",
        "properties": {
            "status": {"type": "string", "enum": ["error", "fail", "not found"]},
            "message": {"oneOf": [TEXT, {"type": "array", "items": TEXT}]},
            "data": {"type": "object", "additionalProperties": True},
            "errors": {"type": "object", "additionalProperties": True},
        },
        "required": ["status"],
    },
    "OAuthError": {
        "type": "object",
        "description": "An error in the words of OAuth 2.0.",
        "properties": {"error": TEXT, "error_description": TEXT},
        "required": ["error"],
    },
}
DESCRIPTIONS = {
    "400": "What was sent makes no sense.",
    "401": "No token, or one that is not valid.",
    "403": "Not allowed, or the token lacks a scope.",
    "404": "It does not exist, or not for you.",
    "413": "Too large.",
    "429": "Too many calls; `Retry-After` tells how many seconds to wait.",
}


def document_errors(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Add the errors that every operation of a kind can answer with."""
    result["components"]["schemas"] |= ERROR_SCHEMAS
    for operation in operations_of(result):
        for code in error_codes(operation):
            operation["responses"].setdefault(code, error_response(code))
    return result


def operations_of(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from (operation for method, operation in item.items() if method in OPERATIONS)


def error_codes(operation: dict[str, Any]) -> list[str]:
    """The errors that an operation can answer with, by what it takes."""
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    has_body = "requestBody" in operation
    security = operation.get("security", [])
    found = {
        "400": has_body or "query" in places,
        "401": any(security) or has_body,
        "403": any(security) and {} not in security,
        "404": "path" in places,
        "413": has_body,
        "429": True,
    }
    return [code for code, applies in found.items() if applies]


def error_response(code: str) -> dict[str, Any]:
    kinds = [{"$ref": f"#/components/schemas/{name}"} for name in ERROR_SCHEMAS]
    schema = {"anyOf": kinds} if code in {"400", "401", "403"} else kinds[0]
    return {
        "description": DESCRIPTIONS[code],
        "content": {"application/json": {"schema": schema}},
    }
