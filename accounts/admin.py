"""Django's admin for accounts and the instance's configuration."""

from typing import Any

from allauth.account.admin import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import AppConfiguration, User
from .origins import Origin
from .services.credentials import set_password

admin.site.unregister(Group)
# An account has one address, which is in its own row; allauth's table of addresses stays empty.
admin.site.unregister(EmailAddress)


class PasswordForm(AdminPasswordChangeForm):
    """A new password that also ends sign-ins over the API, as everywhere else."""

    user: User

    def save(self, commit: bool = True) -> User:
        set_password(self.user, self.cleaned_data["password1"], origin=Origin())
        return self.user


class UserCreationForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "email"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    add_form = UserCreationForm
    change_password_form = PasswordForm
    list_display = ["username", "email", "created_at", "is_active", "is_admin"]
    list_filter = ["is_active", "is_admin", "language"]
    search_fields = ["username", "email", "first_name", "last_name"]
    ordering = ["-created_at"]
    filter_horizontal = ()
    show_full_result_count = False
    # Rights change on our own pages, which never leave the site without an administrator.
    readonly_fields = ["is_active", "is_admin", "created_at", "last_login", "email_to_confirm"]
    fieldsets = [
        (None, {"fields": ["username", "email", "email_to_confirm", "password"]}),
        (_("Rights"), {"fields": ["is_active", "is_admin"]}),
        (_("Profile"), {"fields": ["first_name", "last_name", "location", "bio", "birth_date"]}),
        (
            _("Preferences"),
            {
                "fields": [
                    *("language", "timezone", "week_starts_monday", "date_format", "theme"),
                    *("imperial_units", "display_ascent"),
                ]
            },
        ),
        (_("Dates"), {"fields": ["created_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "email", "password1", "password2"]})]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are deleted on the administration pages, together with their files."""
        return False


@admin.register(AppConfiguration)
class AppConfigurationAdmin(admin.ModelAdmin):
    list_display = ["__str__", "max_users", "max_file_size", "max_archive_size", "require_pkce"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not AppConfiguration.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
