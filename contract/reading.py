"""What a program sent: parsed by `parsers`, taken from the request and checked here."""

from typing import Any, cast

from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from contract.errors import INVALID_PAYLOAD, ContractError


def body_of(request: Request) -> dict[str, Any]:
    """The object, or the parts of the form, that was sent; empty for nothing."""
    return cast(dict[str, Any], request.data)


def refuse_empty_body(request: Request) -> None:
    """400 when nothing was sent."""
    if not body_of(request):
        raise ContractError(INVALID_PAYLOAD)


class ReadingView(GenericAPIView[Any]):
    """A view that reads its body with its serializer."""

    def read(self, **context: Any) -> Any:
        """The serializer with what was sent; ValidationError unless it is complete and right."""
        context = {**self.get_serializer_context(), **context}
        serializer = self.get_serializer_class()(data=body_of(self.request), context=context)
        serializer.is_valid(raise_exception=True)
        return serializer
