"""Django's admin for accounts."""

from typing import Any

from allauth.account.admin import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .models import HeldName, User
from .origins import Origin
from .services.credentials import set_password
from .services.registration import NewAccount, create_account

admin.site.unregister(Group)
# An account has one address, which is in its own row; allauth's table of addresses stays empty.
admin.site.unregister(EmailAddress)


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # generic to the stubs only
    """A new password, or none that anybody knows; ends sign-ins over the API, as everywhere."""

    user: User

    def save(self, commit: bool = True) -> User:
        is_usable = self.cleaned_data["set_usable_password"]
        password = self.cleaned_data["password1"] if is_usable else None
        set_password(self.user, password, origin=Origin())
        return self.user


class UserCreationForm(BaseUserCreationForm[User]):
    class Meta:
        model = User
        fields = ["username", "email"]

    def save(self, commit: bool = True) -> User:
        values = self.cleaned_data
        account = NewAccount(values["username"], values["email"], values["password1"])
        self.save_m2m = lambda: None  # type: ignore[method-assign]
        return create_account(account, is_admin=False, is_active=False)


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
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

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        # A new address has to be confirmed there; our own pages see to it.
        return self.readonly_fields if obj is None else [*self.readonly_fields, "email"]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Not in one transaction, as Django does it: the form's service hashes the password."""
        page: HttpResponse = self._add_view(  # type: ignore[attr-defined]
            request, form_url, extra_context
        )
        return page

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        arguments = (request, object_id, form_url, extra_context)
        if object_id is None:
            page: HttpResponse = self._changeform_view(*arguments)  # type: ignore[attr-defined]
            return page
        return super().changeform_view(*arguments)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """What was changed, and no more: rights or a password may have changed meanwhile.

        A new account is stored by then.
        """
        if change:
            obj.save(update_fields=form.changed_data)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are deleted on the administration pages, together with their files."""
        return False


@admin.register(HeldName)
class HeldNameAdmin(admin.ModelAdmin[HeldName]):
    """They count as accounts, and stay for ever where no mail is sent: let them be freed."""

    list_display = ["username", "created_at"]
    fields = ["username", "created_at"]
    readonly_fields = ["username", "created_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
