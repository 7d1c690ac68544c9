"""Addresses of records and statistics in the API."""

from django.urls import path

from .records import RecordListView
from .statistics import BySportView, ByTimeView, InstanceStatisticsView

STATS = "stats/<str:username>"

urlpatterns = [
    path("records", RecordListView.as_view(), name="api-records"),
    path("stats/all", InstanceStatisticsView.as_view(), name="api-stats"),
    path(f"{STATS}/by_time", ByTimeView.as_view(), name="api-stats-by-time"),
    path(f"{STATS}/by_sport", BySportView.as_view(), name="api-stats-by-sport"),
]
