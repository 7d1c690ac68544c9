"""The way in: signing in and out, registration, confirmation."""

from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import LoginView, LogoutView
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from ..forms import EmailForm, RegistrationForm, SignInForm, TokenForm
from ..origins import Origin, parse_user_agent
from ..services import registration


def origin_of(request: HttpRequest) -> Origin:
    """The system and browser of the visitor."""
    return parse_user_agent(request.headers.get("User-Agent", ""))


def wanted_page(request: HttpRequest) -> str:
    """The page of this site that the visitor was on the way to; empty if there is none."""
    for name in ("next", "from"):
        address = request.POST.get(name) or request.GET.get(name) or ""
        if url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return ""


class VisitorsOnlyMixin:
    """Sends who is signed in to the dashboard."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return redirect("/")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class SignInView(LoginView):
    """Signs in, by way of the second factor where there is one."""

    form_class = SignInForm
    template_name = "accounts/login.html"

    def get_success_url(self) -> str:
        return wanted_page(self.request) or "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"wanted_page": wanted_page(self.request)}


class SignOutView(LogoutView):
    """Asks once on GET, signs out on POST."""

    template_name = "accounts/logout.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {
            "title": _("Log out?"),
            "text": _("You can come back any time with your e-mail address and password."),
            "label": _("Log out"),
            "back": "/",
        }
        return super().get_context_data(**kwargs) | words


@method_decorator(rate_limit(action="signup"), name="dispatch")
@method_decorator(sensitive_post_parameters("password"), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class RegisterView(VisitorsOnlyMixin, FormView[RegistrationForm]):
    """Makes an account in the language that the page is read in."""

    form_class = RegistrationForm
    template_name = "accounts/register.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_open=registration.registration_is_open(), **kwargs)

    def form_valid(self, form: RegistrationForm) -> HttpResponse:
        account = registration.NewAccount(**form.cleaned_data, language=get_language() or "en")
        try:
            registration.register(account, origin=origin_of(self.request))
        except PermissionDenied:
            return self.form_invalid(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, self._welcome())
        return redirect("accounts:login")

    def _welcome(self) -> str:
        if settings.EMAIL_IS_CONFIGURED:
            return _(
                "Your account has been created. We sent a link to your address; "
                "follow it to activate the account."
            )
        return _("Your account has been created. An administrator will activate it.")


@method_decorator(never_cache, name="dispatch")
class ConfirmAccountView(VisitorsOnlyMixin, FormView[TokenForm]):
    """Takes the token of the mailed link: the page posts it as soon as it is open."""

    form_class = TokenForm
    template_name = "accounts/account_confirmation.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.GET.get("token"):
            return redirect("/")
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"token": self.request.GET.get("token", "")}

    def form_valid(self, form: TokenForm) -> HttpResponse:
        user = registration.confirm_account(form.cleaned_data["token"])
        if user is None:
            return self.form_invalid(form)
        messages.success(self.request, _("Welcome! Your account is active."))
        return perform_login(self.request, user, redirect_url="/")

    def form_invalid(self, form: TokenForm) -> HttpResponse:
        return render(self.request, "accounts/account_confirmation_failed.html", status=400)


@method_decorator(rate_limit(action="resend_confirmation"), name="dispatch")
class ResendConfirmationView(VisitorsOnlyMixin, FormView[EmailForm]):
    """Sends the confirmation link once more; says the same for every address."""

    form_class = EmailForm
    template_name = "accounts/resend_confirmation.html"

    def form_valid(self, form: EmailForm) -> HttpResponse:
        if not settings.EMAIL_IS_CONFIGURED:
            return self.form_invalid(form)
        registration.resend_confirmation(form.cleaned_data["email"], origin=origin_of(self.request))
        return redirect("accounts:email_sent")


class EmailSentView(VisitorsOnlyMixin, TemplateView):
    template_name = "accounts/email_sent.html"
