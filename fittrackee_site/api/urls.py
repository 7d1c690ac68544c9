"""The REST API, gathered from the apps. No path ends with a slash."""

from django.urls import URLPattern, URLResolver, include, path

from .views import PingView, unknown_path

urlpatterns: list[URLPattern | URLResolver] = [
    path("ping", PingView.as_view(), name="ping"),
    path("", include("accounts.api.urls")),
    path("", include("oauth_apps.api.urls")),
    path("", include("workouts.api.urls")),
    path("<path:path>", unknown_path),
]
