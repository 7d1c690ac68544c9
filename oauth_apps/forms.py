"""Forms of the settings pages; the API registers applications through the same checks."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .models import Application
from .redirects import validate_redirect_uri
from .scopes import ADMIN_SCOPES, SCOPES

MOST_REDIRECT_URIS = 20
# Controls, and what reverses or hides letters: the name stands in the question that people answer.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
LEAVE_ONE = _("Leave at least one box ticked, or refuse.")
SENTENCE = '<span>{} <code class="quiet small">{}</code></span>'


def offered_scopes(user: Any) -> list[str]:
    """The scopes that make sense for the user: those for administrators only if they are one."""
    return [scope for scope in SCOPES if user.is_admin or scope not in ADMIN_SCOPES]


class ScopesField(forms.MultipleChoiceField):
    """Scopes to tick, in the order of the list."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, scopes: list[str]) -> None:
        self.choices = [
            (scope, format_html(SENTENCE, SCOPES[scope], scope))
            for scope in SCOPES
            if scope in scopes
        ]


class ApplicationForm(forms.ModelForm[Application]):
    """What the owner says of an application; its type can't change once it is registered."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        validators=[
            RegexValidator(
                UNSEEN, _("The name holds letters that nobody sees."), inverse_match=True
            )
        ],
    )
    description = forms.CharField(
        label=_("Description"), max_length=200, required=False, widget=forms.Textarea({"rows": 2})
    )
    website = forms.CharField(
        label=_("Website"),
        max_length=500,
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput,
    )
    client_type = forms.ChoiceField(
        label=_("Can it keep a secret?"),
        widget=forms.RadioSelect,
        initial=Application.CLIENT_CONFIDENTIAL,
        choices=[
            (Application.CLIENT_CONFIDENTIAL, _("Yes, it runs on a server of its own")),
            (Application.CLIENT_PUBLIC, _("No, people install it: a command, a phone app")),
        ],
    )
    redirect_uris = forms.CharField(
        label=_("Redirect addresses"),
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "Where people are sent back to, one address per line, compared letter by letter. "
            "Only what runs on devices without a browser can do without."
        ),
    )
    scopes = ScopesField(
        label=_("Scopes"),
        help_text=_("What it may ask people for. They can still leave out any of them."),
        error_messages={"required": _("Tick at least one scope.")},
    )
    is_private = forms.BooleanField(
        label=_("Only I can give it access"),
        required=False,
        help_text=_("Otherwise everybody on this site can use the application."),
    )
    allows_devices = forms.BooleanField(
        label=_("It also runs on devices without a browser"),
        required=False,
        help_text=_("It may show a code that people enter on this site."),
    )

    class Meta:
        model = Application
        fields = (
            *("name", "description", "website", "client_type", "redirect_uris"),
            *("is_private", "allows_devices"),
        )

    field_order = ("name", "description", "website", "client_type", "redirect_uris", "scopes")

    def __init__(
        self, *args: Any, owner: Any, may_name_any_scope: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instance.user = owner
        offered = list(SCOPES) if may_name_any_scope else offered_scopes(owner)
        self.scopes_field.offer(offered + self.instance.scopes)
        self.initial["scopes"] = self.instance.scopes
        self.initial["redirect_uris"] = "\n".join(self.instance.redirect_uri_list)
        if self.instance.pk:
            del self.fields["client_type"]

    @property
    def scopes_field(self) -> ScopesField:
        field = self.fields["scopes"]
        assert isinstance(field, ScopesField)
        return field

    def clean_redirect_uris(self) -> str:
        uris = list(dict.fromkeys(self.cleaned_data["redirect_uris"].split()))
        if len(uris) > MOST_REDIRECT_URIS:
            raise ValidationError(_("These are too many addresses."))
        kind = self.cleaned_data.get("client_type", self.instance.client_type)
        for uri in uris:
            validate_redirect_uri(uri, is_public=kind == Application.CLIENT_PUBLIC)
        return " ".join(uris)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("redirect_uris") == "" and not cleaned.get("allows_devices"):
            self.add_error("redirect_uris", self.fields["name"].error_messages["required"])
        self.instance.allowed_scopes = " ".join(cleaned.get("scopes", []))
        return cleaned


class PersonalTokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What you will use it for, to know it again."),
    )
    expires_on = forms.DateField(
        label=_("Expires"),
        widget=forms.DateInput({"type": "date"}),
        help_text=_("A year from now at most."),
    )
    scopes = ScopesField(
        label=_("Scopes"), error_messages={"required": _("Tick at least one scope.")}
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        assert isinstance(field, ScopesField)
        field.offer(offered_scopes(user))

    def clean_expires_on(self) -> Any:
        day = self.cleaned_data["expires_on"]
        today = timezone.localdate()
        if day <= today:
            raise ValidationError(_("Choose a day in the future."))
        if day > today + settings.PERSONAL_TOKEN_LONGEST_LIFETIME:
            raise ValidationError(_("A token lasts a year at most."))
        return day


class ScopeChoiceForm(forms.Form):
    """Which of the scopes asked for a user gives: one at least, where there are any."""

    scopes = ScopesField(error_messages=dict.fromkeys(("required", "invalid_choice"), LEAVE_ONE))

    def __init__(self, *args: Any, asked: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        field = self.fields["scopes"]
        assert isinstance(field, ScopesField)
        field.offer(asked)
        field.required = bool(asked)

    @property
    def ticked(self) -> list[str]:
        """The boxes to show with a tick: all of them, until something was sent."""
        return self["scopes"].value() if self.is_bound else self.asked


class UserCodeForm(forms.Form):
    user_code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("The eight letters that your device shows."),
    )
