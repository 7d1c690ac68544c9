"""Map pictures and map tiles, for everybody who knows their address."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from fittrackee_site.api.errors import NotFoundError

from ..models import Workout
from ..services.maps import NothingToDrawError, read_map_picture
from ..services.tiles import NoSuchTileError, Place, TileError, content_type, get_tile

TILE_KEPT_S = 7 * 24 * 3600
PICTURE_KEPT_S = 3600


class MapView(APIView):
    """The map picture of a workout."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    required_scopes: tuple[str, ...] = ()

    @extend_schema(
        tags=["workouts"],
        auth=[],
        responses={(200, "image/png"): OpenApiTypes.BINARY, 404: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, map_id: str) -> HttpResponse:
        workouts = Workout.objects.select_related("sport", "track")
        workout = workouts.filter(map_id=map_id).first()
        if workout is None:
            raise NotFoundError("Map does not exist.")
        try:
            picture = read_map_picture(workout)
        except NothingToDrawError as error:
            raise NotFoundError("Map file does not exist.") from error
        return _cached(request, picture, "image/png", f"private, max-age={PICTURE_KEPT_S}")


class MapTileView(APIView):
    """A map tile of the configured server."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    required_scopes: tuple[str, ...] = ()

    @extend_schema(
        tags=["workouts"],
        auth=[],
        responses={
            (200, "image/png"): OpenApiTypes.BINARY,
            (404, "text/plain"): OpenApiTypes.STR,
            (502, "text/plain"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request, s: str, z: int, x: int, y: int) -> HttpResponse:
        try:
            tile = get_tile(Place(z, x, y, subdomain=s))
        except NoSuchTileError:
            return HttpResponse("no such tile", status=404, content_type="text/plain")
        except TileError:
            return HttpResponse(
                "the tile server does not answer", status=502, content_type="text/plain"
            )
        return _cached(request, tile, content_type(tile), f"public, max-age={TILE_KEPT_S}")


def _cached(request: Request | HttpRequest, data: bytes, kind: str, control: str) -> HttpResponse:
    """`data` with a tag by which a browser asks whether it changed."""
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    asked = [text.strip() for text in request.headers.get("If-None-Match", "").split(",")]
    response: HttpResponse
    if tag in asked or f"W/{tag}" in asked:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(data, content_type=kind)
    response["ETag"] = tag
    response["Cache-Control"] = control
    return response
