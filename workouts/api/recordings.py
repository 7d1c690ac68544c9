"""What was recorded: the file, its segments and the points for charts."""

import math
from datetime import UTC
from typing import Any

from django.core.files import File
from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contract.answers import success
from contract.errors import NotFoundError
from contract.fields import gmt
from contract.pagination import ListPagination
from contract.schema import envelope
from tracks.analysis.series import Chart, chart
from tracks.model import Track
from tracks.writers.gpx import write_segment

from .. import access
from ..models import Recording, Segment, Workout
from .serializers import ChartDataSerializer, GpxSerializer, SegmentSerializer
from .workouts import SEGMENTS_OF_ONE, find_workout, readable_workouts

GPX = envelope(GpxSerializer, message=True)
POINTS = envelope(ChartDataSerializer, message=True)


class RecordingView(APIView):
    """What views of one recording have in common; `key` names the value in `data`, which is
    `nothing` where there is no workout.
    """

    required_scopes = ["workouts"]
    key = "gpx"
    nothing: Any = ""

    def workout(self, short_id: str) -> Workout:
        message, data = f"workout not found (id: {short_id})", {self.key: self.nothing}
        missing = NotFoundError(message, data=data)
        return find_workout(readable_workouts(self.request), short_id, missing)

    def track(self, short_id: str) -> Track:
        workout = self.workout(short_id)
        try:
            return access.recording(access.Viewer.of(self.request), workout)
        except Recording.DoesNotExist as error:
            raise NotFoundError(f"no gpx file for this workout (id: {short_id})") from error

    def original(self, workout: Workout, refusal: NotFoundError) -> File[bytes]:
        """The uploaded file; `refusal` when there is none for the caller."""
        try:
            return access.original(access.Viewer.of(self.request), workout)
        except Recording.DoesNotExist as error:
            raise refusal from error
        except FileNotFoundError as error:
            raise NotFoundError("the file of this workout is missing") from error

    def answer(self, value: Any) -> Response:
        return success({self.key: value}, message="")


def read_segment_number(text: str, track: Track) -> int:
    """The index of the segment with this number, from 1; 404 when there is none."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
    if not 1 <= number <= track.segment_count:
        raise NotFoundError(f"No segment with id '{text}'")
    return number - 1


def text_of(data: bytes) -> str:
    """What a file says in the encoding that it most likely has."""
    for encoding in ("utf-8", "utf-16"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


class GpxView(RecordingView):
    """The uploaded file as text."""

    @extend_schema(summary="Read the GPX text of a workout", responses=GPX)
    def get(self, request: Request, short_id: str) -> Response:
        refusal = NotFoundError(f"no gpx file for this workout (id: {short_id})")
        with self.original(self.workout(short_id), refusal) as file:
            return self.answer(text_of(file.read()))


class SegmentPagination(ListPagination):
    default_per_page = max_per_page = SEGMENTS_OF_ONE
    key = "segments"


class SegmentListView(ListAPIView[Segment]):
    """The segments of a workout, page by page."""

    required_scopes = ["workouts"]
    pagination_class = SegmentPagination
    serializer_class = SegmentSerializer
    queryset = Segment.objects.none()

    def get_queryset(self) -> QuerySet[Segment]:
        short_id = self.kwargs["short_id"]
        missing = NotFoundError(f"workout not found (id: {short_id})", data={"segments": []})
        return find_workout(readable_workouts(self.request), short_id, missing).segments.all()

    @extend_schema(summary="List the segments of a workout")
    def get(self, request: Request, short_id: str) -> Response:
        return self.list(request)


class SegmentGpxView(RecordingView):
    """One segment as a GPX document of its own."""

    @extend_schema(summary="Read one segment as GPX", responses=GPX)
    def get(self, request: Request, short_id: str, number: str) -> Response:
        track = self.track(short_id)
        return self.answer(write_segment(track, read_segment_number(number, track)))


class ChartView(RecordingView):
    """The points of a workout for charts."""

    key = "chart_data"

    @extend_schema(
        summary="Read the points of a workout",
        responses=POINTS,
    )
    def get(self, request: Request, short_id: str) -> Response:
        return self.answer(chart_points(chart(self.track(short_id))))


class SegmentChartView(RecordingView):
    """The points of one segment for charts."""

    key = "chart_data"

    @extend_schema(
        summary="Read the points of one segment",
        responses=POINTS,
    )
    def get(self, request: Request, short_id: str, number: str) -> Response:
        track = self.track(short_id)
        return self.answer(chart_points(chart(track, read_segment_number(number, track))))


class DownloadView(RecordingView):
    """The uploaded file, byte for byte."""

    key, nothing = "workout", []

    @extend_schema(
        summary="Download the uploaded file",
        responses={(200, "application/gpx+xml"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, short_id: str) -> FileResponse:
        workout = self.workout(short_id)
        refusal = NotFoundError(f"no gpx file for workout (id: {short_id})", data={"gpx": ""})
        return FileResponse(
            self.original(workout, refusal),
            as_attachment=True,
            filename=download_name(workout),
            content_type=workout.recording.media_type,
        )


def download_name(workout: Workout) -> str:
    """A name that tells what the file is."""
    name = f"{workout.start:%Y-%m-%d_%H-%M-%S}_{workout.sport_id}_{workout.short_id}"
    return f"{name}.{workout.recording.format}"


def chart_points(points: Chart) -> list[dict[str, Any]]:
    """One object per point, as the contract names its values."""
    rows = zip(
        points.distance_km.tolist(),
        durations(points),
        points.elevation_m.tolist(),
        points.latitude.tolist(),
        points.longitude.tolist(),
        points.speed_kmh.tolist(),
        moments(points),
        strict=True,
    )
    names = ("distance", "duration", "elevation", "latitude", "longitude", "speed", "time")
    return [dict(zip(names, row, strict=True)) for row in rows]


def durations(points: Chart) -> list[float | None]:
    """Seconds since the first point, which has a whole 0; null where unknown."""
    seconds = [None if math.isnan(value) else value for value in points.duration_s.tolist()]
    return [0 if index == 0 else value for index, value in enumerate(seconds)]


def moments(points: Chart) -> list[str | None]:
    """The times of the points in RFC 1123, null where unknown."""
    times = points.time.astype("datetime64[s]").tolist()
    return [None if time is None else gmt(time.replace(tzinfo=UTC)) for time in times]
