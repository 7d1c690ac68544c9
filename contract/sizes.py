"""Requests that are too large, refused before they are read."""

from rest_framework import status
from rest_framework.request import Request

from .errors import ContractError


def readable_size(size: int) -> str:
    """Bytes as the contract writes them: “3.2KB”, “1.0MB”, “512.0 bytes”, “1 byte”."""
    if size < 2:
        return "1 byte" if size else "0 bytes"
    number = float(size)
    for unit in (" bytes", "KB", "MB", "GB"):
        if number < 1024:
            return f"{number:.1f}{unit}"
        number /= 1024
    return f"{number:.1f}TB"


def refuse_larger_request(request: Request, limit: int, *, what: str) -> None:
    """413 when the whole request has more bytes than `limit`; `what` is “workout” or “picture”."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length <= limit:
        return
    raise ContractError(
        f"Error during {what} upload, file size ({readable_size(length)}) "
        f"exceeds {readable_size(limit)}.",
        status_code=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        kind="fail",
    )
