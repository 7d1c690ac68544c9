"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("api/", include("fittrackee_site.api.urls")),
    path("django-admin/", admin.site.urls),
]

handler400 = "fittrackee_site.api.errors.bad_request"
handler403 = "fittrackee_site.api.errors.permission_denied"
handler404 = "fittrackee_site.api.errors.page_not_found"
handler500 = "fittrackee_site.api.errors.server_error"
