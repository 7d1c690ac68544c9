"""Addresses of workouts and sports in the API."""

from django.urls import path

from . import maps, sport_preferences
from .imports import ImportListView, ImportView
from .recordings import (
    ChartView,
    DownloadView,
    GpxView,
    SegmentChartView,
    SegmentGpxView,
    SegmentListView,
)
from .sports import SportListView, SportView
from .workouts import NewWorkoutView, WorkoutListView, WorkoutView

WORKOUT = "workouts/<str:short_id>"

urlpatterns = [
    path("workouts", WorkoutListView.as_view(), name="api-workouts"),
    path("workouts/no_gpx", NewWorkoutView.as_view(), name="api-workouts-no-gpx"),
    path("workouts/map/<str:map_id>", maps.MapView.as_view(), name="api-map"),
    path(
        "workouts/map_tile/<str:s>/<int:z>/<int:x>/<int:y>.png",
        maps.MapTileView.as_view(),
        name="api-map-tile",
    ),
    path(WORKOUT, WorkoutView.as_view(), name="api-workout"),
    path(f"{WORKOUT}/segments", SegmentListView.as_view(), name="api-segments"),
    path(f"{WORKOUT}/gpx", GpxView.as_view(), name="api-gpx"),
    path(f"{WORKOUT}/gpx/download", DownloadView.as_view(), name="api-download"),
    path(f"{WORKOUT}/gpx/segment/<str:number>", SegmentGpxView.as_view(), name="api-segment-gpx"),
    path(f"{WORKOUT}/chart_data", ChartView.as_view(), name="api-chart"),
    path(
        f"{WORKOUT}/chart_data/segment/<str:number>",
        SegmentChartView.as_view(),
        name="api-segment-chart",
    ),
    path("imports", ImportListView.as_view(), name="api-imports"),
    path("imports/<uuid:uuid>", ImportView.as_view(), name="api-import"),
    path("sports", SportListView.as_view(), name="api-sports"),
    path("sports/<str:number>", SportView.as_view(), name="api-sport"),
    path(
        "auth/profile/edit/sports",
        sport_preferences.SportPreferenceView.as_view(),
        name="api-sport-preferences",
    ),
    path(
        "auth/profile/reset/sports/<str:number>",
        sport_preferences.SportPreferenceResetView.as_view(),
        name="api-sport-reset",
    ),
]
