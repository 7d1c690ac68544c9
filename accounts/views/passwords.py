"""A forgotten password, a new address, and how strong a password is."""

from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contract.pages import form_page, posted

from ..forms import EmailForm, NewPasswordForm
from ..origins import origin_of
from ..services import credentials
from ..services.strength import estimate_strength
from ..tokens import Purpose, find_user
from .entrance import sent_token, token_page, visitors_only


@rate_limit(action="reset_password")
@visitors_only
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset_request_page(request: HttpRequest) -> HttpResponse:
    """Sends a link for choosing a new password; says the same for every address."""
    form = EmailForm(posted(request))
    if not form.is_valid() or not settings.EMAIL_IS_CONFIGURED:
        return form_page(request, "accounts/password_reset_request.html", form)
    credentials.request_password_reset(form.cleaned_data["email"], origin=origin_of(request))
    return redirect("accounts:password_reset_sent")


@visitors_only
@require_safe
def password_reset_sent_page(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_sent.html")


@rate_limit(action="reset_password_from_key")
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset_page(request: HttpRequest) -> HttpResponse:
    """Takes the new password of who followed the mailed link, and which programs stay."""
    token = request.GET.get("token", "")
    if request.user.is_authenticated or not token:
        return redirect("/")
    owner = find_user(token, Purpose.RESET_PASSWORD)
    if owner is None:
        return bad_link(request)
    form = NewPasswordForm(posted(request), user=owner)
    if form.is_valid():
        return reset_by(request, form, token)
    return new_password_page(request, form)


def reset_by(request: HttpRequest, form: NewPasswordForm, token: str) -> HttpResponse:
    password, origin = form.cleaned_data["password"], origin_of(request)
    try:
        user = credentials.reset_password(token, password, origin=origin, kept=form.kept())
    except ValidationError as error:
        form.add_error("password", error)
        return new_password_page(request, form)
    return bad_link(request) if user is None else redirect("accounts:password_updated")


def new_password_page(request: HttpRequest, form: NewPasswordForm) -> HttpResponse:
    return form_page(request, "accounts/password_reset.html", form)


def bad_link(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_failed.html", status=400)


@visitors_only
@require_safe
def password_updated_page(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_updated.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def email_update_page(request: HttpRequest) -> HttpResponse:
    """Takes the token mailed to the new address."""
    if request.method != "POST":
        return token_page(request, "accounts/email_update.html")
    user = credentials.confirm_email_change(sent_token(request))
    if user is None:
        return render(request, "accounts/email_update_failed.html", status=400)
    messages.success(request, _("Your e-mail address is now %(email)s.") % {"email": user.email})
    return redirect("accounts:account")


@require_POST
@rate_limit(action="password_strength")
@sensitive_post_parameters()
def password_strength(request: HttpRequest) -> HttpResponse:
    """How strong the typed password is, as a part of the page."""
    password = request.POST.get("password") or request.POST.get("new_password", "")
    strength = estimate_strength(password) if password else None
    return render(request, "accounts/_strength.html", {"strength": strength})
