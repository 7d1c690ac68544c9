"""The REST API, gathered from the apps. No path ends with a slash."""

from django.urls import URLPattern, URLResolver, include, path

from .views import PingView, SchemaView, documentation, documentation_redirect, unknown_path

urlpatterns: list[URLPattern | URLResolver] = [
    path("ping", PingView.as_view(), name="ping"),
    path("", include("accounts.api.urls")),
    path("schema", SchemaView.as_view(), name="api-schema"),
    path("docs", documentation, name="api-docs"),
    path("docs/redirect", documentation_redirect, name="api-docs-redirect"),
    path("", include("oauth_apps.api.urls")),
    path("", include("workouts.api.urls")),
    path("", include("training.api.urls")),
    path("<path:path>", unknown_path),
]
