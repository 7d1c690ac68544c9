"""What the caller prefers about sports."""

import re
from typing import Any, cast

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from contract.answers import done, success
from contract.callers import caller
from contract.errors import INVALID_PAYLOAD, ContractError, NotFoundError
from contract.fields import StrictBooleanField
from contract.reading import body_of
from contract.schema import envelope

from ..limits import FASTEST_KMH
from ..models import Sport, SportPreference
from ..services.sport_preferences import (
    SportPreferenceChange,
    change_preference,
    reset_preference,
)
from .serializers import NumberField, SportIdField

COLOR = re.compile(r"#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})")


class SportPreferenceSerializer(serializers.Serializer[Any]):
    """A user's preferences about one sport."""

    user_id = serializers.IntegerField()
    sport_id = serializers.IntegerField()
    color = serializers.SerializerMethodField()
    is_active = serializers.BooleanField()
    stopped_speed_threshold = serializers.FloatField(
        source="stopped_speed_threshold_kmh", help_text="km/h"
    )

    def get_color(self, preference: Any) -> str | None:
        return preference.color or None


class SportPreferenceChangeSerializer(serializers.Serializer[Any]):
    """One sport and what to change; null, an empty colour and 0 leave things as they are."""

    sport_id = SportIdField()
    color = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    is_active = StrictBooleanField(required=False, allow_null=True)
    stopped_speed_threshold = NumberField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=FASTEST_KMH,
        help_text="km/h",
    )

    def finished(self) -> SportPreferenceChange:
        values = self.validated_data
        return SportPreferenceChange(
            color=values.get("color"),
            is_active=values.get("is_active"),
            stopped_speed_threshold_kmh=values.get("stopped_speed_threshold") or None,
        )


class SportPreferenceView(GenericAPIView[SportPreference]):
    """Your colour, threshold and on/off for a sport."""

    required_scopes = ["profile"]
    serializer_class = SportPreferenceChangeSerializer

    @extend_schema(
        summary="Change your preferences about a sport",
        responses={
            200: envelope(SportPreferenceSerializer),
            404: OpenApiResponse(description="There is no such sport."),
        },
    )
    def post(self, request: Request) -> Response:
        body = body_of(request)
        if body.get("sport_id") is None or len(body) < 2:
            raise ContractError(INVALID_PAYLOAD)
        serializer = cast(SportPreferenceChangeSerializer, self.get_serializer(data=body))
        if not serializer.is_valid():
            refuse(serializer.errors)
        refuse_wrong_color(serializer.validated_data.get("color"))
        preference = change_preference(
            caller(request), serializer.validated_data["sport_id"], serializer.finished()
        )
        shown = SportPreferenceSerializer(preference).data
        return success(shown, message="user sport preferences updated")


def refuse(errors: Any) -> None:
    if any(error.code == "unknown" for error in errors.get("sport_id", [])):
        raise NotFoundError("sport does not exist")
    raise serializers.ValidationError(errors)


def refuse_wrong_color(color: str | None) -> None:
    if color and not COLOR.fullmatch(color):
        raise ContractError("invalid hexadecimal color")


class SportPreferenceResetView(GenericAPIView[Any]):
    """A sport as the site has it."""

    required_scopes = ["profile"]
    serializer_class = serializers.Serializer

    @extend_schema(summary="Reset your preferences about a sport", responses={204: None})
    def delete(self, request: Request, number: str) -> Response:
        is_id = number.isascii() and number.isdecimal() and len(number) < 5
        sport = Sport.objects.filter(pk=number).first() if is_id else None
        if sport is None:
            raise NotFoundError("sport does not exist")
        reset_preference(caller(request), sport)
        return done()
