"""Addresses of the workout pages."""

from django.urls import path

from .views import statistics, transfers

app_name = "workouts"
urlpatterns = [
    path("statistics", statistics.statistics, name="statistics"),
    path("statistics.csv", statistics.statistics_csv, name="statistics_csv"),
    path("profile/data", transfers.your_data, name="your_data"),
    path("profile/data/export", transfers.export, name="export"),
    path("profile/data/restore", transfers.restore, name="restore"),
    path("profile/data/<uuid:uuid>", transfers.show_transfer, name="transfer"),
    path("profile/data/<uuid:uuid>/download", transfers.download, name="transfer_download"),
    path("profile/data/<uuid:uuid>/stop", transfers.cancel, name="transfer_cancel"),
    path("profile/data/<uuid:uuid>/remove", transfers.forget, name="transfer_forget"),
]
