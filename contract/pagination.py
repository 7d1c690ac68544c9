"""Pages of a list, as the contract describes them beside `data`."""

from collections.abc import Sequence
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .answers import success


def read_whole_number(request: Request, name: str, *, default: int) -> int:
    """A whole number of the query string; ValidationError when it is something else."""
    text = request.query_params.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError as error:
        raise ValidationError({name: ["A whole number is required."]}) from error


class ListPagination(BasePagination):
    """`page` and `per_page`; a page beyond the end is an empty list.

    Subclasses name the key of the list in `data`.
    """

    default_per_page = 5
    max_per_page = 100
    key = "results"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        self.page = max(1, read_whole_number(request, "page", default=1))
        self.per_page = self.read_per_page(request)
        self.total = queryset.count()
        self.pages = -(-self.total // self.per_page)
        if self.page > self.pages:
            return []
        first = (self.page - 1) * self.per_page
        return list(queryset[first : first + self.per_page])

    def read_per_page(self, request: Request) -> int:
        per_page = read_whole_number(request, "per_page", default=self.default_per_page)
        if per_page < 1:
            raise ValidationError({"per_page": ["At least 1 is required."]})
        return min(per_page, self.max_per_page)

    def summary(self) -> dict[str, Any]:
        return {
            "has_next": self.page < self.pages,
            "has_prev": self.page > 1 and self.total > 0,
            "page": self.page,
            "pages": self.pages,
            "total": self.total,
        }

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        return success({self.key: data}, pagination=self.summary())

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """What OpenAPI says of `page` and `per_page`."""
        return [
            _parameter("page", "Number of the page, from 1.", minimum=None, default=1),
            _parameter(
                "per_page",
                f"Items on a page; more than {self.max_per_page} counts as {self.max_per_page}.",
                minimum=1,
                default=self.default_per_page,
            ),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "status": {"type": "string", "enum": ["success"]},
                "data": {
                    "type": "object",
                    "properties": {self.key: schema},
                    "required": [self.key],
                },
                "pagination": PAGINATION_SCHEMA,
            },
            "required": ["status", "data", "pagination"],
        }


def _parameter(name: str, text: str, *, minimum: int | None, default: int) -> dict[str, Any]:
    schema = {"type": "integer", "default": default}
    if minimum is not None:
        schema["minimum"] = minimum
    return {"name": name, "in": "query", "description": text, "schema": schema}


PAGINATION_SCHEMA = {
    "type": "object",
    "properties": {
        "has_next": {"type": "boolean"},
        "has_prev": {"type": "boolean"},
        "page": {"type": "integer"},
        "pages": {"type": "integer"},
        "total": {"type": "integer"},
    },
    "required": ["has_next", "has_prev", "page", "pages", "total"],
}
