"""One error shape for the whole API: {"status": …, "message": …}, always as JSON."""

import sys
from http import HTTPStatus
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from .outages import RETRY_AFTER_S, outage_of

PERMISSION_DENIED = "you do not have permissions"
NO_VALID_TOKEN = "provide a valid auth token"
INVALID_PAYLOAD = "invalid payload"
NOT_FOUND = "the requested URL was not found on the server"
TOO_LARGE = "the request is too large"
SERVER_ERROR = "error, please try again or contact the administrator"
OUTAGES = {
    HTTPStatus.SERVICE_UNAVAILABLE: "the site can not reach its database, please try again",
    HTTPStatus.INSUFFICIENT_STORAGE: "the server has no room left, nothing was stored",
}


def error_body(message: str | list[str], *, kind: str = "error") -> dict[str, Any]:
    """The body of an error; `kind` is the contract's word: error, fail or not found."""
    return {"status": kind, "message": message}


class ContractError(exceptions.APIException):
    """An error whose status and words the contract spells out; `data` is its empty value.

    `errors` explains to a programmer which field was refused and why.
    """

    def __init__(
        self,
        message: str | list[str] | None = None,
        *,
        status_code: int = status.HTTP_400_BAD_REQUEST,
        kind: str = "error",
        data: dict[str, Any] | None = None,
        errors: Any = None,
    ) -> None:
        super().__init__(str(message))
        self.status_code = status_code
        parts = {"message": message, "data": data, "errors": errors}
        self.body = {"status": kind} | {key: part for key, part in parts.items() if part}


class NotFoundError(ContractError):
    """404, with a message, an empty value, or both."""

    def __init__(self, message: str | None = None, *, data: dict[str, Any] | None = None) -> None:
        super().__init__(
            message, status_code=status.HTTP_404_NOT_FOUND, kind="not found", data=data
        )


def _error_content(error: Exception) -> tuple[int, dict[str, Any]] | None:
    """Status and body of an error that has a meaning for the caller."""
    match error:
        case ContractError():
            return error.status_code, error.body
        case exceptions.NotAuthenticated():
            return 401, error_body(NO_VALID_TOKEN)
        case exceptions.ValidationError():
            return 400, error_body(INVALID_PAYLOAD) | {"errors": error.detail}
        case exceptions.APIException(detail={"error": _} as detail):
            return error.status_code, cast(
                dict[str, Any], detail
            )  # an error of OAuth has its own shape
        case exceptions.ParseError() | exceptions.UnsupportedMediaType():
            return 400, error_body(INVALID_PAYLOAD)
        case ValidationError():
            return 400, error_body(" ".join(error.messages))
        case RequestDataTooBig():
            return 413, error_body(TOO_LARGE, kind="fail")
        case exceptions.PermissionDenied():
            return 403, error_body(PERMISSION_DENIED)
        case exceptions.APIException():
            return error.status_code, error_body(str(error.detail))
    return None


def _rate_content(error: Exception, context: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
    """Status and body of a refusal by EndpointThrottle."""
    if not isinstance(error, exceptions.Throttled):
        return None
    usage = context["request"]._request.rate_usage
    return error.status_code, error_body(f"rate limit exceeded ({usage.limit.text})")


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception raised by an API view into the contract's answer."""
    response = exception_handler(error, context)  # adds the headers, rolls back
    content = _rate_content(error, context) or _error_content(error)
    if content is not None:
        response = response or Response()
        response.status_code, response.data = content
    elif response is not None and response.status_code == status.HTTP_404_NOT_FOUND:
        response.data = error_body(NOT_FOUND, kind="not found")
    elif response is not None and response.status_code == status.HTTP_403_FORBIDDEN:
        response.data = error_body(PERMISSION_DENIED)
    if response is not None and (challenge := getattr(error, "challenge", "")):
        response["WWW-Authenticate"] = challenge
    return response


# --- What happens outside of API views, for urls.py


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return JsonResponse(error_body(INVALID_PAYLOAD), status=400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return JsonResponse(error_body(PERMISSION_DENIED), status=403)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return JsonResponse(error_body(NOT_FOUND, kind="not found"), status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 for a mistake of ours; while the machine is at fault, 503 or 507 and when to come back.

    Django calls this while it handles the exception.
    """
    if status := outage_of(sys.exc_info()[1]):
        return answer_outage(request, status)
    if is_api(request):
        return JsonResponse(error_body(SERVER_ERROR), status=500)
    return defaults.server_error(request)


def answer_outage(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
    if is_api(request):
        return JsonResponse(error_body(OUTAGES[status]), status=status, headers=headers)
    page = render_to_string("outage.html", {"is_full": status == HTTPStatus.INSUFFICIENT_STORAGE})
    return HttpResponse(page, status=status, headers=headers)
