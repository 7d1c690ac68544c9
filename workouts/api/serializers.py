"""Workouts, segments, records and sports as JSON, and what programs may send."""

import math
from datetime import datetime, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contract.fields import ClockField, Fields, FigureField, GmtField, StrictBooleanField, clock
from workouts.limits import (
    EARLIEST,
    FARTHEST_KM,
    HIGHEST_CLIMB_M,
    LATEST,
    LONGEST,
    NOTES_LENGTH,
    TITLE_LENGTH,
    validate_speed,
)
from workouts.models import Neighbours, Record, Sport, Workout
from workouts.services.recordings import UploadOptions
from workouts.services.workouts import NewWorkout, WorkoutChanges

# --- What we answer


class FiguresSerializer(serializers.Serializer[Any]):
    """The numbers of a whole workout or of one segment: km, km/h, metres; zero is null."""

    duration = ClockField(help_text="Elapsed time, pauses included.")
    moving = ClockField()
    pauses = ClockField()
    distance = FigureField(source="distance_km", decimals=3, help_text="km")
    ave_speed = FigureField(source="ave_speed_kmh", help_text="km/h")
    max_speed = FigureField(source="max_speed_kmh", help_text="km/h")
    min_alt = FigureField(source="min_alt_m", help_text="m")
    max_alt = FigureField(source="max_alt_m", help_text="m")
    ascent = FigureField(source="ascent_m", help_text="m")
    descent = FigureField(source="descent_m", help_text="m")


class SegmentSerializer(FiguresSerializer):
    """One uninterrupted stretch; `segment_id` counts from 0, addresses of segments from 1."""

    workout_id = serializers.CharField(source="workout.short_id")
    segment_id = serializers.IntegerField(source="index")


@extend_schema_field(
    {
        "oneOf": [{"type": "number", "format": "double"}, {"type": "string"}],
        "description": "km/h, km or m; `H:MM:SS` for the longest duration.",
    }
)
class RecordValueField(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, value: float | timedelta) -> float | str:
        return clock(value) if isinstance(value, timedelta) else value


class RecordSerializer(serializers.Serializer[Any]):
    """The best workout of one kind in one sport."""

    id = serializers.IntegerField()
    record_type = serializers.ChoiceField(source="kind", choices=Record.Kind.choices)
    sport_id = serializers.IntegerField()
    user = serializers.CharField(source="workout.owner.username")
    value = RecordValueField()
    workout_date = GmtField(source="workout.start")
    workout_id = serializers.CharField(source="workout.short_id")


class WeatherSerializer(serializers.Serializer[Any]):
    """The weather at one end of a workout."""

    summary = serializers.CharField()
    icon = serializers.CharField()
    temperature = serializers.FloatField(help_text="°C")
    humidity = serializers.FloatField(help_text="0–1")
    wind = serializers.FloatField(help_text="m/s")
    windBearing = serializers.FloatField(help_text="Degrees, where it comes from.")  # noqa: N815


class WorkoutSerializer(FiguresSerializer):
    """A workout with its first segments and the records it holds.

    The context names the `neighbours` of each workout, by primary key; `attach_segments` has found
    the segments.
    """

    id = serializers.CharField(source="short_id")
    user = serializers.CharField(source="owner.username")
    sport_id = serializers.IntegerField()
    title = serializers.CharField()
    creation_date = GmtField(source="created_at")
    modification_date = GmtField(source="modified_at", allow_null=True)
    workout_date = GmtField(source="start")
    with_gpx = serializers.BooleanField(source="has_recording")
    with_file = serializers.BooleanField(
        source="has_recording", help_text="The same as `with_gpx`."
    )
    bounds = serializers.ListField(
        child=serializers.FloatField(), help_text="[min lat, min lon, max lat, max lon], or empty."
    )
    map = serializers.CharField(source="map_id", allow_null=True)
    previous_workout = serializers.SerializerMethodField()
    next_workout = serializers.SerializerMethodField()
    segments = SegmentSerializer(many=True, source="first_segments")
    segments_next = serializers.CharField(
        required=False, help_text="When there are more segments: the address of the others."
    )
    records = RecordSerializer(many=True)
    weather_start = WeatherSerializer(allow_null=True)
    weather_end = WeatherSerializer(allow_null=True)
    notes = serializers.CharField(allow_null=True)
    duplicate_of = serializers.CharField(
        required=False, help_text="After an upload: the id of an earlier workout like it."
    )

    def get_previous_workout(self, workout: Workout) -> str | None:
        return self.neighbours(workout).previous

    def get_next_workout(self, workout: Workout) -> str | None:
        return self.neighbours(workout).next

    def neighbours(self, workout: Workout) -> Neighbours:
        known: dict[int, Neighbours] = self.context["neighbours"]
        return known.get(workout.pk, Neighbours())


