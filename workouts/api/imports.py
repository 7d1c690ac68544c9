"""Imports of large archives: how far they are, and stopping them."""

from typing import cast

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from fittrackee_site.api.answers import done, success
from fittrackee_site.api.fields import GmtField
from fittrackee_site.api.schema import envelope

from ..models import Transfer, TransferItem
from ..services.transfers import cancel_transfer

# Old imports stay readable for months; a list shows the latest.
LISTED = 20


class ImportItemSerializer(serializers.Serializer):
    """What became of one file."""

    file = serializers.CharField(source="name")
    result = serializers.ChoiceField(source="outcome", choices=TransferItem.Outcome.choices)
    workout_id = serializers.CharField(source="workout.short_id", allow_null=True, default=None)
    message = serializers.CharField(allow_blank=True, help_text="Why it failed.")


class ImportSerializer(serializers.Serializer):
    """An archive on its way in; `done` counts files that are imported, known or refused."""

    id = serializers.UUIDField(source="uuid")
    state = serializers.ChoiceField(source="status", choices=Transfer.Status.choices)
    file = serializers.CharField(source="file_name")
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)
    created_at = GmtField()


class ImportReportSerializer(ImportSerializer):
    """An import with the result of every file."""

    report = ImportItemSerializer(source="items", many=True)


class ImportsSerializer(serializers.Serializer):
    imports = ImportSerializer(many=True)


class OneImportSerializer(serializers.Serializer):
    imports = ImportReportSerializer(many=True)


def visible_imports(request: Request) -> QuerySet[Transfer]:
    user = cast(User, request.user)
    return Transfer.objects.filter(owner=user, kind=Transfer.Kind.ARCHIVE)


class ImportListView(APIView):
    """Your latest imports of large archives."""

    required_scopes = ["workouts"]

    @extend_schema(summary="List your imports", responses=envelope(ImportsSerializer))
    def get(self, request: Request) -> Response:
        latest = visible_imports(request)[:LISTED]
        return success({"imports": ImportSerializer(latest, many=True).data})


class ImportView(APIView):
    """One import of yours."""

    required_scopes = ["workouts"]

    @extend_schema(summary="Read how far an import is", responses=envelope(OneImportSerializer))
    def get(self, request: Request, uuid: str) -> Response:
        items = TransferItem.objects.select_related("workout")
        imports = visible_imports(request).prefetch_related(Prefetch("items", items))
        found = get_object_or_404(imports, uuid=uuid)
        return success({"imports": [ImportReportSerializer(found).data]})

    @extend_schema(summary="Stop an import; what is imported stays", responses={204: None})
    def delete(self, request: Request, uuid: str) -> Response:
        cancel_transfer(get_object_or_404(visible_imports(request), uuid=uuid))
        return done()
