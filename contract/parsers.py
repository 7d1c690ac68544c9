"""Reading request bodies: bounded, and refused with 400 or 413, never with 500."""

import json
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class ObjectParser(JSONParser):
    """JSON whose top is an object; `null` and `[]` count as an empty one."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> dict[str, Any]:
        request = (parser_context or {})["request"]
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig(f"{length} bytes of JSON")
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("nested too deeply") from error
        return as_object(body)


def read_object(text: str | bytes) -> dict[str, Any]:
    """The JSON object that stands in a part of a form, where it may hold raw line breaks.

    ParseError when it is none.
    """
    try:
        return as_object(json.loads(text, strict=False))
    except (ValueError, RecursionError) as error:
        raise ParseError("no JSON that can be read") from error


def as_object(body: Any) -> dict[str, Any]:
    """What JSON said, if it is an object of texts that can be kept; ParseError if not."""
    if body and not isinstance(body, dict):
        raise ParseError("a JSON object is required")
    if not is_encodable(body):
        raise ParseError("half a surrogate pair is no text")
    return body or {}


def is_encodable(body: Any) -> bool:
    """Whether what JSON said can be stored and repeated: half a surrogate pair can't."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
