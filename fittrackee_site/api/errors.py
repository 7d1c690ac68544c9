"""One error shape for the whole API: {"status": …, "message": …}."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

PERMISSION_DENIED = "you do not have permissions"
NO_VALID_TOKEN = "provide a valid auth token"
INVALID_PAYLOAD = "invalid payload"
NOT_FOUND = "the requested URL was not found on the server"


def error_body(message: str | list[str], *, kind: str = "error") -> dict[str, Any]:
    """The body of an error; `kind` is the contract's word: error, fail or not found."""
    return {"status": kind, "message": message}


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception raised by an API view into the contract's answer."""
    if isinstance(error, ValidationError):
        return Response(error_body(" ".join(error.messages)), status=status.HTTP_400_BAD_REQUEST)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.NotAuthenticated):
        response.data = error_body(NO_VALID_TOKEN)
        response.status_code = status.HTTP_401_UNAUTHORIZED
    elif isinstance(error, exceptions.PermissionDenied) or response.status_code == 403:
        response.data = error_body(PERMISSION_DENIED)
    elif response.status_code == 404:
        response.data = error_body(NOT_FOUND, kind="not found")
    elif isinstance(error, exceptions.ValidationError | exceptions.ParseError):
        response.data = error_body(INVALID_PAYLOAD)
    elif isinstance(error, exceptions.APIException):
        response.data = error_body(str(error.detail))
    return response
