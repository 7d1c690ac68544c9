"""The page of one workout, of one of its segments, and the file it came from."""

import math
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from contract.callers import caller
from tracks.analysis.series import Over, Series, mean_over_time, read_series
from tracks.model import Track

from .. import access
from ..charts.drawing import Charts, draw_charts
from ..charts.route import Route, draw_route
from ..charts.sampling import Window
from ..models import Record, Recording, Segment, Workout, WorkoutQuerySet, stopped_below_kmh
from ..models.workout import Figures

SEGMENTS_SHOWN = 50

RECORD_WORDS = {
    Record.Kind.AVERAGE_SPEED: lambda: _("Fastest on average so far"),
    Record.Kind.FARTHEST_DISTANCE: lambda: _("Longest distance so far"),
    Record.Kind.HIGHEST_ASCENT: lambda: _("Most climb so far"),
    Record.Kind.LONGEST_DURATION: lambda: _("Longest time so far"),
    Record.Kind.MAXIMUM_SPEED: lambda: _("Highest speed so far"),
}


@dataclass(frozen=True)
class Held:
    """A record that a workout holds, and the sentence that says so."""

    record: Record
    words: str


@dataclass(frozen=True)
class HeartRate:
    """Heart rate over a recording, in beats per minute."""

    mean: int
    highest: int


@dataclass(frozen=True)
class Drawing:
    """What a page draws of a recording or of one of its segments."""

    charts: Charts | None
    route: Route | None
    heart_rate: HeartRate | None


@login_required
@require_safe
def detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A workout with its map, charts, figures, segments and notes."""
    workout = find_readable(request, uuid)
    segments = Paginator(workout.segments.all(), SEGMENTS_SHOWN)
    context = {
        "workout": workout,
        "figures": workout,
        "recording": _draw(request, workout, workout),
        "held": _held(workout, caller(request)),
        "neighbours": _readable(request).neighbours_of([workout])[workout.pk],
        "segments": segments.get_page(request.GET.get("segments")),
        "has_segments": segments.count > 1,
    }
    return render(request, "workouts/detail.html", context)


@login_required
@require_safe
def segment(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """One segment of a workout, with its own map, charts and figures."""
    workout = find_readable(request, uuid)
    figures = _figures(workout, number)
    context = {
        "workout": workout,
        "figures": figures,
        "number": number,
        "last": workout.segments.count(),
        "recording": _draw(request, workout, figures, number - 1),
    }
    return render(request, "workouts/segment.html", context)


@login_required
@require_safe
def charts(request: HttpRequest, uuid: UUID, number: int | None = None) -> HttpResponse:
    """The charts alone, for another axis or a closer look."""
    workout = find_readable(request, uuid)
    track, figures = _track(request, workout), _figures(workout, number)
    if track is None:
        raise Http404
    series = _series(track, workout, None if number is None else number - 1)
    drawn = _charts(request.GET, series, workout, figures.ave_speed_kmh, caller(request))
    context = {"workout": workout, "charts": drawn, "number": number}
    return render(request, "workouts/_charts.html", context)


@login_required
@require_safe
def download(request: HttpRequest, uuid: UUID) -> FileResponse:
    """The recording as it was uploaded, byte for byte."""
    workout = find_readable(request, uuid)
    try:
        file = access.original(access.Viewer.of(request), workout)
    except (Recording.DoesNotExist, FileNotFoundError) as error:
        raise Http404 from error
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{workout.short_id}.{workout.recording.format}",
        content_type=workout.recording.media_type,
    )


def find_readable(request: HttpRequest, uuid: UUID) -> Workout:
    """The workout with all that its page shows; Http404 unless the reader may see it."""
    return get_object_or_404(_readable(request).for_list(), uuid=uuid)


def _readable(request: HttpRequest) -> WorkoutQuerySet:
    return access.readable(access.Viewer.of(request))


def _figures(workout: Workout, number: int | None) -> Figures:
    """The figures of the workout, or of one of its segments counted from 1; or Http404."""
    if number is None:
        return workout
    return get_object_or_404(Segment, workout=workout, index=number - 1)


def _held(workout: Workout, reader: User) -> list[Held]:
    return [
        Held(record, RECORD_WORDS[Record.Kind(record.kind)]())
        for record in workout.records.all()
        if reader.display_ascent or record.kind != Record.Kind.HIGHEST_ASCENT
    ]


def _track(request: HttpRequest, workout: Workout) -> Track | None:
    try:
        return access.recording(access.Viewer.of(request), workout)
    except Recording.DoesNotExist:
        return None


def _series(track: Track, workout: Workout, index: int | None) -> Series:
    """The whole or the segment `index`, measured as the figures of the workout are."""
    threshold_kmh = stopped_below_kmh(workout.owner, workout.sport)
    return read_series(track, index, stopped_below_kmh=threshold_kmh)


def _draw(
    request: HttpRequest, workout: Workout, figures: Figures, index: int | None = None
) -> Drawing | None:
    """What is drawn of the whole or of the segment `index`; None without a recording."""
    track = _track(request, workout)
    if track is None:
        return None
    series = _series(track, workout, index)
    reader = caller(request)
    return Drawing(
        _charts(request.GET, series, workout, figures.ave_speed_kmh, reader),
        draw_route(track, series, index, imperial=reader.imperial_units),
        _heart_rate(series),
    )


def _charts(
    query: QueryDict, series: Series, workout: Workout, average_kmh: float, reader: User
) -> Charts | None:
    over = Over.TIME if query.get("over") == Over.TIME else Over.DISTANCE
    if not series.span(over):
        over = Over.TIME
    return draw_charts(
        series,
        over=over,
        window=_window(query),
        imperial=reader.imperial_units,
        paced=workout.sport.kind.paced,
        average_kmh=average_kmh,
    )


def _window(query: QueryDict) -> Window | None:
    """The stretch of the axis that was asked for, in kilometres or seconds."""
    try:
        low, high = float(str(query["from"])), float(str(query["to"]))
    except (KeyError, ValueError):
        return None
    return Window(low, high) if math.isfinite(low) and math.isfinite(high) else None


def _heart_rate(series: Series) -> HeartRate | None:
    beats = series.sensors.get("heart_rate")
    if beats is None or not np.isfinite(beats).any():
        return None
    return HeartRate(round(mean_over_time(beats, series.elapsed_s)), round(float(np.nanmax(beats))))
