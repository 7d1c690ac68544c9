"""Settings → apps: the applications that a user registered."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

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
from .proof import ProofRequiredMixin, require_proof

PER_PAGE = 20


class ApplicationListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        own = Application.objects.owned_by(request.user).order_by("-pk")
        page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "oauth_apps/list.html", {"page_obj": page})


@method_decorator(never_cache, name="dispatch")
class RegisterView(LoginRequiredMixin, ProofRequiredMixin, View):
    """Registers an application and shows its secret, this once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, ApplicationForm(owner=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ApplicationForm(request.POST, owner=request.user)
        if not form.is_valid():
            return self.show(request, form, status=422)
        application = form.save(commit=False)
        secret = register_application(application)
        announce(request, Made.APPLICATION, application.name)
        return show_application(request, application, secret=secret, is_new=True)

    def show(self, request: HttpRequest, form: ApplicationForm, status: int = 200) -> HttpResponse:
        return render(request, "oauth_apps/form.html", {"form": form}, status=status)


class OwnedView(LoginRequiredMixin, View):
    """A view about one application of the user; those of others do not exist."""

    application: Application

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            own = Application.objects.owned_by(request.user)
            self.application = get_object_or_404(own, pk=kwargs["pk"])

    def back(self) -> HttpResponse:
        return redirect("oauth_apps:detail", self.application.pk)


class DetailView(OwnedView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return show_application(request, self.application)


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


class EditView(OwnedView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(ApplicationForm(instance=self.application, owner=request.user))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ApplicationForm(request.POST, instance=self.application, owner=request.user)
        if not form.is_valid():
            return self.show(form, status=422)
        form.save()
        messages.success(request, _("The application was changed."))
        return self.back()

    def show(self, form: ApplicationForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "application": self.application}
        return render(self.request, "oauth_apps/form.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class RotateSecretView(OwnedView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.application.is_public:
            raise Http404
        require_proof(request)
        try:
            secret = rotate_secret(self.application)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return self.back()
        announce(request, Made.SECRET, self.application.name)
        return show_application(request, self.application, secret=secret)


class EndSecretView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        secret = owned_secret(request.user, pk)
        if secret is None:
            raise Http404
        try:
            end_secret(secret)
            messages.success(request, _("The old secret has ended."))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        return redirect("oauth_apps:detail", secret.application_id)


class AskedView(OwnedView):
    """Asks once on a page of its own; a dialog of the application's page posts here, too."""

    title: Any = ""
    text: Any = ""
    label: Any = ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = {
            "title": self.title % {"name": self.application.name},
            "text": self.text,
            "label": self.label,
            "back": reverse("oauth_apps:detail", args=[pk]),
            "danger": True,
        }
        return render(request, "confirm.html", context)


class RevokeTokensView(AskedView):
    title = gettext_lazy("End all access of “%(name)s”?")
    text = gettext_lazy("Everybody who uses the application has to give it access again.")
    label = gettext_lazy("End all access")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        revoke_application_tokens(self.application)
        messages.success(request, _("All tokens of the application have ended."))
        return self.back()


class DeleteView(AskedView):
    title = gettext_lazy("Delete “%(name)s”?")
    text = gettext_lazy("Its access ends for everybody, and its client id never works again.")
    label = gettext_lazy("Delete the application")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        delete_application(self.application)
        messages.success(request, _("“%(name)s” was deleted.") % {"name": self.application.name})
        return redirect("oauth_apps:list")
