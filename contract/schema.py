"""What OpenAPI says of the envelope around every answer."""

from functools import cache
from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers


@cache
def envelope(
    data: type[serializers.BaseSerializer[Any]], word: str = "success", message: bool = False
) -> serializers.Serializer[Any]:
    """The schema of {"status": `word`, "data": …}, with a message beside it if there is one."""
    name = data.__name__.removesuffix("Serializer") + word.capitalize()
    fields: dict[str, Any] = {"status": serializers.ChoiceField(choices=[word]), "data": data()}
    if message:
        fields["message"] = serializers.CharField(allow_blank=True)
    return inline_serializer(name + ("Message" if message else ""), fields)
