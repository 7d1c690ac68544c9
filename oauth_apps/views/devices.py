"""Letting in a device that shows a code (RFC 8628 §3.3)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contract.callers import caller
from contract.pages import form_page, form_status, posted

from .. import attempts
from ..forms import ScopeChoiceForm, UserCodeForm
from ..models import DeviceGrant
from ..notices import Made, announce
from ..services.devices import decide_device, find_waiting_device
from .consent import describe_scopes, scopes_for

WRONG_CODES = attempts.Limit(10, 15 * 60)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def let_device_in(request: HttpRequest) -> HttpResponse:
    """First the code, then what the device asks for, then the answer."""
    initial = {"user_code": request.GET.get("user_code", "")[:40]}
    form = UserCodeForm(posted(request), initial=initial)
    if not form.is_valid():
        return code_page(request, form)
    guess = f"user codes of {caller(request).pk}"
    if attempts.is_over(WRONG_CODES, guess):
        form.add_error("user_code", _("Too many wrong codes. Wait a quarter of an hour."))
        return code_page(request, form, status=429)
    device = find_waiting_device(form.cleaned_data["user_code"], caller(request))
    if device is None:
        form.add_error("user_code", _("No device waits with this code. Has it run out?"))
        return code_page(request, form)
    attempts.take_back(WRONG_CODES, guess)
    return ask_about(request, device, form.cleaned_data["user_code"])


def code_page(request: HttpRequest, form: UserCodeForm, status: int | None = None) -> HttpResponse:
    status = status or form_status(form)
    return render(request, "oauth_apps/device_code.html", {"form": form}, status=status)


def ask_about(request: HttpRequest, device: DeviceGrant, user_code: str) -> HttpResponse:
    decision = request.POST.get("decision")
    if decision == "refuse":
        return refuse_device(request, device)
    answer = request.POST if decision == "give" else None
    form = ScopeChoiceForm(answer, asked=scopes_for(request, device.scope.split()))
    if form.is_valid():
        return give_device_access(request, device, form.cleaned_data["scopes"])
    return form_page(
        request,
        "oauth_apps/device_consent.html",
        form,
        application=device.application,
        user_code=user_code,
        **describe_scopes(form.asked),
    )


def give_device_access(
    request: HttpRequest, device: DeviceGrant, scopes: list[str]
) -> HttpResponse:
    decide_device(device, caller(request), scopes=scopes)
    announce(request, Made.ACCESS, device.application.name)
    messages.success(request, _("The device has access. You can go back to it."))
    return redirect("oauth_apps:grants")


def refuse_device(request: HttpRequest, device: DeviceGrant) -> HttpResponse:
    decide_device(device, caller(request), scopes=None)
    messages.info(request, _("The device was refused."))
    return redirect("oauth_apps:grants")
