"""Settings → apps: the applications that a user registered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contract.callers import caller
from contract.pages import form_page, posted

from ..forms import ApplicationForm
from ..models import Application
from ..notices import Made, announce
from ..scopes import SCOPES
from ..services.applications import (
    delete_application,
    end_secret,
    owned_secret,
    register_application,
    rotate_secret,
)
from ..services.tokens import count_application_users, revoke_application_tokens
from .proof import proof_required, require_proof

PER_PAGE = 20


def find_own(request: HttpRequest, pk: int) -> Application:
    """An application of the user; those of others do not exist."""
    return get_object_or_404(Application.objects.owned_by(caller(request)), pk=pk)


@login_required
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    own = Application.objects.owned_by(caller(request)).order_by("-pk")
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "oauth_apps/list.html", {"page_obj": page})


@never_cache
@login_required
@proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Registers an application and shows its secret, this once."""
    form = ApplicationForm(posted(request), owner=caller(request))
    if not form.is_valid():
        return form_page(request, "oauth_apps/form.html", form)
    application = form.save(commit=False)
    secret = register_application(application)
    announce(request, Made.APPLICATION, application.name)
    return show_application(request, application, secret=secret, is_new=True)


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show_application(request, find_own(request, pk))


def show_application(
    request: HttpRequest, application: Application, *, secret: str = "", is_new: bool = False
) -> HttpResponse:
    """The application's page; a new secret is on it only in the answer to its making."""
    context = {
        "application": application,
        "scopes": [(scope, SCOPES[scope]) for scope in application.scopes],
        "secrets": application.secrets.live(),
        "user_count": count_application_users(application),
        "new_secret": secret,
        "is_new": is_new,
    }
    return render(request, "oauth_apps/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    application = find_own(request, pk)
    form = ApplicationForm(posted(request), instance=application, owner=caller(request))
    if not form.is_valid():
        return form_page(request, "oauth_apps/form.html", form, application=application)
    form.save()
    messages.success(request, _("The application was changed."))
    return redirect("oauth_apps:detail", pk)


@never_cache
@login_required
@require_POST
def make_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A second secret, which takes the place of the first within a week."""
    application = find_own(request, pk)
    if application.is_public:
        raise Http404
    require_proof(request)
    try:
        secret = rotate_secret(application)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("oauth_apps:detail", pk)
    announce(request, Made.SECRET, application.name)
    return show_application(request, application, secret=secret)


@login_required
@require_POST
def end_old_secret(request: HttpRequest, pk: int) -> HttpResponse:
    secret = owned_secret(caller(request), pk)
    if secret is None:
        raise Http404
    try:
        end_secret(secret)
        messages.success(request, _("The old secret has ended."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("oauth_apps:detail", secret.application_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_all_access(request: HttpRequest, pk: int) -> HttpResponse:
    application = find_own(request, pk)
    if request.method == "POST":
        revoke_application_tokens(application)
        messages.success(request, _("All tokens of the application have ended."))
        return redirect("oauth_apps:detail", pk)
    return ask(
        request,
        application,
        title=_("End all access of “%(name)s”?") % {"name": application.name},
        text=_("Everybody who uses the application has to give it access again."),
        label=_("End all access"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    application = find_own(request, pk)
    if request.method == "POST":
        delete_application(application)
        messages.success(request, _("“%(name)s” was deleted.") % {"name": application.name})
        return redirect("oauth_apps:list")
    return ask(
        request,
        application,
        title=_("Delete “%(name)s”?") % {"name": application.name},
        text=_("Its access ends for everybody, and its client id never works again."),
        label=_("Delete the application"),
    )


def ask(request: HttpRequest, application: Application, **words: str) -> HttpResponse:
    """Ask once on a page of its own; a dialog of the application's page posts there, too."""
    back = reverse("oauth_apps:detail", args=[application.pk])
    return render(request, "confirm.html", {**words, "back": back, "danger": True})
