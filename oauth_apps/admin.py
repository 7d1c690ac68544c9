"""Applications and tokens in Django's admin, without a secret in sight."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import AccessToken, Application, Grant, IDToken, RefreshToken
from .services.applications import resume_application, suspend_application
from .services.tokens import revoke_application_tokens

# The toolkit's pages would show what nobody needs to see: codes, refresh tokens, secrets.
for model in (Application, AccessToken, Grant, IDToken, RefreshToken):
    admin.site.unregister(model)


@admin.register(Application)
class ApplicationAdmin(admin.ModelAdmin[Application]):
    list_display = ("name", "user", "kind", "client_type", "users", "last_used", "suspended_at")
    list_filter = ("kind", "client_type", ("suspended_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("name", "client_id", "website", "user__username", "user__email")
    raw_id_fields = ("user",)
    readonly_fields = ("client_id", "kind", "created", "updated", "suspended_at")
    fields = (
        *("name", "user", "client_id", "kind", "client_type", "description", "website"),
        *("redirect_uris", "allowed_scopes", "is_private", "allows_devices"),
        *("suspended_at", "created", "updated"),
    )
    actions = ("suspend", "resume", "end_tokens")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return Application.objects.with_use()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Applications are registered by their owners, who are then shown the secret."""
        return False

    @admin.display(description=_("users"), ordering="user_count")
    def users(self, application: Any) -> int:
        return int(application.user_count)

    @admin.display(description=_("last used"), ordering="last_use")
    def last_used(self, application: Any) -> Any:
        return application.last_use

    @admin.action(description=_("Suspend for everybody"))
    def suspend(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        for application in queryset.filter(kind=Application.Kind.THIRD_PARTY):
            suspend_application(application)

    @admin.action(description=_("Let in again"))
    def resume(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        for application in queryset:
            resume_application(application)

    @admin.action(description=_("End all tokens"))
    def end_tokens(self, request: HttpRequest, queryset: QuerySet[Application]) -> None:
        for application in queryset:
            revoke_application_tokens(application)


@admin.register(AccessToken)
class AccessTokenAdmin(admin.ModelAdmin[AccessToken]):
    list_display = ("pk", "user", "application", "name", "scope", "last_used_at", "expires")
    list_filter = ("application__kind",)
    list_select_related = ("user", "application")
    search_fields = ("user__username", "user__email", "application__name", "name")
    fields = ("user", "application", "name", "scope", "granted_at", "last_used_at", "expires")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
