"""Letting in a device that shows a code (RFC 8628 §3.3)."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from .. import attempts
from ..forms import ScopeChoiceForm, UserCodeForm, offered_scopes
from ..models import DeviceGrant
from ..notices import Made, announce
from ..services.devices import decide_device, find_waiting_device
from .consent import describe_scopes

WRONG_CODES = attempts.Limit(10, 15 * 60)


@method_decorator(never_cache, name="dispatch")
class DeviceView(LoginRequiredMixin, View):
    """First the code, then what the device asks for, then the answer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"user_code": request.GET.get("user_code", "")[:40]}
        return self.show_form(UserCodeForm(initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UserCodeForm(request.POST)
        if not form.is_valid():
            return self.show_form(form, status=422)
        guess = f"user codes of {request.user.pk}"
        if attempts.is_over(WRONG_CODES, guess):
            form.add_error("user_code", _("Too many wrong codes. Wait a quarter of an hour."))
            return self.show_form(form, status=429)
        device = find_waiting_device(form.cleaned_data["user_code"], request.user)
        if device is None:
            form.add_error("user_code", _("No device waits with this code. Has it run out?"))
            return self.show_form(form, status=422)
        attempts.take_back(WRONG_CODES, guess)
        return self.decide(form.cleaned_data["user_code"], device)

    def decide(self, user_code: str, device: DeviceGrant) -> HttpResponse:
        decision = self.request.POST.get("decision")
        if decision not in ("give", "refuse"):
            return self.show_device(user_code, device)
        offered = self.offered(device)
        form = ScopeChoiceForm(self.request.POST, asked=offered)
        chosen = form.cleaned_data["scopes"] if form.is_valid() else []
        if decision == "give" and offered and not chosen:
            return self.show_device(
                user_code, device, error=_("Leave at least one box ticked, or refuse.")
            )
        decide_device(device, self.request.user, scopes=chosen if decision == "give" else None)
        if decision == "give":
            announce(self.request, Made.ACCESS, device.application.name)
            messages.success(self.request, _("The device has access. You can go back to it."))
        else:
            messages.info(self.request, _("The device was refused."))
        return redirect("oauth_apps:grants")

    def offered(self, device: DeviceGrant) -> list[str]:
        mine = offered_scopes(self.request.user)
        return [scope for scope in device.scope.split() if scope in mine]

    def show_form(self, form: UserCodeForm, status: int = 200) -> HttpResponse:
        return render(self.request, "oauth_apps/device_code.html", {"form": form}, status=status)

    def show_device(self, user_code: str, device: DeviceGrant, error: str = "") -> HttpResponse:
        context = {
            "application": device.application,
            "user_code": user_code,
            "error": error,
            "ticked": self.request.POST.getlist("scopes") if error else None,
            **describe_scopes(self.offered(device)),
        }
        return render(self.request, "oauth_apps/device_consent.html", context)
