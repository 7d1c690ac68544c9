"""Imports of large archives: how far they are, and stopping them."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contract.answers import done, success
from contract.callers import caller
from contract.fields import GmtField
from contract.pagination import ListPagination
from contract.schema import envelope

from .. import access
from ..models import Transfer, TransferItem
from ..services.transfers import cancel_transfer


class ImportPagination(ListPagination):
    """Old imports stay readable for months; the latest come first."""

    default_per_page = 20
    max_per_page = 100
    key = "imports"


class ReportPagination(ListPagination):
    """As many files as an archive holds by default."""

    default_per_page = max_per_page = 2000
    key = "report"


class ImportItemSerializer(serializers.Serializer[TransferItem]):
    """What became of one file."""

    file = serializers.CharField(source="name")
    result = serializers.ChoiceField(source="outcome", choices=TransferItem.Outcome.choices)
    workout_id = serializers.CharField(source="workout.short_id", allow_null=True, default=None)
    message = serializers.CharField(allow_blank=True, help_text="Why it failed.")


class ImportSerializer(serializers.Serializer[Transfer]):
    """An archive on its way in; `done` counts files that are imported, known or refused."""

    id = serializers.UUIDField(source="uuid")
    state = serializers.ChoiceField(source="status", choices=Transfer.Status.choices)
    file = serializers.CharField(source="file_name")
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)
    created_at = GmtField()


class ImportReportSerializer(ImportSerializer):
    """An import with the results of its files, those of one page."""

    report = serializers.SerializerMethodField()

    @extend_schema_field(ImportItemSerializer(many=True))
    def get_report(self, transfer: Transfer) -> Any:
        return ImportItemSerializer(self.context["items"], many=True).data


class ImportsSerializer(serializers.Serializer[Any]):
    imports = ImportSerializer(many=True)


class OneImportSerializer(serializers.Serializer[Any]):
    imports = ImportReportSerializer(many=True)


def visible_imports(request: Request) -> QuerySet[Transfer]:
    return access.owned_transfers(caller(request)).filter(kind=Transfer.Kind.ARCHIVE)


@extend_schema_view(get=extend_schema(summary="List your imports"))
class ImportListView(ListAPIView[Transfer]):
    """Your imports of large archives, the latest first."""

    required_scopes = ["workouts"]
    pagination_class = ImportPagination
    serializer_class = ImportSerializer
    queryset = Transfer.objects.none()

    def get_queryset(self) -> QuerySet[Transfer]:
        return visible_imports(self.request)


class ImportView(APIView):
    """One import of yours."""

    required_scopes = ["workouts"]

    @extend_schema(
        summary="Read how far an import is",
        parameters=[OpenApiParameter("page", int, description="Page of the report, from 1.")],
        responses=envelope(OneImportSerializer),
    )
    def get(self, request: Request, uuid: str) -> Response:
        found = get_object_or_404(visible_imports(request), uuid=uuid)
        pages = ReportPagination()
        items = pages.paginate_queryset(found.items.select_related("workout"), request)
        report = ImportReportSerializer(found, context={"items": items}).data
        return success({"imports": [report]}, pagination=pages.summary())

    @extend_schema(summary="Stop an import; what is imported stays", responses={204: None})
    def delete(self, request: Request, uuid: str) -> Response:
        cancel_transfer(get_object_or_404(visible_imports(request), uuid=uuid))
        return done()
