"""What was recorded: the file, its segments and the points for charts."""

import math
from datetime import UTC
from typing import Any

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
from tracks.codec import decode
from tracks.model import Track
from tracks.writers.gpx import write_segment

from ..models import Recording as StoredTrack
from ..models import Segment, Workout
from .serializers import ChartDataSerializer, GpxSerializer, SegmentSerializer
from .workouts import SEGMENTS_OF_ONE, find_workout

GPX = envelope(GpxSerializer, message=True)
POINTS = envelope(ChartDataSerializer, message=True)


class RecordingView(APIView):
    """What views of one recording have in common; `key` names the value in `data`."""

    required_scopes = ["workouts"]
    key = "gpx"

    def stored_track(self, request: Request, short_id: str) -> StoredTrack:
        missing = NotFoundError(f"workout not found (id: {short_id})", data={self.key: ""})
        workout = find_workout(request, short_id, missing)
        if not workout.has_recording:
            raise NotFoundError(f"no gpx file for this workout (id: {short_id})")
        return workout.recording

    def channels(self, request: Request, short_id: str) -> Track:
        return decode(bytes(self.stored_track(request, short_id).channels))

    def answer(self, value: Any) -> Response:
        return success({self.key: value}, message="")


def read_segment_number(text: str, track: Track) -> int:
    """The index of the segment with this number, from 1; 404 when there is none."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
    if not 1 <= number <= track.segment_count:
        raise NotFoundError(f"No segment with id '{text}'")
    return number - 1


def file_text(track: StoredTrack) -> str:
    """The uploaded file as text; 404 when it is gone from the storage."""
    try:
        with track.file.open("rb") as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise NotFoundError("the file of this workout is missing") from error
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
        return self.answer(file_text(self.stored_track(request, short_id)))


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
        return find_workout(self.request, short_id, missing).segments.all()

    @extend_schema(summary="List the segments of a workout")
    def get(self, request: Request, short_id: str) -> Response:
        return self.list(request)


class SegmentGpxView(RecordingView):
    """One segment as a GPX document of its own."""

    @extend_schema(summary="Read one segment as GPX", responses=GPX)
    def get(self, request: Request, short_id: str, number: str) -> Response:
        track = self.channels(request, short_id)
        return self.answer(write_segment(track, read_segment_number(number, track)))


class ChartView(RecordingView):
    """The points of a workout for charts."""

    key = "chart_data"

    @extend_schema(
        summary="Read the points of a workout",
        responses=POINTS,
    )
    def get(self, request: Request, short_id: str) -> Response:
        return self.answer(chart_points(chart(self.channels(request, short_id))))


class SegmentChartView(RecordingView):
    """The points of one segment for charts."""

    key = "chart_data"

    @extend_schema(
        summary="Read the points of one segment",
        responses=POINTS,
    )
    def get(self, request: Request, short_id: str, number: str) -> Response:
        track = self.channels(request, short_id)
        return self.answer(chart_points(chart(track, read_segment_number(number, track))))


class DownloadView(RecordingView):
    """The uploaded file, byte for byte."""

    @extend_schema(
        summary="Download the uploaded file",
        responses={(200, "application/gpx+xml"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, short_id: str) -> FileResponse:
        missing = NotFoundError(f"workout not found (id: {short_id})", data={"workout": []})
        workout = find_workout(request, short_id, missing)
        if not workout.has_recording:
            raise NotFoundError(f"no gpx file for workout (id: {short_id})", data={"gpx": ""})
        return send_file(workout)


def send_file(workout: Workout) -> FileResponse:
    """The file of a workout under a name that tells what it is; 404 when it is gone."""
    track = workout.recording
    name = f"{workout.start:%Y-%m-%d_%H-%M-%S}_{workout.sport_id}_{workout.short_id}"
    try:
        file = track.file.open("rb")
    except FileNotFoundError as error:
        raise NotFoundError("the file of this workout is missing") from error
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.{track.format}",
        content_type=track.media_type,
    )


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
