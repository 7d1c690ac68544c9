"""Views of the API that belong to no app."""

import threading
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contract.answers import success
from contract.errors import NOT_FOUND, error_body
from oauth_apps.services.applications import documentation_client

PONG = inline_serializer(
    "Pong",
    {
        "status": serializers.ChoiceField(choices=["success"]),
        "message": serializers.ChoiceField(choices=["pong!"]),
    },
)


class PublicView(APIView):
    """A view for everybody, whatever token comes along."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    required_scopes: tuple[str, ...] = ()


class PingView(PublicView):
    """Tells that the server answers."""

    @extend_schema(summary="Is anybody there?", responses=PONG)
    def get(self, request: Request) -> Response:
        return success(message="pong!")


class SchemaView(PublicView):
    """The API in the words of OpenAPI 3.1, as JSON or YAML."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer, JSONRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(openapi_document())


# drf-spectacular resolves the classes that its extensions name while it builds, without a lock.
_one_builds = threading.Lock()


def openapi_document() -> dict[str, Any]:
    """The description of the whole API, in English; it can't change while the server runs."""
    with _one_builds:
        return _build_openapi_document()


@cache
def _build_openapi_document() -> dict[str, Any]:
    with translation.override("en"):
        document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return document


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The API to read and to try out, after signing in like any other program."""
    client = documentation_client(settings.SITE_URL + reverse("api-docs-redirect"))
    return render(request, "api/documentation.html", {"client": client})


@require_safe
def documentation_redirect(request: HttpRequest) -> HttpResponse:
    """Where consent leads back to: hands the code to the window of the documentation."""
    return render(request, "api/documentation_redirect.html")


@csrf_exempt
def unknown_path(request: HttpRequest, path: str) -> JsonResponse:
    """The answer to a path that the API does not have."""
    return JsonResponse(error_body(NOT_FOUND, kind="not found"), status=404)
