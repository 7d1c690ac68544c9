"""Views of the API that belong to no app."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class PingView(APIView):
    """Tells that the server answers."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    required_scopes: tuple[str, ...] = ()

    def get(self, request: Request) -> Response:
        return Response({"status": "success", "message": "pong!"})


@csrf_exempt
def unknown_path(request: HttpRequest, path: str) -> JsonResponse:
    """The answer to a path that the API does not have."""
    return JsonResponse(
        {"status": "not found", "message": "the requested URL was not found on the server"},
        status=404,
    )
