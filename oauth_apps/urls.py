"""Addresses of the pages about applications."""

from django.urls import path

from .views import access, administration, applications, consent, devices, metadata

app_name = "oauth_apps"

urlpatterns = [
    path("profile/apps", applications.application_list, name="list"),
    path("profile/apps/new", applications.register, name="new"),
    path("profile/apps/<int:pk>", applications.detail, name="detail"),
    path("profile/apps/<int:pk>/edit", applications.edit, name="edit"),
    path("profile/apps/<int:pk>/secret", applications.make_secret, name="rotate"),
    path("profile/apps/<int:pk>/revoke", applications.end_all_access, name="revoke"),
    path("profile/apps/<int:pk>/delete", applications.delete, name="delete"),
    path("profile/apps/secrets/<int:pk>/end", applications.end_old_secret, name="end_secret"),
    path("profile/apps/access", access.access_list, name="grants"),
    path("profile/apps/access/<int:pk>/revoke", access.revoke_access, name="revoke_access"),
    path("profile/apps/tokens", access.tokens, name="tokens"),
    path("profile/apps/tokens/<int:pk>/revoke", access.end_personal_token, name="revoke_token"),
    path("profile/apps/authorize", consent.compatible_authorize, name="compatible_authorize"),
    path("oauth/authorize", consent.authorize, name="authorize"),
    path("oauth/device", devices.let_device_in, name="device"),
    path("admin/applications", administration.all_applications, name="administration"),
    path("admin/applications/<int:pk>", administration.switch_application, name="suspend"),
    path(".well-known/oauth-authorization-server", metadata.authorization_server),
    path(".well-known/oauth-protected-resource", metadata.protected_resource),
]
