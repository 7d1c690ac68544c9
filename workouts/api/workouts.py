"""Workouts: the list, one of them, and those without a recording."""

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from contract.answers import accepted, created, done, success
from contract.callers import caller
from contract.errors import NotFoundError
from contract.pagination import ListPagination
from contract.parsers import ObjectParser
from contract.reading import ReadingView, refuse_empty_body
from contract.schema import envelope

from .. import access
from ..filters import ORDERS, WorkoutFilter
from ..models import Segment, Workout, WorkoutQuerySet
from ..services.workouts import create_workout, delete_workout, edit_workout
from ..short_ids import decode_short_id
from .imports import ImportSerializer, ImportsSerializer
from .serializers import (
    NewWorkoutSerializer,
    UploadSerializer,
    WorkoutChangesSerializer,
    WorkoutSerializer,
    WorkoutsSerializer,
)
from .uploads import answer_upload, order_of, receive_upload

# So many segments does an answer hold of its only workout, and of each when there are several.
SEGMENTS_OF_ONE, SEGMENTS_OF_EACH = 100, 20


def readable_workouts(request: Request) -> WorkoutQuerySet:
    return access.readable(access.Viewer.of(request))


def owned_workouts(request: Request) -> WorkoutQuerySet:
    return access.owned(caller(request))


def find_workout(among: WorkoutQuerySet, short_id: str, error: NotFoundError) -> Workout:
    """The one of these workouts that has this id; `error` when there is none."""
    try:
        uuid = decode_short_id(short_id)
    except ValueError as wrong:
        raise error from wrong
    workout = among.for_list().filter(uuid=uuid).first()
    if workout is None:
        raise error
    return workout


def attach_segments(workouts: list[Workout]) -> None:
    """Give workouts their first segments, and the address of the others where they have more."""
    most = SEGMENTS_OF_ONE if len(workouts) == 1 else SEGMENTS_OF_EACH
    # One beyond, to know whether there are more.
    first = Segment.objects.filter(index__lte=most)
    prefetch_related_objects(workouts, Prefetch("segments", first, to_attr="first_segments"))
    for workout in workouts:
        found: list[Segment] = workout.first_segments  # type: ignore[attr-defined]
        if len(found) > most:
            del found[most:]
            address = reverse("api-segments", args=[workout.short_id])
            workout.segments_next = f"{address}?page=2&per_page={most}"  # type: ignore[attr-defined]


def workouts_data(workouts: Iterable[Workout], among: WorkoutQuerySet) -> list[dict[str, Any]]:
    """Workouts as JSON, with their neighbours in the queryset `among`."""
    workouts = list(workouts)
    attach_segments(workouts)
    neighbours = among.neighbours_of(workouts) if workouts else {}
    serializer = WorkoutSerializer(workouts, many=True, context={"neighbours": neighbours})
    return cast(list[dict[str, Any]], serializer.data)


def shown_alone(request: Request, workout: Workout) -> dict[str, Any]:
    """One workout in the contract's list of one."""
    return {"workouts": workouts_data([workout], readable_workouts(request))}


ORDER_PARAMETERS = [
    OpenApiParameter(
        "order_by", enum=sorted(ORDERS), default="workout_date", description="What to sort by."
    ),
    OpenApiParameter("order", enum=["asc", "desc"], default="desc", description="Direction."),
]


class WorkoutPagination(ListPagination):
    default_per_page = 5
    max_per_page = 100
    key = "workouts"


class WorkoutListView(GenericAPIView[Workout]):
    """Your workouts, newest first, and uploading recordings."""

    required_scopes = ["workouts"]
    rate_limits = {"POST": "uploads"}
    pagination_class = WorkoutPagination
    filter_backends = [DjangoFilterBackend]
    filterset_class = WorkoutFilter
    parser_classes = [MultiPartParser, ObjectParser]
    serializer_class = UploadSerializer

    def get_queryset(self) -> WorkoutQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return access.readable(access.Viewer())
        return readable_workouts(self.request)

    @extend_schema(
        summary="List your workouts",
        parameters=ORDER_PARAMETERS,
        responses=WorkoutSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        workouts = cast(WorkoutQuerySet, self.filter_queryset(self.get_queryset()))
        page = self.paginate_queryset(workouts.for_list())
        return self.get_paginated_response(workouts_data(page or [], workouts))

    @extend_schema(
        summary="Upload a recording or a zip archive of recordings",
        request={"multipart/form-data": UploadSerializer},
        responses={
            201: envelope(WorkoutsSerializer, "created"),
            200: envelope(WorkoutsSerializer),
            202: envelope(ImportsSerializer, "accepted"),
        },
    )
    def post(self, request: Request) -> Response:
        outcome = receive_upload(request)
        if outcome.transfer is not None:
            return accepted({"imports": [ImportSerializer(outcome.transfer).data]})
        order, workouts = order_of(outcome), readable_workouts(request)
        added = workouts.for_list().filter(pk__in=order)
        data = workouts_data(sorted(added, key=lambda w: order[w.pk]), workouts)
        return answer_upload(outcome, data)


class NewWorkoutView(ReadingView):
    """Adding a workout without a recording."""

    required_scopes = ["workouts"]
    serializer_class = NewWorkoutSerializer

    @extend_schema(
        summary="Add a workout without a recording",
        responses={201: envelope(WorkoutsSerializer, "created")},
    )
    def post(self, request: Request) -> Response:
        workout = create_workout(caller(request), self.read().finished())
        return created(shown_alone(request, reread(request, workout)))


def reread(request: Request, workout: Workout) -> Workout:
    """The workout with all that the serializer shows."""
    return readable_workouts(request).for_list().get(pk=workout.pk)


class WorkoutView(ReadingView):
    """One workout of yours."""

    required_scopes = ["workouts"]
    serializer_class = WorkoutChangesSerializer

    def find(self, among: WorkoutQuerySet, short_id: str) -> Workout:
        return find_workout(among, short_id, NotFoundError(data={"workouts": []}))

    @extend_schema(summary="Read a workout", responses=envelope(WorkoutsSerializer))
    def get(self, request: Request, short_id: str) -> Response:
        return success(shown_alone(request, self.find(readable_workouts(request), short_id)))

    @extend_schema(summary="Edit a workout", responses=envelope(WorkoutsSerializer))
    def patch(self, request: Request, short_id: str) -> Response:
        refuse_empty_body(request)
        workout = self.find(owned_workouts(request), short_id)
        changes = self.read(workout=workout).finished()
        return success(shown_alone(request, edit_workout(workout, changes)))

    @extend_schema(summary="Delete a workout", responses={204: None})
    def delete(self, request: Request, short_id: str) -> Response:
        delete_workout(self.find(owned_workouts(request), short_id))
        return done()
