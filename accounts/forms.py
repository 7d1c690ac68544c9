"""What people type on the pages about their account."""

import zoneinfo
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, strip_tags
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from oauth_apps.models import AccessToken
from oauth_apps.services import count_personal_tokens, count_third_party_access, list_access

from .dates import moment
from .models import User
from .second_factor_forms import AuthenticateForm
from .services.credentials import CredentialsChange, Kept
from .services.profile import PreferencesChange, ProfileChange
from .validators import validate_new_password, validate_username


def email_field(**options: Any) -> forms.EmailField:
    return forms.EmailField(
        label=_("Email"),
        max_length=255,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        **options,
    )


class PasswordInput(forms.PasswordInput):
    """A password with a button that shows it."""

    template_name = "accounts/widgets/password.html"


class NewPasswordInput(PasswordInput):
    """A password with a meter of its strength."""

    template_name = "accounts/widgets/new_password.html"


def new_password_field(**options: Any) -> forms.CharField:
    return forms.CharField(
        strip=False,
        max_length=1000,
        validators=[validate_new_password],
        help_text=_("At least 8 characters."),
        widget=NewPasswordInput(attrs={"autocomplete": "new-password", "minlength": 8}),
        **options,
    )


def current_password_field(**options: Any) -> forms.CharField:
    return forms.CharField(
        strip=False,
        max_length=1000,
        widget=PasswordInput(attrs={"autocomplete": "current-password"}),
        **options,
    )


class SignInForm(LoginForm):
    """E-mail address and password; after too many failures the code of the second factor, too."""

    code_form: AuthenticateForm | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = {
            "login": forms.CharField(
                label=_("Email"),
                max_length=255,
                widget=forms.EmailInput(attrs={"id": "email", "autocomplete": "username"}),
            ),
            "password": current_password_field(label=_("Password")),
        }
        self.fields["password"].widget.attrs["id"] = "password"
        if "code" in self.data:
            self.fields["code"] = second_factor_field()

    def add_prefix(self, field_name: str) -> str:
        return "email" if field_name == "login" else field_name

    def user_credentials(self) -> dict[str, str]:
        credentials: dict[str, str] = super().user_credentials()
        return credentials | {"code": self.cleaned_data.get("code", "")}

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError as error:
            if error.code == "too_many_login_attempts":
                self.fields["code"] = second_factor_field()
            raise
        if self.user is None:
            return cleaned  # of which a field is wrong
        if not self.user.is_active:
            raise ValidationError(_("This account is not active yet."), code="inactive")
        if cleaned.get("code") and is_mfa_enabled(self.user):
            self._use_code(cleaned["code"])
        return cleaned

    def _use_code(self, code: str) -> None:
        """With a right code there is nothing left for the second step to ask."""
        form = AuthenticateForm(user=self.user, data={"code": code})
        if form.is_valid():
            self.code_form = form
            self._login.state = {"stages": {AuthenticateStage.key: {"handled": True}}}

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        if self.code_form is not None:
            self.code_form.save()
        answer: HttpResponse = super().login(request, redirect_url)
        return answer


def second_factor_field() -> forms.CharField:
    return forms.CharField(
        label=_("Code of your second factor"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        help_text=_("If you have one, the code and your password let you in at once."),
    )


class RegistrationForm(forms.Form):
    """A new account; the service checks names and addresses that are taken."""

    username = forms.CharField(
        label=_("Username"),
        max_length=30,
        validators=[validate_username],
        help_text=_("3 to 30 letters, digits or “_”. Others see this name."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    email = email_field(help_text=_("You sign in with it."))
    password = new_password_field(label=_("Password"))
    timezone = forms.CharField(required=False, max_length=50, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Ids are the bare names, which browsers' password managers and scripts know."""
        super().__init__(*args, **options)
        self.auto_id = "%s"

    def clean_timezone(self) -> str:
        """The browser's zone when it is a real one; people choose another later."""
        name = self.cleaned_data["timezone"]
        return name if name in zoneinfo.available_timezones() else ""


class EmailForm(forms.Form):
    """An address to send a mail to."""

    email = email_field()


class TokenForm(forms.Form):
    """The token of a mailed link."""

    token = forms.CharField(max_length=500, widget=forms.HiddenInput)


class AccessField(forms.TypedMultipleChoiceField):
    """Applications or tokens to tick, with the moment when each was last used."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, required=False, **options)

    def offer(self, rows: list[tuple[int, str, datetime | None]], *, reader: User) -> None:
        self.choices = [(pk, self._label(name, used, reader)) for pk, name, used in rows]

    def _label(self, name: str, used: datetime | None, reader: User) -> str:
        when = gettext("not used yet")
        if used is not None:
            when = gettext("last used %(when)s") % {"when": strip_tags(moment(used, reader))}
        return format_html('<span>{} <span class="quiet small">{}</span></span>', name, when)


class NewPasswordForm(forms.Form):
    """A new password of who may have lost the account, and which programs keep their access."""

    password = new_password_field(label=_("New password"))
    applications = AccessField(label=_("Applications that keep their access"))
    tokens = AccessField(label=_("Tokens that keep their access"))

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        accesses = list_access(user)
        self._offer(
            "applications",
            [(one.application.pk, one.application.name, one.last_used_at) for one in accesses],
            user,
        )
        personal = AccessToken.objects.personal(user).live()
        self._offer("tokens", [(row.pk, row.name, row.last_used_at) for row in personal], user)

    def _offer(self, name: str, rows: list[tuple[int, str, datetime | None]], user: User) -> None:
        field = self.fields[name]
        assert isinstance(field, AccessField)
        field.offer(rows, reader=user)
        if not rows:
            del self.fields[name]

    def kept(self) -> Kept:
        chosen = self.cleaned_data
        return Kept(chosen.get("applications", ()), chosen.get("tokens", ()))


class ProfileForm(forms.ModelForm[User]):
    """Who somebody says they are; everything is optional."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "birth_date", "location", "bio"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "birth_date": forms.DateInput(
                format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}
            ),
            "bio": forms.Textarea(attrs={"rows": 4}),
        }

    def change(self) -> ProfileChange:
        return ProfileChange(**self.cleaned_data)


class PictureForm(forms.Form):
    """A picture; the service decides whether it is one."""

    picture = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.gif,.webp"}),
    )


