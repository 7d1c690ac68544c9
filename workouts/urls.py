"""Addresses of the workout pages."""

from django.urls import path

from .views import statistics

app_name = "workouts"
urlpatterns = [
    path("statistics", statistics.statistics, name="statistics"),
    path("statistics.csv", statistics.statistics_csv, name="statistics_csv"),
]
