"""Addresses of the pages that say what workouts add up to."""

from django.urls import path

from .views import statistics

app_name = "training"
urlpatterns = [
    path("statistics", statistics.statistics, name="statistics"),
    path("statistics.csv", statistics.statistics_csv, name="statistics_csv"),
]
