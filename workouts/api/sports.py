"""Sports as their reader prefers them; administrators switch them on and off."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from contract.answers import success
from contract.callers import caller, refuse_all_but_admins
from contract.errors import NotFoundError
from contract.reading import ReadingView
from contract.schema import envelope

from ..models import Sport, Workout
from .serializers import SportChangesSerializer, SportSerializer, SportsSerializer


def sports_for(user: User) -> QuerySet[Sport]:
    """All sports, each with the preferences of `user`; administrators learn of use."""
    sports = Sport.objects.with_preferences_of(user)
    if not user.is_admin:
        return sports
    return sports.annotate(has_workouts=Exists(Workout.objects.filter(sport=OuterRef("pk"))))


def sports_data(sports: QuerySet[Sport]) -> dict[str, Any]:
    return {"sports": SportSerializer(sports, many=True).data}


class SportListView(APIView):
    """All sports, the switched-off ones as well."""

    required_scopes = ["workouts"]

    @extend_schema(summary="List the sports", responses=envelope(SportsSerializer))
    def get(self, request: Request) -> Response:
        return success(sports_data(sports_for(caller(request))))


class SportView(ReadingView):
    """One sport."""

    required_scopes = ["workouts"]
    serializer_class = SportChangesSerializer

    def sport(self, number: str) -> QuerySet[Sport]:
        """A queryset of this one sport; 404 when there is none."""
        is_id = number.isascii() and number.isdecimal() and len(number) < 5
        sports = sports_for(caller(self.request)).filter(pk=number if is_id else 0)
        if not sports.exists():
            raise NotFoundError(data={"sports": []})
        return sports

    @extend_schema(summary="Read a sport", responses=envelope(SportsSerializer))
    def get(self, request: Request, number: str) -> Response:
        return success(sports_data(self.sport(number)))

    @extend_schema(
        summary="Switch a sport on or off (administrators)", responses=envelope(SportsSerializer)
    )
    def patch(self, request: Request, number: str) -> Response:
        refuse_all_but_admins(request)
        changes = self.read().validated_data
        self.sport(number).update(**changes)
        return success(sports_data(self.sport(number)))
