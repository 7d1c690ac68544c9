"""Addresses of the pages about applications."""

from django.urls import path

from .views import access, administration, applications, consent, devices, metadata

app_name = "oauth_apps"

urlpatterns = [
    path("profile/apps", applications.ApplicationListView.as_view(), name="list"),
    path("profile/apps/new", applications.RegisterView.as_view(), name="new"),
    path("profile/apps/<int:pk>", applications.DetailView.as_view(), name="detail"),
    path("profile/apps/<int:pk>/edit", applications.EditView.as_view(), name="edit"),
    path("profile/apps/<int:pk>/secret", applications.RotateSecretView.as_view(), name="rotate"),
    path("profile/apps/<int:pk>/revoke", applications.RevokeTokensView.as_view(), name="revoke"),
    path("profile/apps/<int:pk>/delete", applications.DeleteView.as_view(), name="delete"),
    path(
        "profile/apps/secrets/<int:pk>/end",
        applications.EndSecretView.as_view(),
        name="end_secret",
    ),
    path("profile/apps/access", access.AccessListView.as_view(), name="grants"),
    path(
        "profile/apps/access/<int:pk>/revoke",
        access.RevokeAccessView.as_view(),
        name="revoke_access",
    ),
    path("profile/apps/tokens", access.TokensView.as_view(), name="tokens"),
    path(
        "profile/apps/tokens/<int:pk>/revoke",
        access.RevokeTokenView.as_view(),
        name="revoke_token",
    ),
    path(
        "profile/apps/authorize",
        consent.CompatibleConsentView.as_view(),
        name="compatible_authorize",
    ),
    path("oauth/authorize", consent.ConsentView.as_view(), name="authorize"),
    path("oauth/device", devices.DeviceView.as_view(), name="device"),
    path("admin/applications", administration.ApplicationsView.as_view(), name="administration"),
    path("admin/applications/<int:pk>", administration.SuspendView.as_view(), name="suspend"),
    path(".well-known/oauth-authorization-server", metadata.authorization_server),
    path(".well-known/oauth-protected-resource", metadata.protected_resource),
]