class WorkoutsSerializer(serializers.Serializer[Any]):
    workouts = WorkoutSerializer(many=True)


class RecordsSerializer(serializers.Serializer[Any]):
    records = RecordSerializer(many=True)


class GpxSerializer(serializers.Serializer[Any]):
    gpx = serializers.CharField()


class PointSerializer(serializers.Serializer[Any]):
    """One point of a recording."""

    distance = serializers.FloatField(help_text="km since the first point")
    duration = serializers.FloatField(allow_null=True, help_text="Seconds since the first point.")
    elevation = serializers.FloatField(help_text="m, 0 when unknown")
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    speed = serializers.FloatField(help_text="km/h, 0 when unknown")
    time = GmtField(allow_null=True)


class ChartDataSerializer(serializers.Serializer[Any]):
    chart_data = PointSerializer(many=True)


class SportSerializer(serializers.Serializer[Any]):
    """A sport as its reader prefers it."""

    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_active = serializers.BooleanField()
    is_active_for_user = serializers.SerializerMethodField()
    color = serializers.SerializerMethodField(help_text="Null until the user chose one.")
    stopped_speed_threshold = serializers.SerializerMethodField(help_text="km/h")
    has_workouts = serializers.BooleanField(
        required=False, help_text="For administrators: whether anybody has such a workout."
    )

    def get_is_active_for_user(self, sport: Sport) -> bool:
        preference = sport.own_preference
        return sport.is_active and (preference is None or preference.is_active)

    def get_color(self, sport: Sport) -> str | None:
        preference = sport.own_preference
        return (preference.color or None) if preference else None

    def get_stopped_speed_threshold(self, sport: Sport) -> float:
        return (sport.own_preference or sport).stopped_speed_threshold_kmh


class SportsSerializer(serializers.Serializer[Any]):
    sports = SportSerializer(many=True)


# --- What programs send


