"""Second factors, and where I am signed in."""

from allauth.mfa.totp.views import ActivateTOTPView
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contract.callers import caller
from oauth_apps.services import revoke_first_party_tokens

from ..origins import parse_user_agent
from ..second_factor import note_step
from ..second_factor_forms import ActivateAppForm


class ActivateAppView(ActivateTOTPView):
    """Sets an authenticator app up; its first code is used by that, and signs nobody in."""

    def form_valid(self, form: ActivateAppForm) -> HttpResponse:
        try:
            return self._activate(form)
        except IntegrityError:  # by the same form, sent twice
            return redirect("mfa_index")

    @transaction.atomic
    def _activate(self, form: ActivateAppForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note_step(form.user, form.step)
        return response


@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """The browsers I am signed in with, this one first."""
    found = UserSession.objects.purge_and_list(caller(request))
    found.sort(key=lambda session: (session.is_current(), session.last_seen_at), reverse=True)
    rows = [(session, parse_user_agent(session.user_agent)) for session in found]
    return render(request, "accounts/sessions.html", {"rows": rows})


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Signs one browser out."""
    session = get_object_or_404(UserSession, pk=pk, user=caller(request))
    end_sessions(request, [session])
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:sessions")


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Signs out every other browser and every program that knows my password."""
    end_other_sessions(request, caller(request))
    revoke_first_party_tokens(caller(request))
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("accounts:sessions")
