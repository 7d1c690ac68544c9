"""Profile pictures over the API."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contract.answers import done, success
from contract.callers import caller
from contract.errors import ContractError, NotFoundError
from contract.parsers import ObjectParser
from contract.reading import body_of
from contract.sizes import refuse_larger_request
from instance.models import AppConfiguration

from ..services import pictures
from .serializers import MessageSerializer
from .users import find_named_user

EXTENSIONS = {"jpg", "png", "gif"}
PART = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
}


class PictureView(APIView):
    """Your picture: decoded and encoded again, at most 800 pixels wide and high."""

    required_scopes = ["profile"]
    parser_classes = (MultiPartParser, ObjectParser)

    @extend_schema(summary="Set your picture", request=PART, responses=MessageSerializer)
    def post(self, request: Request) -> Response:
        configuration = AppConfiguration.current()
        refuse_larger_request(request, configuration.max_archive_size, what="picture")
        refuse_larger_request(request, configuration.max_file_size, what="picture")
        try:
            pictures.set_picture(caller(request), read_file(request))
        except ValidationError as error:
            raise ContractError(
                "file is not a valid picture", kind="fail", errors={"file": error.messages}
            ) from error
        return success(message="user picture updated")

    @extend_schema(summary="Remove your picture", responses={204: None})
    def delete(self, request: Request) -> Response:
        pictures.remove_picture(caller(request))
        return done()


def read_file(request: Request) -> UploadedFile[bytes]:
    """The part `file`, if its name says that it is a picture."""
    parts = body_of(request)
    if "file" not in parts or request.content_type == "application/json":
        raise ContractError("no file part", kind="fail")
    file = parts["file"]
    if not isinstance(file, UploadedFile):
        raise ContractError("no selected file", kind="fail")
    if PurePath(file.name or "").suffix[1:].lower() not in EXTENSIONS:
        raise ContractError("file extension not allowed", kind="fail")
    return file


class UserPictureView(APIView):
    """Anybody's picture, for anybody."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(
        summary="Read a picture",
        responses={(200, kind): OpenApiTypes.BINARY for kind in ("image/png", "image/jpeg")},
    )
    def get(self, request: Request, username: str) -> HttpResponseBase:
        file = pictures.open_picture(find_named_user(username))
        if file is None:
            raise NotFoundError("No picture.")
        return FileResponse(file, headers={"Cache-Control": "public, max-age=300"})
