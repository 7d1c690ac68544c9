"""The settings: profile, picture, preferences, account, deletion."""

import zoneinfo
from copy import copy
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import FormView, UpdateView
from django.views.i18n import set_language as set_language_cookie

from instance.models import AppConfiguration

from .. import known_browsers
from ..figures import figures_of_one
from ..forms import (
    CredentialsForm,
    DeletionForm,
    PictureForm,
    PreferencesForm,
    ProfileForm,
)
from ..models import User
from ..requests import SignedInRequest
from ..services import credentials, pictures, profile
from ..services.administrators import is_last_admin
from ..services.deletion import delete_account
from .entrance import origin_of


class SettingsPage(LoginRequiredMixin):
    """A page for its owner only."""

    request: HttpRequest

    @property
    def owner(self) -> User:
        user = self.request.user
        assert user.is_authenticated  # LoginRequiredMixin sees to it
        return user


@login_required
@require_safe
def profile_page(request: SignedInRequest) -> HttpResponse:
    """Who I am, as I told the site, and the door to all settings."""
    context = {"person": request.user, "figures": figures_of_one(request.user)}
    return render(request, "accounts/profile.html", context)


@login_required
@require_safe
def user_page(request: SignedInRequest, username: str) -> HttpResponse:
    """Somebody's profile: one's own, or any for administrators; the others do not exist."""
    if username == request.user.username:
        return redirect("accounts:profile")
    if not request.user.is_admin:
        raise Http404
    person = get_object_or_404(User, username=username)
    context = {"person": person, "figures": figures_of_one(person)}
    return render(request, "accounts/user.html", context)


class ProfileEditView(SettingsPage, UpdateView[User, ProfileForm]):
    form_class = ProfileForm
    template_name = "accounts/profile_edit.html"
    success_url = reverse_lazy("accounts:profile")

    def get_object(self, queryset: Any = None) -> User:
        # A copy: the header goes on showing what is stored while the form has mistakes.
        return copy(self.owner)

    def form_valid(self, form: ProfileForm) -> HttpResponse:
        profile.update_profile(self.owner, form.change())
        messages.success(self.request, _("Your profile is saved."))
        return redirect(self.success_url)


class PreferencesView(SettingsPage, UpdateView[User, PreferencesForm]):
    form_class = PreferencesForm
    template_name = "accounts/preferences.html"

    def get_object(self, queryset: Any = None) -> User:
        return copy(self.owner)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
        return super().get_context_data(time_zones=["UTC", *zones], **kwargs)

    def form_valid(self, form: PreferencesForm) -> HttpResponse:
        profile.update_preferences(self.owner, form.change())
        messages.success(self.request, _("Your preferences are saved."))
        return redirect("accounts:preferences")


class PictureView(SettingsPage, FormView[PictureForm]):
    form_class = PictureForm
    template_name = "accounts/picture.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        limit = AppConfiguration.current().max_file_size
        return super().get_context_data(max_file_size=limit, **kwargs)

    def form_valid(self, form: PictureForm) -> HttpResponse:
        file = form.cleaned_data["picture"]
        try:
            pictures.check_size(file.size)
            pictures.set_picture(self.owner, file)
        except ValidationError as error:
            form.add_error("picture", error)
            return self.form_invalid(form)
        messages.success(self.request, _("Your picture is saved."))
        return redirect("accounts:picture_edit")


@login_required
@require_POST
def remove_picture(request: SignedInRequest) -> HttpResponse:
    pictures.remove_picture(request.user)
    messages.success(request, _("Your picture is removed."))
    return redirect("accounts:picture_edit")


@require_safe
def show_picture(request: HttpRequest, username: str) -> HttpResponseBase:
    """Anybody's picture, as the API shows it to anybody."""
    user = get_object_or_404(User, username=username)
    file = pictures.open_picture(user)
    if file is None:
        raise Http404
    return FileResponse(file, headers={"Cache-Control": "private, max-age=300"})


@method_decorator(sensitive_post_parameters("password", "new_password"), name="dispatch")
class AccountView(SettingsPage, FormView[CredentialsForm]):
    """The address and the password, changed by who knows the password."""

    form_class = CredentialsForm
    template_name = "accounts/account.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.owner}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_last_admin=is_last_admin(self.owner), **kwargs)

    def form_valid(self, form: CredentialsForm) -> HttpResponse:
        user, before = self.owner, self.owner.email
        change = credentials.CredentialsChange(
            email=form.cleaned_data["email"],
            new_password=form.cleaned_data["new_password"] or None,
            revoke_apps=form.cleaned_data.get("revoke_apps", False),
            revoke_tokens=form.cleaned_data.get("revoke_tokens", False),
        )
        try:
            credentials.change_credentials(user, change, origin=origin_of(self.request))
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        if change.new_password:
            update_session_auth_hash(self.request, user)
        messages.success(self.request, self._what_changed(change, before))
        response = redirect("accounts:account")
        known_browsers.remember(self.request, response, user)
        return response

    def _what_changed(self, change: credentials.CredentialsChange, before: str) -> str:
        if change.email != before and settings.EMAIL_IS_CONFIGURED:
            return _("Saved. Follow the link we sent to %(email)s to confirm the new address.") % {
                "email": change.email
            }
        return _("Your account is saved.")


@login_required
@require_POST
def cancel_email_change(request: SignedInRequest) -> HttpResponse:
    credentials.cancel_email_change(request.user)
    messages.success(request, _("Your e-mail address stays as it is."))
    return redirect("accounts:account")


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class AccountDeletionView(SettingsPage, FormView[DeletionForm]):
    """Asks for the password, says what will be lost, deletes."""

    form_class = DeletionForm
    template_name = "accounts/account_deletion.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.owner}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.owner
        return super().get_context_data(
            figures=figures_of_one(user), is_last_admin=is_last_admin(user), **kwargs
        )

    def form_valid(self, form: DeletionForm) -> HttpResponse:
        user = self.owner
        try:
            delete_account(user)
        except PermissionDenied:
            return self.form_invalid(form)
        logout(self.request)
        messages.success(self.request, _("Your account and everything in it is deleted."))
        return redirect("accounts:login")


def set_language(request: HttpRequest) -> HttpResponse:
    """The language menu: a cookie for visitors, the account's language for who is signed in."""
    response = set_language_cookie(request)
    language = request.POST.get("language", "")
    user = request.user
    if request.method == "POST" and user.is_authenticated and language in User.Language.values:
        user.language = language
        user.save(update_fields=["language"])
    return response
