"""The way in: signing in and out, registration, confirmation."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import LoginView, LogoutView
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from contract.pages import form_page, posted

from ..forms import EmailForm, RegistrationForm, SignInForm, TokenForm
from ..origins import origin_of
from ..services import registration

VisitorPage = Callable[[HttpRequest], HttpResponseBase]


def wanted_page(request: HttpRequest) -> str:
    """The page of this site that the visitor was on the way to; empty if there is none."""
    for name in ("next", "from"):
        address = request.POST.get(name) or request.GET.get(name) or ""
        if url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return ""


def visitors_only(view: VisitorPage) -> VisitorPage:
    """Sends who is signed in to the dashboard."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        return redirect("/") if request.user.is_authenticated else view(request)

    return guarded


class SignInPage(LoginView):
    """Signs in, by way of the second factor where there is one."""

    form_class = SignInForm
    template_name = "accounts/login.html"

    def get_success_url(self) -> str:
        return wanted_page(self.request) or "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"wanted_page": wanted_page(self.request)}


class SignOutPage(LogoutView):
    """Asks once on GET, signs out on POST."""

    template_name = "accounts/logout.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {
            "title": _("Log out?"),
            "text": _("You can come back any time with your e-mail address and password."),
            "label": _("Log out"),
            "back": "/",
        }
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | words


@rate_limit(action="signup")
@sensitive_post_parameters("password")
@never_cache
@visitors_only
@require_http_methods(["GET", "HEAD", "POST"])
def registration_page(request: HttpRequest) -> HttpResponse:
    """Makes an account in the language that the page is read in."""
    form = RegistrationForm(posted(request))
    if form.is_valid() and register_by(request, form):
        messages.success(request, welcome())
        return redirect("accounts:login")
    is_open = registration.registration_is_open()
    return form_page(request, "accounts/register.html", form, is_open=is_open)


def register_by(request: HttpRequest, form: RegistrationForm) -> bool:
    """Whether the account was made; else the form, or the page itself, says why not."""
    account = registration.NewAccount(**form.cleaned_data, language=get_language() or "en")
    try:
        registration.register(account, origin=origin_of(request))
    except PermissionDenied:
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def welcome() -> str:
    if settings.EMAIL_IS_CONFIGURED:
        return _(
            "Your account has been created. We sent a link to your address; "
            "follow it to activate the account."
        )
    return _("Your account has been created. An administrator will activate it.")


@never_cache
@visitors_only
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation_page(request: HttpRequest) -> HttpResponse:
    """Takes the token of the mailed link."""
    if request.method != "POST":
        return token_page(request, "accounts/account_confirmation.html")
    user = registration.confirm_account(sent_token(request))
    if user is None:
        return render(request, "accounts/account_confirmation_failed.html", status=400)
    messages.success(request, _("Welcome! Your account is active."))
    answer: HttpResponse = perform_login(request, user, redirect_url="/")
    return answer


def token_page(request: HttpRequest, template: str) -> HttpResponse:
    """The page that posts the token of a mailed link as soon as it is open."""
    token = request.GET.get("token")
    if not token:
        return redirect("/")
    return form_page(request, template, TokenForm(initial={"token": token}))


def sent_token(request: HttpRequest) -> str:
    """The token that the page posted; empty, which is good for nothing, if it can't be one."""
    form = TokenForm(request.POST)
    return form.cleaned_data["token"] if form.is_valid() else ""


@rate_limit(action="resend_confirmation")
@visitors_only
@require_http_methods(["GET", "HEAD", "POST"])
def resend_confirmation_page(request: HttpRequest) -> HttpResponse:
    """Sends the confirmation link once more; says the same for every address."""
    form = EmailForm(posted(request))
    if not form.is_valid() or not settings.EMAIL_IS_CONFIGURED:
        return form_page(request, "accounts/resend_confirmation.html", form)
    registration.resend_confirmation(form.cleaned_data["email"], origin=origin_of(request))
    return redirect("accounts:email_sent")


@visitors_only
@require_safe
def email_sent_page(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/email_sent.html")
