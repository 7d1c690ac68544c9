"""Statistics of one user, and of the whole instance."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from contract.answers import success
from contract.callers import caller, refuse_all_but_admins
from contract.errors import ContractError, NotFoundError
from contract.fields import Fields
from workouts import access
from workouts.limits import EARLIEST, LATEST
from workouts.models import Sport, Totals, WorkoutQuerySet
from workouts.periods import ONE_DAY, start_of_day

from ..statistics import BySport, UtcPeriod, by_sport, by_time, instance_totals


class StatisticsQuery(serializers.Serializer[Any]):
    """Which workouts count: days in the subject's time zone, and one sport."""

    def get_fields(self) -> Fields:
        return {
            "from": serializers.DateField(required=False),
            "to": serializers.DateField(required=False),
            "sport_id": serializers.IntegerField(required=False, min_value=0, max_value=32767),
        }

    def validate(self, chosen: dict[str, Any]) -> dict[str, Any]:
        for name in ("from", "to"):
            if name in chosen and not EARLIEST <= chosen[name] <= LATEST:
                raise serializers.ValidationError({name: "out of range"})
        return chosen


QUERY = [
    OpenApiParameter("from", str, description="First day, YYYY-MM-DD, in the user's time zone."),
    OpenApiParameter("to", str, description="Last day, YYYY-MM-DD, in the user's time zone."),
    OpenApiParameter("sport_id", int, description="Only this sport."),
]
TIME = OpenApiParameter(
    "time",
    enum=sorted(UtcPeriod.NAMES),
    default="year",
    description="Length of a period; weeks begin on Sunday (week) or on Monday (weekm).",
)


class StatisticsView(APIView):
    """What statistics of one user have in common: who may see them, and which workouts count."""

    required_scopes = ["workouts"]

    def subject(self, request: Request, username: str) -> User:
        """The user that the statistics are of: oneself, or anybody for administrators."""
        reader = caller(request)
        if username == reader.username:
            return reader
        user = User.objects.filter(username=username).first()
        if user is None:
            raise NotFoundError("user does not exist")
        if not reader.is_admin:
            raise exceptions.PermissionDenied
        return user

    def selection(self, request: Request, user: User) -> WorkoutQuerySet:
        """The workouts of `user` that the query asks for."""
        given = {name: value for name, value in request.query_params.items() if value}
        query = StatisticsQuery(data=given)
        query.is_valid(raise_exception=True)
        chosen = query.validated_data
        workouts = access.owned(user).between(
            start_of_day(chosen["from"], user.zone) if "from" in chosen else None,
            start_of_day(chosen["to"] + ONE_DAY, user.zone) if "to" in chosen else None,
        )
        return workouts.filter(sport=chosen["sport_id"]) if "sport_id" in chosen else workouts


class ByTimeView(StatisticsView):
    """Totals of one user by week, month or year, and by sport."""

    @extend_schema(parameters=[*QUERY, TIME], responses={200: dict})
    def get(self, request: Request, username: str) -> Response:
        workouts = self.selection(request, self.subject(request, username))
        period = request.query_params.get("time", "year")
        if period not in UtcPeriod.NAMES:
            raise ContractError("Invalid time period.", kind="fail")
        totals = by_time(workouts, period)
        return _answer({key: _shown(sports) for key, sports in totals.items()})


class BySportView(StatisticsView):
    """Totals of one user by sport."""

    @extend_schema(parameters=QUERY, responses={200: dict})
    def get(self, request: Request, username: str) -> Response:
        workouts = self.selection(request, self.subject(request, username))
        sport_id = request.query_params.get("sport_id")
        if sport_id and not Sport.objects.filter(pk=sport_id).exists():
            raise NotFoundError("sport does not exist")
        return _answer(_shown(by_sport(workouts)))


class InstanceStatisticsView(APIView):
    """What the whole instance holds; for administrators."""

    required_scopes = ["workouts"]

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        refuse_all_but_admins(request)
        return success(asdict(instance_totals()))


def _answer(statistics: dict[str, Any]) -> Response:
    return success({"statistics": statistics})


def _shown(sports: BySport) -> dict[str, dict[str, float]]:
    return {str(sport_id): _figures(totals) for sport_id, totals in sports.items()}


def _figures(totals: Totals) -> dict[str, float]:
    return {
        "average_speed": totals.ave_speed_kmh,
        "nb_workouts": totals.count,
        "total_ascent": totals.ascent_m,
        "total_descent": totals.descent_m,
        "total_distance": totals.distance_km,
        "total_duration": int(totals.moving.total_seconds()),
    }
