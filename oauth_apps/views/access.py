"""Settings → apps with access, and → tokens: what may act for the user."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contract.callers import caller
from contract.pages import form_status, posted

from ..forms import PersonalTokenForm
from ..models import AccessToken, Application
from ..notices import Made, announce
from ..services.tokens import (
    issue_personal_token,
    list_access,
    revoke_application_access,
    revoke_personal_token,
)
from .proof import proof_required

USUAL_LIFETIME = timedelta(days=90)


@login_required
@require_safe
def access_list(request: HttpRequest) -> HttpResponse:
    """The applications that have access, and how to take it from them."""
    return render(request, "oauth_apps/access.html", {"accesses": list_access(caller(request))})


@login_required
@require_POST
def revoke_access(request: HttpRequest, pk: int) -> HttpResponse:
    user = caller(request)
    application = get_object_or_404(Application.objects.let_in_by(user), pk=pk)
    revoke_application_access(application, user)
    messages.success(request, _("“%(name)s” has no access any more.") % {"name": application.name})
    return redirect("oauth_apps:grants")


@never_cache
@login_required
@proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Personal access tokens; a new one is shown this once."""
    usual_end = timezone.localdate() + USUAL_LIFETIME
    form = PersonalTokenForm(
        posted(request), user=caller(request), initial={"expires_on": usual_end.isoformat()}
    )
    if not form.is_valid():
        return tokens_page(request, form)
    name = form.cleaned_data["name"]
    token = issue_personal_token(
        caller(request),
        name=name,
        scopes=form.cleaned_data["scopes"],
        expires=timezone.make_aware(datetime.combine(form.cleaned_data["expires_on"], time())),
    )
    announce(request, Made.TOKEN, name)
    return tokens_page(request, None, new_token=token)


def tokens_page(
    request: HttpRequest, form: PersonalTokenForm | None, new_token: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "new_token": new_token,
        "tokens": AccessToken.objects.personal(caller(request)),
        "now": timezone.now(),
    }
    status = form_status(form) if form else 200
    return render(request, "oauth_apps/tokens.html", context, status=status)


@login_required
@require_POST
def end_personal_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(AccessToken.objects.personal(caller(request)), pk=pk)
    revoke_personal_token(token)
    messages.success(request, _("The token “%(name)s” has ended.") % {"name": token.name})
    return redirect("oauth_apps:tokens")
