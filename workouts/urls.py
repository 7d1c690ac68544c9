"""Addresses of the workout pages."""

from django.urls import path, register_converter
from django.views.generic import RedirectView

from .short_ids import ShortIdConverter
from .views import adding, detail, editing, listing, sports, transfers

register_converter(ShortIdConverter, "short_id")

app_name = "workouts"
urlpatterns = [
    path("workouts", listing.workout_list, name="list"),
    path("workouts/add", adding.add_recordings, name="add"),
    path("workouts/add/by-hand", adding.add_by_hand, name="add_by_hand"),
    path("workouts/<short_id:uuid>", detail.detail, name="detail"),
    path("workouts/<short_id:uuid>/charts", detail.charts, name="charts"),
    path("workouts/<short_id:uuid>/download", detail.download, name="download"),
    path("workouts/<short_id:uuid>/segment/<int:number>", detail.segment, name="segment"),
    path(
        "workouts/<short_id:uuid>/segment/<int:number>/charts",
        detail.charts,
        name="segment_charts",
    ),
    path("workouts/<short_id:uuid>/edit", editing.edit, name="edit"),
    path("workouts/<short_id:uuid>/delete", editing.delete, name="delete"),
    path("profile/sports", sports.sport_preferences, name="sport_preferences"),
    path(
        "profile/edit/sports",
        RedirectView.as_view(pattern_name="workouts:sport_preferences"),
    ),
    path("profile/sports/<int:pk>/reset", sports.reset_sport, name="reset_sport"),
    path("profile/data", transfers.your_data, name="your_data"),
    path("profile/data/export", transfers.export, name="export"),
    path("profile/data/restore", transfers.restore, name="restore"),
    path("profile/data/<uuid:uuid>", transfers.show_transfer, name="transfer"),
    path("profile/data/<uuid:uuid>/download", transfers.download_export, name="transfer_download"),
    path("profile/data/<uuid:uuid>/stop", transfers.cancel, name="transfer_cancel"),
    path("profile/data/<uuid:uuid>/remove", transfers.forget, name="transfer_forget"),
]
