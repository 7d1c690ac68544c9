"""The envelope of a success: {"status": …, "data": …}."""

from typing import Any

from rest_framework import status
from rest_framework.response import Response


def success(data: Any = None, **more: Any) -> Response:
    """200 with `data`, if there is any, and what else stands beside it."""
    parts = more if data is None else {"data": data, **more}
    return Response({"status": "success", **parts})


def created(data: Any, **more: Any) -> Response:
    """201 with `data`, in the contract's word."""
    return Response({"status": "created", "data": data, **more}, status.HTTP_201_CREATED)


def accepted(data: Any) -> Response:
    """202: the job worker goes on with it."""
    return Response({"status": "accepted", "data": data}, status.HTTP_202_ACCEPTED)


def done() -> Response:
    """204, nothing to say."""
    return Response(status=status.HTTP_204_NO_CONTENT)
