"""The settings: profile, picture, preferences, account, deletion."""

import zoneinfo
from copy import copy

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as set_language_cookie

from contract.callers import caller
from contract.pages import form_page, posted, posted_files
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
from ..origins import origin_of
from ..services import credentials, pictures, profile
from ..services.administrators import is_last_admin
from ..services.deletion import delete_account


@login_required
@require_safe
def profile_page(request: HttpRequest) -> HttpResponse:
    """Who I am, as I told the site, and the door to all settings."""
    context = {"person": caller(request), "figures": figures_of_one(caller(request))}
    return render(request, "accounts/profile.html", context)


@login_required
@require_safe
def user_page(request: HttpRequest, username: str) -> HttpResponse:
    """Somebody's profile: one's own, or any for administrators; the others do not exist."""
    if username == caller(request).username:
        return redirect("accounts:profile")
    if not caller(request).is_admin:
        raise Http404
    person = get_object_or_404(User, username=username)
    context = {"person": person, "figures": figures_of_one(person)}
    return render(request, "accounts/user.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit_page(request: HttpRequest) -> HttpResponse:
    # A copy: the header goes on showing what is stored while the form has mistakes.
    form = ProfileForm(posted(request), instance=copy(caller(request)))
    if not form.is_valid():
        return form_page(request, "accounts/profile_edit.html", form)
    profile.update_profile(caller(request), form.change())
    messages.success(request, _("Your profile is saved."))
    return redirect("accounts:profile")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences_page(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(posted(request), instance=copy(caller(request)))
    if not form.is_valid():
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
        return form_page(request, "accounts/preferences.html", form, time_zones=["UTC", *zones])
    profile.update_preferences(caller(request), form.change())
    messages.success(request, _("Your preferences are saved."))
    return redirect("accounts:preferences")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def picture_page(request: HttpRequest) -> HttpResponse:
    form = PictureForm(posted(request), posted_files(request))
    if form.is_valid() and set_picture_by(request, form):
        messages.success(request, _("Your picture is saved."))
        return redirect("accounts:picture_edit")
    limit = AppConfiguration.current().max_file_size
    return form_page(request, "accounts/picture.html", form, max_file_size=limit)


def set_picture_by(request: HttpRequest, form: PictureForm) -> bool:
    """Whether the picture was taken; else the form says why not."""
    file = form.cleaned_data["picture"]
    try:
        pictures.check_size(file.size)
        pictures.set_picture(caller(request), file)
    except ValidationError as error:
        form.add_error("picture", error)
        return False
    return True


@login_required
@require_POST
def drop_picture(request: HttpRequest) -> HttpResponse:
    pictures.remove_picture(caller(request))
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


@sensitive_post_parameters("password", "new_password")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_page(request: HttpRequest) -> HttpResponse:
    """The address and the password, changed by who knows the password."""
    form = CredentialsForm(posted(request), user=caller(request))
    if form.is_valid():
        return change_credentials_by(request, form)
    return credentials_page(request, form)


def credentials_page(request: HttpRequest, form: CredentialsForm) -> HttpResponse:
    last = is_last_admin(caller(request))
    return form_page(request, "accounts/account.html", form, is_last_admin=last)


def change_credentials_by(request: HttpRequest, form: CredentialsForm) -> HttpResponse:
    user, before = caller(request), caller(request).email
    change = form.change()
    try:
        credentials.change_credentials(user, change, origin=origin_of(request))
    except ValidationError as error:
        form.add_error(None, error)
        return credentials_page(request, form)
    if change.new_password:
        update_session_auth_hash(request, user)
    messages.success(request, what_changed(change, before))
    response = redirect("accounts:account")
    known_browsers.remember(request, response, user)
    return response


def what_changed(change: credentials.CredentialsChange, before: str) -> str:
    if change.email != before and settings.EMAIL_IS_CONFIGURED:
        return _("Saved. Follow the link we sent to %(email)s to confirm the new address.") % {
            "email": change.email
        }
    return _("Your account is saved.")


@login_required
@require_POST
def keep_email(request: HttpRequest) -> HttpResponse:
    credentials.cancel_email_change(caller(request))
    messages.success(request, _("Your e-mail address stays as it is."))
    return redirect("accounts:account")


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deletion_page(request: HttpRequest) -> HttpResponse:
    """Asks for the password, says what will be lost, deletes."""
    user = caller(request)
    form = DeletionForm(posted(request), user=user)
    if form.is_valid() and delete_unless_last(user):
        logout(request)
        messages.success(request, _("Your account and everything in it is deleted."))
        return redirect("accounts:login")
    return form_page(
        request,
        "accounts/account_deletion.html",
        form,
        figures=figures_of_one(user),
        is_last_admin=is_last_admin(user),
    )


def delete_unless_last(user: User) -> bool:
    """Whether the account is gone: not that of the only administrator, as the page says."""
    try:
        delete_account(user)
    except PermissionDenied:
        return False
    return True


def set_language(request: HttpRequest) -> HttpResponse:
    """The language menu: a cookie for visitors, the account's language for who is signed in."""
    response = set_language_cookie(request)
    language = request.POST.get("language", "")
    user = request.user
    if request.method == "POST" and user.is_authenticated and language in User.Language.values:
        user.language = language
        user.save(update_fields=["language"])
    return response
