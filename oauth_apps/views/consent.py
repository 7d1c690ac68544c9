"""The page on which a user gives an application access, and takes nothing they did not mean."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from oauth2_provider.http import OAuth2ResponseRedirect

from contract.callers import caller
from contract.pages import form_page, posted

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
    answer: HttpResponse = OAuth2ResponseRedirect(url, [url.partition(":")[0]])
    return answer


def describe_scopes(scopes: list[str]) -> dict[str, list[tuple[str, Any]]]:
    """Scopes with their sentences, those that change things apart from those that only look."""
    return {
        "reading": [(scope, SCOPES[scope]) for scope in scopes if not can_change_things(scope)],
        "changing": [(scope, SCOPES[scope]) for scope in scopes if can_change_things(scope)],
    }


@never_cache
def authorize(request: HttpRequest) -> HttpResponseBase:
    """The standard address: strict about where the code goes."""
    return over_https_only(request, STRICT)


@never_cache
def compatible_authorize(request: HttpRequest) -> HttpResponseBase:
    """The address that programs written for FitTrackee open."""
    return over_https_only(request, FALLS_BACK)


def over_https_only(request: HttpRequest, rule: RedirectRule) -> HttpResponseBase:
    if not transport.is_safe(request):
        return refuse(request, _("Giving access works over HTTPS only."))
    return consent(request, rule)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, rule: RedirectRule) -> HttpResponse:
    """What the application asks for, and then the answer; or why it can't have one."""
    if request.POST.get("decision") == "switch":
        logout(request)
        return redirect(request.get_full_path())
    try:
        asked = read_request(request.GET, caller(request), rule)
        require_known_scopes(request.GET, asked)
    except UnsafeRequestError as error:
        return refuse(request, str(error))
    except RefusedRequestError as error:
        return explain(request, error)
    return decide(request, asked)


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """An error for the user alone: nobody knows where else it could be sent."""
    return render(request, "oauth_apps/refused.html", {"reason": reason}, status=400)


def explain(request: HttpRequest, problem: RefusedRequestError) -> HttpResponse:
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
    return render(request, "oauth_apps/mistaken.html", context, status=400)


def decide(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    if request.method == "POST" and request.POST.get("decision") != "give":
        return answer_refusal(asked)
    form = ScopeChoiceForm(posted(request), asked=scopes_for(request, asked.scopes))
    if not form.is_valid():
        return show(request, asked, form)
    code = give_code(asked, caller(request), form.cleaned_data["scopes"])
    announce(request, Made.ACCESS, asked.application.name)
    return send_to_application(answer_with_code(asked, code))


def answer_refusal(asked: AuthorizationRequest) -> HttpResponse:
    words = "The user refused access."
    return send_to_application(
        answer_with_error(asked.redirect_uri, asked.state, "access_denied", words)
    )


def scopes_for(request: HttpRequest, asked: Iterable[str]) -> list[str]:
    """Those of the scopes asked for that make sense for the user."""
    mine = offered_scopes(caller(request))
    return [scope for scope in asked if scope in mine]


def show(request: HttpRequest, asked: AuthorizationRequest, form: ScopeChoiceForm) -> HttpResponse:
    response = form_page(
        request,
        "oauth_apps/consent.html",
        form,
        application=asked.application,
        asked=asked,
        **describe_scopes(form.asked),
    )
    response._csp_update = {"form-action": form_targets(asked.redirect_uri)}  # type: ignore[attr-defined]
    return response
