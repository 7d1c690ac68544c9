"""The page on which a user gives an application access, and takes nothing they did not mean."""

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from oauth2_provider.http import OAuth2ResponseRedirect

from .. import transport
from ..authorization import (
    FALLS_BACK,
    STRICT,
    AuthorizationRequest,
    RedirectRule,
    RefusedRequestError,
    UnsafeRequestError,
    answer_with_code,
    answer_with_error,
    give_code,
    read_request,
    require_known_scopes,
)
from ..forms import ScopeChoiceForm, offered_scopes
from ..notices import Made, announce
from ..redirects import destination_of, form_targets
from ..scopes import SCOPES, can_change_things


def send_to_application(url: str) -> HttpResponse:
    """An ordinary 302, also to the private schemes of programs; the address was registered."""
    return OAuth2ResponseRedirect(url, [url.partition(":")[0]])


def describe_scopes(scopes: list[str]) -> dict[str, list[tuple[str, Any]]]:
    """Scopes with their sentences, those that change things apart from those that only look."""
    return {
        "reading": [(scope, SCOPES[scope]) for scope in scopes if not can_change_things(scope)],
        "changing": [(scope, SCOPES[scope]) for scope in scopes if can_change_things(scope)],
    }


@method_decorator(never_cache, name="dispatch")
class ConsentView(LoginRequiredMixin, View):
    """The standard address: strict about where the code goes."""

    rule: RedirectRule = STRICT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not transport.is_safe(request):
            return self.refuse(_("Giving access works over HTTPS only."))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = self.read()
        return asked if isinstance(asked, HttpResponse) else self.show(asked)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("decision") == "switch":
            logout(request)
            return redirect(request.get_full_path())
        asked = self.read()
        if isinstance(asked, HttpResponse):
            return asked
        if request.POST.get("decision") != "give":
            return self.answer_refusal(asked)
        return self.give(asked)

    def read(self) -> AuthorizationRequest | HttpResponse:
        """What the application asks for, or the answer to an impossible request."""
        try:
            asked = read_request(self.request.GET, self.request.user, self.rule)
            require_known_scopes(self.request.GET, asked)
        except UnsafeRequestError as error:
            return self.refuse(str(error))
        except RefusedRequestError as error:
            return self.explain(error)
        return asked

    def explain(self, problem: RefusedRequestError) -> HttpResponse:
        """An error of the application's, which the person may take to it, or not.

        Anybody can register an address, so nobody is sent there unasked (RFC 9700 §4.11.2).
        """
        onward = answer_with_error(
            problem.redirect_uri, problem.state, problem.error, problem.description
        )
        context = {
            "problem": problem,
            "destination": destination_of(problem.redirect_uri),
            "onward": onward,
        }
        return render(self.request, "oauth_apps/mistaken.html", context, status=400)

    def give(self, asked: AuthorizationRequest) -> HttpResponse:
        offered = self.offered(asked)
        form = ScopeChoiceForm(self.request.POST, asked=offered)
        if not form.is_valid() or (offered and not form.cleaned_data["scopes"]):
            return self.show(asked, error=_("Leave at least one box ticked, or refuse."))
        code = give_code(asked, self.request.user, form.cleaned_data["scopes"])
        announce(self.request, Made.ACCESS, asked.application.name)
        return send_to_application(answer_with_code(asked, code))

    def answer_refusal(self, asked: AuthorizationRequest) -> HttpResponse:
        words = "The user refused access."
        return send_to_application(
            answer_with_error(asked.redirect_uri, asked.state, "access_denied", words)
        )

    def offered(self, asked: AuthorizationRequest) -> list[str]:
        mine = offered_scopes(self.request.user)
        return [scope for scope in asked.scopes if scope in mine]

    def show(self, asked: AuthorizationRequest, error: str = "") -> HttpResponse:
        ticked = self.request.POST.getlist("scopes") if error else None
        context = {
            "application": asked.application,
            "asked": asked,
            "error": error,
            "ticked": ticked,
            **describe_scopes(self.offered(asked)),
        }
        status = 422 if error else 200
        response = render(self.request, "oauth_apps/consent.html", context, status=status)
        response._csp_update = {"form-action": form_targets(asked.redirect_uri)}  # type: ignore[attr-defined]
        return response

    def refuse(self, reason: str) -> HttpResponse:
        """An error for the user alone: nobody knows where else it could be sent."""
        return render(self.request, "oauth_apps/refused.html", {"reason": reason}, status=400)


class CompatibleConsentView(ConsentView):
    """The address that programs written for FitTrackee open."""

    rule = FALLS_BACK
