"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from accounts.views.settings import set_language
from workouts.views.dashboard import dashboard

from . import views

# The admin's own sign-in knows neither limits nor a second factor.
admin.site.login = views.admin_login  # type: ignore[method-assign]

urlpatterns = [
    path("", dashboard, name="home"),
    path("api/", include("fittrackee_site.api.urls")),
    path("", include("oauth_apps.urls")),
    path("django-admin/", admin.site.urls),
    path("i18n/setlang/", set_language, name="set_language"),
    path("", include("accounts.urls")),
    path("", include("accounts.allauth_urls")),
    path("", include("workouts.urls")),
    path("admin", include("fittrackee_site.administration")),
    path("about", views.about, name="about"),
    path("privacy", views.privacy, name="privacy"),
    path("offline", views.offline, name="offline"),
    path("service-worker.js", views.service_worker, name="service-worker"),
]

handler400 = "fittrackee_site.api.errors.bad_request"
handler403 = "fittrackee_site.api.errors.permission_denied"
handler404 = "fittrackee_site.api.errors.page_not_found"
handler500 = "fittrackee_site.api.errors.server_error"