class NumberField(serializers.FloatField):
    """A finite number; neither true nor false is one."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool):
            self.fail("invalid")
        try:
            number = super().to_internal_value(data)
        except OverflowError:
            self.fail("invalid")
        if not math.isfinite(number):
            self.fail("invalid")
        return number


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\d+$"}]})
class SportIdField(serializers.Field[Any, Any, Any, Any]):
    """A sport by its id, as a number or as text."""

    default_error_messages = {"unknown": "Sport id: {id} does not exist"}

    def to_internal_value(self, data: Any) -> Sport:
        text = str(data)
        is_id = not isinstance(data, bool) and text.isascii() and text.isdecimal()
        sport = Sport.objects.filter(pk=int(text)).first() if is_id and len(text) < 5 else None
        if sport is None:
            self.fail("unknown", id=text[:20])
        return sport


@extend_schema_field({"type": "string", "examples": ["2021-03-14 09:30"]})
class StartField(serializers.Field[Any, Any, Any, Any]):
    """`YYYY-MM-DD HH:MM` on the clock of the user."""

    default_error_messages = {
        "invalid": "Enter a date and time like 2021-03-14 09:30.",
        "range": "Choose a day from {first} to {last}.",
    }

    def to_internal_value(self, data: Any) -> datetime:
        try:
            naive = datetime.strptime(data, "%Y-%m-%d %H:%M")
        except (TypeError, ValueError):
            self.fail("invalid")
        if not EARLIEST <= naive.date() <= LATEST:
            self.fail("range", first=EARLIEST, last=LATEST)
        return naive.replace(tzinfo=self.context["request"].user.zone)


@extend_schema_field({"type": "number", "minimum": 0, "maximum": LONGEST.total_seconds()})
class SecondsField(NumberField):
    """A duration in seconds; fractions are cut off."""

    default_error_messages = {"range": "Enter a duration below 10000 hours, in seconds."}

    def to_internal_value(self, data: Any) -> Any:
        seconds = super().to_internal_value(data)
        if not 0 <= seconds <= LONGEST.total_seconds():
            self.fail("range")
        return timedelta(seconds=int(seconds))


def text_field(max_length: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=max_length, **options
    )


def distance_field(**options: Any) -> NumberField:
    return NumberField(min_value=0, max_value=FARTHEST_KM, help_text="km", **options)


def climb_field() -> NumberField:
    return NumberField(
        required=False, allow_null=True, min_value=0, max_value=HIGHEST_CLIMB_M, help_text="m"
    )


class NewWorkoutSerializer(serializers.Serializer[Any]):
    """A workout without a recording."""

    sport_id = SportIdField()
    workout_date = StartField()
    duration = SecondsField()
    distance = distance_field()
    title = text_field(TITLE_LENGTH)
    notes = text_field(NOTES_LENGTH, trim_whitespace=False)
    ascent = climb_field()
    descent = climb_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        validate_speed(attrs["distance"], attrs["duration"])
        return attrs

    def finished(self) -> NewWorkout:
        """What the service takes."""
        values = self.validated_data
        return NewWorkout(
            sport=values["sport_id"],
            start=values["workout_date"],
            duration=values["duration"],
            distance_km=values["distance"],
            title=values.get("title") or "",
            notes=values.get("notes"),
            ascent_m=values.get("ascent"),
            descent_m=values.get("descent"),
        )


class WorkoutChangesSerializer(serializers.Serializer[Any]):
    """What to change; null, zero and an empty title leave things as they are.

    A recording knows its own date, duration and distance: there they are ignored, whatever they
    say.
    """

    sport_id = SportIdField(required=False, allow_null=True)
    title = text_field(TITLE_LENGTH)
    notes = text_field(NOTES_LENGTH, trim_whitespace=False)
    workout_date = StartField(required=False, allow_null=True)
    duration = SecondsField(required=False, allow_null=True)
    distance = distance_field(required=False, allow_null=True)

    def get_fields(self) -> Fields:
        fields = super().get_fields()
        if self.keeps_figures:
            for name in ("workout_date", "duration", "distance"):
                del fields[name]
        return fields

    @property
    def keeps_figures(self) -> bool:
        """Whether the workout's recording decides them; `context` holds the workout."""
        workout: Workout | None = self.context.get("workout")
        return workout is not None and workout.has_recording

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not self.keeps_figures:
            workout: Workout = self.context["workout"]
            validate_speed(
                attrs.get("distance") or workout.distance_km,
                attrs.get("duration") or workout.duration,
            )
        return attrs

    def to_internal_value(self, data: Any) -> Any:
        empty = {"sport_id", "workout_date"}
        return super().to_internal_value(
            {name: value for name, value in data.items() if value != "" or name not in empty}
        )

    def finished(self) -> WorkoutChanges:
        """What the service takes."""
        values = self.validated_data
        return WorkoutChanges(
            sport=values.get("sport_id"),
            title=values.get("title"),
            notes=values.get("notes"),
            start=values.get("workout_date"),
            duration=values.get("duration") or None,
            distance_km=values.get("distance") or None,
        )


class UploadDataSerializer(serializers.Serializer[Any]):
    """The JSON beside an uploaded file; unknown keys are ignored."""

    sport_id = SportIdField()
    title = text_field(TITLE_LENGTH)
    notes = text_field(NOTES_LENGTH, trim_whitespace=False)
    on_duplicate = serializers.ChoiceField(choices=["keep", "skip"], required=False)

    def finished(self, *, skip_duplicates: bool) -> UploadOptions:
        """What the service takes; `skip_duplicates` counts unless the request says otherwise."""
        values = self.validated_data
        habit = "skip" if skip_duplicates else "keep"
        return UploadOptions(
            sport=values["sport_id"],
            title=values.get("title") or "",
            notes=values.get("notes"),
            skip_duplicates=values.get("on_duplicate", habit) == "skip",
        )


class UploadSerializer(serializers.Serializer[Any]):
    """A recording, or a zip archive of recordings, and what to make of it."""

    file = serializers.FileField(help_text="A `.gpx` file, or a `.zip` archive of them.")
    data = serializers.CharField(  # type: ignore[assignment]
        help_text="JSON text: `sport_id`; optionally `title`, `notes`, and `on_duplicate`: `skip` "
        "to get the workout that is there already instead of a second one.",
        initial='{"sport_id": 1}',
    )


class SportChangesSerializer(serializers.Serializer[Any]):
    """What an administrator may change about a sport."""

    is_active = StrictBooleanField()
