"""Django's admin for workouts: looking things up; what would break a record is read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import Record, Recording, Segment, Sport, SportPreference, Transfer, Workout
from .services.workouts import delete_workout


class LookOnly:
    """No adding, changing or deleting by hand."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Sport)
class SportAdmin(admin.ModelAdmin[Sport]):
    list_display = ["id", "label", "is_active", "stopped_speed_threshold_kmh"]
    list_display_links = ["label"]
    list_filter = ["is_active"]
    search_fields = ["label"]
    readonly_fields = ["id", "label"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SportPreference)
class SportPreferenceAdmin(admin.ModelAdmin[SportPreference]):
    list_display = ["user", "sport", "color", "is_active", "stopped_speed_threshold_kmh"]
    list_filter = ["sport", "is_active"]
    list_select_related = ["user", "sport"]
    search_fields = ["user__username", "user__email"]
    readonly_fields = ["user", "sport"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class SegmentInline(LookOnly, admin.TabularInline[Segment, Workout]):
    model = Segment
    readonly_fields = [
        "number",
        "distance_km",
        "duration",
        "moving",
        "ave_speed_kmh",
        "ascent_m",
    ]
    fields = tuple(readonly_fields)
    extra = 0
    max_num = 50
    verbose_name_plural = _("segments (the first 50)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Segment]:
        return super().get_queryset(request).filter(index__lt=self.max_num)


@admin.register(Workout)
class WorkoutAdmin(admin.ModelAdmin[Workout]):
    list_display = ["title", "owner", "sport", "start", "distance_km", "moving", "short_id"]
    list_filter = ["sport", "start"]
    list_select_related = ["owner", "sport"]
    search_fields = ["title", "owner__username", "owner__email", "uuid"]
    date_hierarchy = None
    show_full_result_count = False
    readonly_fields = [
        *("uuid", "owner", "sport", "start", "created_at", "modified_at"),
        *("duration", "moving", "pauses", "distance_km", "ave_speed_kmh", "max_speed_kmh"),
        *("min_alt_m", "max_alt_m", "ascent_m", "descent_m", "weather_start", "weather_end"),
    ]
    fields = ("title", "notes", *readonly_fields)
    inlines = [SegmentInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Workout) -> None:
        delete_workout(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Workout]) -> None:
        for workout in queryset:
            delete_workout(workout)


@admin.register(Record)
class RecordAdmin(LookOnly, admin.ModelAdmin[Record]):
    list_display = ["owner", "sport", "kind", "value", "workout"]
    list_filter = ["kind", "sport"]
    list_select_related = ["owner", "sport", "workout"]
    search_fields = ["owner__username", "owner__email"]
    show_full_result_count = False


@admin.register(Recording)
class RecordingAdmin(LookOnly, admin.ModelAdmin[Recording]):
    list_display = ["file_name", "workout", "format", "point_count", "file_size"]
    list_filter = ["format"]
    list_select_related = ["workout"]
    search_fields = ["file_name", "file_sha256", "workout__owner__username"]
    exclude = ["channels"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recording]:
        return super().get_queryset(request).defer("channels")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Recording | None:
        """The key is a workout's, which Django doesn't hold against what a column takes."""
        fits = object_id.isdecimal() and len(object_id) < 19
        return super().get_object(request, object_id, from_field) if fits else None


@admin.register(Transfer)
class TransferAdmin(LookOnly, admin.ModelAdmin[Transfer]):
    list_display = ["file_name", "owner", "kind", "status", "done", "total", "created_at"]
    list_filter = ["kind", "status"]
    list_select_related = ["owner"]
    search_fields = ["file_name", "owner__username", "owner__email", "uuid"]
    show_full_result_count = False