class PreferencesForm(forms.ModelForm[User]):
    """How somebody likes the site."""

    YES_NO_FIELDS = {
        "week_starts_monday": (_("Weeks start on"), _("Sunday"), _("Monday")),
        "imperial_units": (_("Units"), _("Metric (km, m)"), _("Imperial (mi, ft)")),
        "display_ascent": (_("Ascent records and totals"), _("Hidden"), _("Shown")),
        "skip_duplicates": (
            _("Recordings that programs upload again"),
            _("Added once more"),
            _("Skipped"),
        ),
    }

    class Meta:
        model = User
        fields = [
            "language",
            "timezone",
            "date_format",
            "theme",
            "week_starts_monday",
            "imperial_units",
            "display_ascent",
            "skip_duplicates",
        ]
        widgets = {
            "timezone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, (label, no, yes) in self.YES_NO_FIELDS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=[("False", no), ("True", yes)],
                coerce=lambda text: text == "True",
                widget=forms.RadioSelect,
                initial=getattr(self.instance, name),
            )

    def change(self) -> PreferencesChange:
        return PreferencesChange(**self.cleaned_data)


class CredentialsForm(forms.Form):
    """A new address, a new password, or both, by who knows the current password."""

    email = email_field()
    new_password = new_password_field(label=_("New password"), required=False)
    password = current_password_field(
        label=_("Current password"), help_text=_("Needed for any change on this page.")
    )
    revoke_apps = forms.BooleanField(required=False)
    revoke_tokens = forms.BooleanField(required=False)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"email": user.email}
        self.user = user
        self._ask_about_applications(count_third_party_access(user))
        self._ask_about_tokens(count_personal_tokens(user))

    def _ask_about_applications(self, number: int) -> None:
        if not number:
            del self.fields["revoke_apps"]
            return
        self.fields["revoke_apps"].label = ngettext(
            "With a new password, also end the access of %(number)d application",
            "With a new password, also end the access of %(number)d applications",
            number,
        ) % {"number": number}

    def _ask_about_tokens(self, number: int) -> None:
        if not number:
            del self.fields["revoke_tokens"]
            return
        self.fields["revoke_tokens"].label = ngettext(
            "With a new password, also end %(number)d token of mine",
            "With a new password, also end %(number)d tokens of mine",
            number,
        ) % {"number": number}

    def clean_password(self) -> str:
        return check_password(self.user, self.cleaned_data["password"])

    def change(self) -> CredentialsChange:
        return CredentialsChange(
            email=self.cleaned_data["email"],
            new_password=self.cleaned_data["new_password"] or None,
            revoke_apps=self.cleaned_data.get("revoke_apps", False),
            revoke_tokens=self.cleaned_data.get("revoke_tokens", False),
        )


class DeletionForm(forms.Form):
    """The deletion of an account, by who knows its password."""

    password = current_password_field(label=_("Current password"))

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_password(self) -> str:
        return check_password(self.user, self.cleaned_data["password"])


def check_password(user: User, password: str) -> str:
    """The password if it is the account's, throttled like signing in; else ValidationError."""
    if not get_adapter().reauthenticate(user, password):
        raise ValidationError(_("This is not your current password."), code="password_wrong")
    return password
