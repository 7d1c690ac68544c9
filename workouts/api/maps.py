"""Map pictures, for everybody who knows their address, and map tiles, for readers of maps."""

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, set_response_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from contract.errors import NotFoundError
from oauth_apps.permissions import HasScope

from .. import access
from ..map_pass import is_map_pass
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
        workout = access.pictured(map_id).select_related("owner", "sport").first()
        if workout is None:
            raise NotFoundError("Map does not exist.")
        try:
            picture = read_map_picture(workout)
        except NothingToDrawError as error:
            raise NotFoundError("Map file does not exist.") from error
        return _cached(request, picture, "image/png", f"private, max-age={PICTURE_KEPT_S}")


class ReadsMaps(HasScope):
    """Whoever may read workouts, and whoever has a page of ours open, which shows a pass."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        shown = request.query_params.get("pass", "")
        return is_map_pass(shown) or super().has_permission(request, view)


class MapTileView(APIView):
    """A map tile of the configured server."""

    permission_classes = (ReadsMaps,)
    rate_limits = {"GET": "tiles"}
    required_scopes = ["workouts"]

    @extend_schema(
        tags=["workouts"],
        parameters=[
            OpenApiParameter("pass", str, description="What pages of this site show instead.")
        ],
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
        return _cached(request, tile, content_type(tile), f"private, max-age={TILE_KEPT_S}")


def _cached(request: Request, data: bytes, kind: str, control: str) -> HttpResponse:
    """`data` with a tag by which a browser asks whether it changed."""
    response = HttpResponse(data, content_type=kind, headers={"Cache-Control": control})
    set_response_etag(response)
    return get_conditional_response(request, response["ETag"], response=response) or response
