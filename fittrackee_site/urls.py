"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("api/", include("fittrackee_site.api.urls")),
    path("django-admin/", admin.site.urls),
]
