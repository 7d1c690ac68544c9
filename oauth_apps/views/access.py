"""Settings → apps with access, and → tokens: what may act for the user."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from ..forms import PersonalTokenForm
from ..models import AccessToken, Application
from ..notices import Made, announce
from ..services.tokens import (
    issue_personal_token,
    list_access,
    revoke_application_access,
    revoke_personal_token,
)
from .proof import ProofRequiredMixin

USUAL_LIFETIME = timedelta(days=90)


class AccessListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "oauth_apps/access.html", {"accesses": list_access(request.user)})


class RevokeAccessView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = get_object_or_404(Application.objects.let_in_by(request.user), pk=pk)
        revoke_application_access(application, request.user)
        messages.success(
            request, _("“%(name)s” has no access any more.") % {"name": application.name}
        )
        return redirect("oauth_apps:grants")


@method_decorator(never_cache, name="dispatch")
class TokensView(LoginRequiredMixin, ProofRequiredMixin, View):
    """Personal access tokens; a new one is shown this once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        usual_end = timezone.localdate() + USUAL_LIFETIME
        form = PersonalTokenForm(user=request.user, initial={"expires_on": usual_end.isoformat()})
        return self.show(form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PersonalTokenForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.show(form, status=422)
        chosen = form.cleaned_data
        token = issue_personal_token(
            request.user,
            name=chosen["name"],
            scopes=chosen["scopes"],
            expires=timezone.make_aware(datetime.combine(chosen["expires_on"], time())),
        )
        announce(request, Made.TOKEN, chosen["name"])
        return self.show(None, token=token)

    def show(
        self, form: PersonalTokenForm | None, token: str = "", status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "new_token": token,
            "tokens": AccessToken.objects.personal(self.request.user),
            "now": timezone.now(),
        }
        return render(self.request, "oauth_apps/tokens.html", context, status=status)


class RevokeTokenView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = get_object_or_404(AccessToken.objects.personal(request.user), pk=pk)
        revoke_personal_token(token)
        messages.success(request, _("The token “%(name)s” has ended.") % {"name": token.name})
        return redirect("oauth_apps:tokens")
