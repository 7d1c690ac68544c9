"""Addresses of workouts and statistics in the API."""

from django.urls import path

from . import statistics

urlpatterns = [
    path("stats/all", statistics.InstanceStatisticsView.as_view()),
    path("stats/<str:username>/by_time", statistics.ByTimeView.as_view()),
    path("stats/<str:username>/by_sport", statistics.BySportView.as_view()),
]
