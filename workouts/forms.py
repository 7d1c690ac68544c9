"""What a person tells about a workout: files, or everything by hand."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tracks.readers import FORMATS

from . import access
from .formatting import distance_unit
from .limits import DAY_RANGE, FARTHEST_KM, LONGEST, NOTES_LENGTH, TITLE_LENGTH, validate_speed
from .models import Sport, Workout
from .services.recordings import UploadOptions
from .services.workouts import NewWorkout, WorkoutChanges
from .units import km_to_shown, shown_to_km

MOST_HOURS = LONGEST // timedelta(hours=1)
# What a browser offers in its dialogue: endings and media types.
ACCEPTED = [
    *(f".{suffix}" for suffix in FORMATS),
    ".zip",
    *(each.media_type for each in FORMATS.values()),
]


def sports_offered_to(user: User, *, also: Sport | None = None) -> list[Sport]:
    """The sports that are on for everybody and for `user`, and `also`, by name."""
    offered = {sport.pk: sport for sport in Sport.objects.offered_to(user)}
    if also is not None:
        offered.setdefault(also.pk, also)
    return sorted(offered.values(), key=lambda sport: sport.name)


class SportField(forms.ChoiceField):
    """One of the sports offered to a person; cleans to the Sport."""

    def __init__(self, **options: Any) -> None:
        self.sports: dict[str, Sport] = {}
        super().__init__(label=_("Sport"), **options)

    def offer(self, sports: Sequence[Sport]) -> None:
        self.sports = {str(sport.pk): sport for sport in sports}
        named = [(key, sport.name) for key, sport in self.sports.items()]
        self.choices = [("", _("Choose a sport")), *named]

    def clean(self, value: Any) -> Sport | None:
        return self.sports.get(super().clean(value))


class UnitInput(forms.NumberInput):
    """A number with its unit beside it."""

    template_name = "widgets/unit_input.html"
    unit = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"unit": self.unit}


class DurationInput(forms.MultiWidget):
    """Three boxes: hours, minutes, seconds."""

    template_name = "widgets/duration_input.html"
    use_fieldset = True

    def __init__(self) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            "hours": forms.NumberInput(
                attrs={"min": 0, "max": MOST_HOURS, "aria-label": _("Hours")}
            ),
            "minutes": forms.NumberInput(attrs={"min": 0, "max": 59, "aria-label": _("Minutes")}),
            "seconds": forms.NumberInput(attrs={"min": 0, "max": 59, "aria-label": _("Seconds")}),
        }
        super().__init__(boxes)

    def decompress(self, value: timedelta | None) -> list[int | None]:
        if value is None:
            return [None, None, None]
        seconds = int(value.total_seconds())
        return [seconds // 3600, seconds // 60 % 60, seconds % 60]


class HoursMinutesSecondsField(forms.MultiValueField):
    """A positive time span, typed in three boxes; empty boxes are zero."""

    widget = DurationInput
    default_error_messages = {"zero": _("Say how long it took.")}

    def __init__(self, **options: Any) -> None:
        fields = [
            forms.IntegerField(min_value=0, max_value=MOST_HOURS, required=False),
            forms.IntegerField(min_value=0, max_value=59, required=False),
            forms.IntegerField(min_value=0, max_value=59, required=False),
        ]
        super().__init__(fields=fields, require_all_fields=False, **options)

    def compress(self, values: list[int | None]) -> timedelta:
        hours, minutes, seconds = (value or 0 for value in [*values, None, None, None][:3])
        span = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        if not span:
            raise forms.ValidationError(self.error_messages["zero"], code="zero")
        return span


def notes_field() -> forms.CharField:
    return forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=NOTES_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WorkoutForm(forms.Form):
    """What can be said about any workout, with or without a recording."""

    sport = SportField()
    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH)
    notes = notes_field()

    def __init__(self, *args: Any, user: User, workout: Workout | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        current = workout.sport if workout else None
        self.sport_field.offer(sports_offered_to(user, also=current))

    @property
    def sport_field(self) -> SportField:
        field = self.fields["sport"]
        assert isinstance(field, SportField)
        return field


class RecordedWorkoutForm(WorkoutForm):
    """Edits a workout whose figures come from its recording."""

    def __init__(self, *args: Any, user: User, workout: Workout, **kwargs: Any) -> None:
        said = {"sport": workout.sport_id, "title": workout.title, "notes": workout.notes}
        super().__init__(*args, user=user, workout=workout, initial=said, **kwargs)

    def changes(self) -> WorkoutChanges:
        said = self.cleaned_data
        return WorkoutChanges(sport=said["sport"], title=said["title"], notes=said["notes"])


class FiguresForm(WorkoutForm):
    """A workout told by hand: when it was, how long it took, how far it went."""

    day = forms.DateField(
        label=_("Date"),
        validators=DAY_RANGE,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
    )
    time = forms.TimeField(
        label=_("Start time"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    duration = HoursMinutesSecondsField(label=_("Duration"))
    distance = forms.FloatField(
        label=_("Distance"),
        min_value=0,
        widget=UnitInput(attrs={"step": "0.001"}),
    )
    field_order = ["sport", "title", "day", "time", "duration", "distance", "notes"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        widget = self.fields["distance"].widget
        assert isinstance(widget, UnitInput)
        widget.unit = distance_unit(user)
        farthest = km_to_shown(FARTHEST_KM, imperial=user.imperial_units)
        self.fields["distance"].validators.append(MaxValueValidator(round(farthest, 3)))

    def clean(self) -> None:
        super().clean()
        if {"distance", "duration"} <= set(self.cleaned_data):
            validate_speed(self.distance_km, self.cleaned_data["duration"])

    @property
    def start(self) -> datetime:
        """The start in the person's time zone."""
        day, clock = self.cleaned_data["day"], self.cleaned_data["time"]
        return datetime.combine(day, clock, tzinfo=self.user.zone)

    @property
    def distance_km(self) -> float:
        return shown_to_km(self.cleaned_data["distance"], imperial=self.user.imperial_units)


