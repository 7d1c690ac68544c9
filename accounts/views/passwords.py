"""A forgotten password, a new address, and how strong a password is."""

from typing import Any

from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from ..forms import EmailForm, NewPasswordForm, TokenForm
from ..models import User
from ..services import credentials
from ..services.strength import estimate_strength
from ..tokens import Purpose, find_user
from .entrance import VisitorsOnlyMixin, origin_of


@method_decorator(rate_limit(action="reset_password"), name="dispatch")
class PasswordResetRequestView(VisitorsOnlyMixin, FormView[EmailForm]):
    """Sends a link for choosing a new password; says the same for every address."""

    form_class = EmailForm
    template_name = "accounts/password_reset_request.html"

    def form_valid(self, form: EmailForm) -> HttpResponse:
        if not settings.EMAIL_IS_CONFIGURED:
            return self.form_invalid(form)
        credentials.request_password_reset(
            form.cleaned_data["email"], origin=origin_of(self.request)
        )
        return redirect("accounts:password_reset_sent")


class PasswordResetSentView(VisitorsOnlyMixin, TemplateView):
    template_name = "accounts/password_reset_sent.html"


@method_decorator(rate_limit(action="reset_password_from_key"), name="dispatch")
@method_decorator(sensitive_post_parameters("password"), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class PasswordResetView(FormView[NewPasswordForm]):
    """Takes the new password of who followed the mailed link, and which programs stay."""

    owner: User
    token: str
    form_class = NewPasswordForm
    template_name = "accounts/password_reset.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = request.GET.get("token", "")
        owner = find_user(token, Purpose.RESET_PASSWORD)
        if request.user.is_authenticated or not token:
            return redirect("/")
        if owner is None:
            return self._bad_link()
        self.owner, self.token = owner, token
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.owner}

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        password, origin = form.cleaned_data["password"], origin_of(self.request)
        try:
            user = credentials.reset_password(self.token, password, origin=origin, kept=form.kept())
        except ValidationError as error:
            form.add_error("password", error)
            return self.form_invalid(form)
        return self._bad_link() if user is None else redirect("accounts:password_updated")

    def _bad_link(self) -> HttpResponse:
        return render(self.request, "accounts/password_reset_failed.html", status=400)


class PasswordUpdatedView(VisitorsOnlyMixin, TemplateView):
    template_name = "accounts/password_updated.html"


@method_decorator(never_cache, name="dispatch")
class EmailUpdateView(FormView[TokenForm]):
    """Takes the token mailed to the new address: the page posts it as soon as it is open."""

    form_class = TokenForm
    template_name = "accounts/email_update.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.GET.get("token"):
            return redirect("/")
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"token": self.request.GET.get("token", "")}

    def form_valid(self, form: TokenForm) -> HttpResponse:
        user = credentials.confirm_email_change(form.cleaned_data["token"])
        if user is None:
            return self.form_invalid(form)
        messages.success(
            self.request, _("Your e-mail address is now %(email)s.") % {"email": user.email}
        )
        return redirect("accounts:account")

    def form_invalid(self, form: TokenForm) -> HttpResponse:
        return render(self.request, "accounts/email_update_failed.html", status=400)


@require_POST
@rate_limit(action="password_strength")
@sensitive_post_parameters()
def password_strength(request: HttpRequest) -> HttpResponse:
    """How strong the typed password is, as a part of the page."""
    password = request.POST.get("password") or request.POST.get("new_password", "")
    strength = estimate_strength(password) if password else None
    return render(request, "accounts/_strength.html", {"strength": strength})
