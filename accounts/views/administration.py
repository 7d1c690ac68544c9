"""Administration: the configuration and the accounts."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contract.callers import administrators_only, caller
from contract.pages import form_page, form_status, posted
from instance.configuration import update_configuration
from instance.models import AppConfiguration

from ..administration_forms import ConfigurationForm, NewEmailForm, UserSearchForm
from ..figures import figures_of_one
from ..models import User
from ..services import administration
from ..services.administrators import is_last_admin
from ..services.deletion import delete_account
from ..services.registration import registration_is_open
from ..storage import storage_of

PER_PAGE = 25


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def configuration(request: HttpRequest) -> HttpResponse:
    """The limits of the instance and whom to ask."""
    current = AppConfiguration.current()
    form = ConfigurationForm(posted(request), instance=current)
    if form.is_valid():
        try:
            update_configuration(form.change())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The configuration is saved and in force."))
            return redirect("administration:configuration")
    is_open = registration_is_open()
    return form_page(
        request, "administration/configuration.html", form, registration_is_open=is_open
    )


@administrators_only
@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """All accounts, searched and sorted."""
    form = UserSearchForm(request.GET)
    page = Paginator(found_users(form), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "administration/users.html", {"form": form, "page_obj": page})


def found_users(form: UserSearchForm) -> QuerySet[User]:
    """The accounts that the form asks for, each with its number of workouts."""
    form.is_valid()
    wanted = form.cleaned_data
    found = User.objects.annotate(workouts_count=Count("workouts"))
    if text := wanted.get("q"):
        found = found.filter(Q(username__icontains=text) | Q(email__icontains=text))
    if wanted.get("state") == "inactive":
        found = found.filter(is_active=False)
    elif wanted.get("state") == "admin":
        found = found.filter(is_admin=True)
    sign = "" if wanted.get("order") == "asc" else "-"
    return found.order_by(sign + (wanted.get("order_by") or "created_at"), "pk")


def person_page(request: HttpRequest, person: User, email_form: NewEmailForm) -> HttpResponse:
    context = {
        "person": person,
        "figures": figures_of_one(person),
        "storage": storage_of(person),
        "is_oneself": person == caller(request),
        "is_last_admin": is_last_admin(person),
        "email_form": email_form,
        "email_is_configured": settings.EMAIL_IS_CONFIGURED,
    }
    return render(request, "administration/user.html", context, status=form_status(email_form))


@administrators_only
@require_safe
def show_user(request: HttpRequest, username: str) -> HttpResponse:
    """One account, and what can be done to it."""
    return person_page(request, get_object_or_404(User, username=username), NewEmailForm())


def act(
    request: HttpRequest, username: str, action: Callable[[User], None], said: str
) -> HttpResponse:
    """Do `action` to an account, say so, and show its page again."""
    person = get_object_or_404(User, username=username)
    try:
        action(person)
    except PermissionDenied as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said % {"name": person.username})
    return redirect("administration:user", username=username)


@administrators_only
@require_POST
def activate_user(request: HttpRequest, username: str) -> HttpResponse:
    return act(request, username, administration.activate, _("%(name)s can sign in now."))


@administrators_only
@require_POST
def deactivate_user(request: HttpRequest, username: str) -> HttpResponse:
    said = _("%(name)s and their programs are shut out.")
    return act(request, username, administration.deactivate, said)


@administrators_only
@require_POST
def promote(request: HttpRequest, username: str) -> HttpResponse:
    said = _("%(name)s is an administrator now.")
    return act(request, username, lambda person: administration.set_admin(person, True), said)


@administrators_only
@require_POST
def demote(request: HttpRequest, username: str) -> HttpResponse:
    said = _("%(name)s is no administrator any more.")
    return act(request, username, lambda person: administration.set_admin(person, False), said)


@administrators_only
@require_POST
def reset_user_password(request: HttpRequest, username: str) -> HttpResponse:
    """Lock the old password out, and mail a link for a new one."""
    person = get_object_or_404(User, username=username)
    if not settings.EMAIL_IS_CONFIGURED:
        raise Http404
    administration.force_password_reset(person)
    messages.success(request, _("%(name)s gets a mail with a link.") % {"name": person.username})
    return redirect("administration:user", username=username)


@administrators_only
@require_POST
def change_user_email(request: HttpRequest, username: str) -> HttpResponse:
    """Give an account another address, once it is confirmed there."""
    person = get_object_or_404(User, username=username)
    form = NewEmailForm(request.POST)
    if form.is_valid():
        try:
            administration.change_email(person, form.cleaned_data["new_email"])
        except ValidationError as error:
            form.add_error("new_email", error)
        else:
            messages.success(request, _("The new address is taken, or waits to be confirmed."))
            return redirect("administration:user", username=username)
    person.refresh_from_db()
    return person_page(request, person, form)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def delete_user(request: HttpRequest, username: str) -> HttpResponse:
    """Ask once, then delete the account with all it has."""
    person = get_object_or_404(User, username=username)
    if person == caller(request):
        raise Http404
    if request.method == "POST":
        delete_account(person)
        messages.success(request, _("%(name)s is deleted.") % {"name": username})
        return redirect("administration:users")
    return render(request, "administration/delete_user.html", {"person": person})
