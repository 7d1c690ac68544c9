"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.views.settings import set_language
from training.views.dashboard import dashboard

from . import views
from .admin import shorten_searches

# The admin's own sign-in knows neither limits nor a second factor.
admin.site.login = views.admin_login  # type: ignore[method-assign]
# Nor do its own password page and the sign-ins over the API know each other.
admin.site.password_change = RedirectView.as_view(  # type: ignore[method-assign,assignment]
    pattern_name="accounts:account"
)
admin.site.admin_view = shorten_searches(admin.site.admin_view)  # type: ignore[assignment,method-assign]

urlpatterns = [
    path("", dashboard, name="home"),
    path("api/", include("fittrackee_site.api.urls")),
    path("", include("oauth_apps.urls")),
    path("django-admin/", admin.site.urls),
    path("i18n/setlang/", set_language, name="set_language"),
    path("", include("accounts.urls")),
    path("", include("accounts.allauth_urls")),
    path("", include("workouts.urls")),
    path("", include("training.urls")),
    path("admin", include("fittrackee_site.administration")),
    path("about", views.about, name="about"),
    path("privacy", views.privacy, name="privacy"),
    path("offline", views.offline, name="offline"),
    path("service-worker.js", views.service_worker, name="service-worker"),
]

handler400 = "contract.errors.bad_request"
handler403 = "contract.errors.permission_denied"
handler404 = "contract.errors.page_not_found"
handler500 = "contract.errors.server_error"
