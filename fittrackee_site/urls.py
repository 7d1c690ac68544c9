"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("api/", include("fittrackee_site.api.urls")),
    path("django-admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("about", views.about, name="about"),
    path("privacy", views.privacy, name="privacy"),
    path("offline", views.offline, name="offline"),
    path("service-worker.js", views.service_worker, name="service-worker"),
]

handler400 = "fittrackee_site.api.errors.bad_request"
handler403 = "fittrackee_site.api.errors.permission_denied"
handler404 = "fittrackee_site.api.errors.page_not_found"
handler500 = "fittrackee_site.api.errors.server_error"
