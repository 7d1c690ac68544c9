"""What OpenAPI says of all operations alike: envelopes, errors, scopes."""

from functools import cache

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers


@cache
def envelope(
    data: type[serializers.BaseSerializer], word: str = "success"
) -> serializers.Serializer:
    """The schema of {"status": `word`, "data": …}."""
    name = data.__name__.removesuffix("Serializer") + word.capitalize()
    return inline_serializer(
        name, {"status": serializers.ChoiceField(choices=[word]), "data": data()}
    )
