"""The best workouts of the caller."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contract.answers import success
from contract.callers import caller
from contract.schema import envelope
from workouts import access
from workouts.api.serializers import RecordSerializer, RecordsSerializer
from workouts.models import Record

KINDS = ["AS", "FD", "LD", "MS", "HA"]


class RecordListView(APIView):
    """Your records, by sport and kind."""

    required_scopes = ["workouts"]

    @extend_schema(summary="List your records", responses=envelope(RecordsSerializer))
    def get(self, request: Request) -> Response:
        records = access.owned_records(caller(request))
        ordered = sorted(records.select_related("workout__owner"), key=place)
        return success({"records": RecordSerializer(ordered, many=True).data})


def place(record: Record) -> tuple[int, int]:
    """By sport, then in the order in which the kinds were introduced, as programs know it."""
    return record.sport_id, KINDS.index(record.kind)
