"""Paths below /api/oauth/."""

from django.urls import path

from .protocol import DeviceAuthorizationView, IntrospectView, RevokeView, TokenView
from .views import (
    ApplicationByIdView,
    ApplicationsView,
    ApplicationView,
    AuthorizeView,
    RevokeApplicationView,
)

urlpatterns = [
    path("oauth/apps", ApplicationsView.as_view(), name="oauth-apps"),
    path("oauth/apps/<str:key>", ApplicationView.as_view(), name="oauth-app"),
    path("oauth/apps/<str:key>/by_id", ApplicationByIdView.as_view(), name="oauth-app-by-id"),
    path("oauth/apps/<str:key>/revoke", RevokeApplicationView.as_view(), name="oauth-app-revoke"),
    path("oauth/authorize", AuthorizeView.as_view(), name="oauth-authorize"),
    path("oauth/token", TokenView.as_view(), name="oauth-token"),
    path("oauth/revoke", RevokeView.as_view(), name="oauth-revoke"),
    path("oauth/introspect", IntrospectView.as_view(), name="oauth-introspect"),
    path("oauth/device", DeviceAuthorizationView.as_view(), name="oauth-device"),
]