class NewWorkoutForm(FiguresForm):
    """Adds a workout by hand."""

    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        required=False,
        help_text=_("Left empty, it says the sport and the day."),
    )

    def new_workout(self) -> NewWorkout:
        said = self.cleaned_data
        return NewWorkout(
            sport=said["sport"],
            start=self.start,
            duration=said["duration"],
            distance_km=self.distance_km,
            title=said["title"],
            notes=said["notes"],
        )


class ManualWorkoutForm(FiguresForm):
    """Edits a workout that was told by hand."""

    def __init__(self, *args: Any, user: User, workout: Workout, **kwargs: Any) -> None:
        local = workout.start.astimezone(user.zone)
        shown = km_to_shown(workout.distance_km, imperial=user.imperial_units)
        said = {
            "sport": workout.sport_id,
            "title": workout.title,
            "notes": workout.notes,
            "day": local.date(),
            "time": time(local.hour, local.minute),
            "duration": workout.duration,
            "distance": round(shown, 3),
        }
        super().__init__(*args, user=user, workout=workout, initial=said, **kwargs)

    def changes(self) -> WorkoutChanges:
        """Only what was changed: an untouched start keeps its seconds, miles stay exact."""
        said, changed = self.cleaned_data, set(self.changed_data)
        return WorkoutChanges(
            sport=said["sport"],
            title=said["title"],
            notes=said["notes"],
            start=self.start if changed & {"day", "time"} else None,
            duration=said["duration"] if "duration" in changed else None,
            distance_km=self.distance_km if "distance" in changed else None,
        )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or more files; cleans to the list of them."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = data if isinstance(data, list) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files or [None]]


class UploadForm(forms.Form):
    """Recordings to bring in, all of one sport."""

    recordings = ManyFilesField(
        label=_("Recordings"),
        allow_empty_file=True,
        widget=ManyFilesInput(attrs={"accept": ",".join(ACCEPTED)}),
        error_messages={"required": _("Choose a file, or drop one on the page.")},
    )
    sport = SportField()
    notes = notes_field()
    keep_duplicates = forms.BooleanField(
        label=_("Add recordings that I have already once more"), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sport"]
        assert isinstance(field, SportField)
        field.offer(sports_offered_to(user))

    def options(self) -> UploadOptions:
        said = self.cleaned_data
        return UploadOptions(
            sport=said["sport"],
            notes=said["notes"],
            skip_duplicates=not said["keep_duplicates"],
        )


def last_sport_of(user: User) -> int | None:
    """The sport of the newest workout: most likely the next one's, too."""
    newest: QuerySet[Workout, Any] = access.owned(user).newest_first()
    return newest.values_list("sport_id", flat=True).first()


def now_for(user: User) -> dict[str, Any]:
    """Today and the last full hour in the person's time zone."""
    local = timezone.now().astimezone(user.zone)
    return {"day": local.date(), "time": time(local.hour)}
