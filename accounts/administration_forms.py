"""What administrators type."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contract.searching import SearchField
from instance.configuration import ConfigurationChange
from instance.models import AppConfiguration

MIB = AppConfiguration.MIB
LARGEST_MIB = 100_000


class MebibytesField(forms.DecimalField):
    """A size shown in MB; the finished value is in bytes. `or_none` lets 0 mean no limit."""

    def __init__(self, *, or_none: bool = False, **options: Any) -> None:
        self.or_none = or_none
        super().__init__(min_value=0, max_value=LARGEST_MIB, decimal_places=2, **options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / MIB:.2f}".rstrip("0").rstrip(".") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        size = super().clean(value)
        if size is None:
            return None
        if size <= 0 and not self.or_none:
            raise ValidationError(_("This must be more than 0."))
        return int(size * MIB)


class ConfigurationForm(forms.ModelForm[AppConfiguration]):
    """The configuration of the instance, sizes in MB."""

    max_file_size = MebibytesField(label=_("Largest file (MB)"))
    max_archive_size = MebibytesField(label=_("Largest zip archive (MB)"))

    storage_quota = MebibytesField(
        label=_("Most storage for each user (MB)"),
        help_text=_("0 means no limit."),
        or_none=True,
        required=False,
    )

    class Meta:
        model = AppConfiguration
        fields = [
            "admin_contact",
            "max_users",
            "max_file_size",
            "max_archive_size",
            "archive_file_limit",
            "storage_quota",
            "require_pkce",
        ]

    def change(self) -> ConfigurationChange:
        return ConfigurationChange(**self.cleaned_data)


class UserSearchForm(forms.Form):
    """Which accounts to list; what makes no sense counts as not given."""

    ORDERS = {
        "created_at": _("Registration"),
        "username": _("Name"),
        "workouts_count": _("Workouts"),
        "is_active": _("Active"),
        "is_admin": _("Administrator"),
    }
    STATES = {
        "": _("All"),
        "inactive": _("Not active"),
        "admin": _("Administrators"),
    }

    q = SearchField(label=_("Name or e-mail address"))
    state = forms.ChoiceField(label=_("Show"), choices=list(STATES.items()), required=False)
    order_by = forms.ChoiceField(
        label=_("Sort by"), choices=list(ORDERS.items()), required=False, initial="created_at"
    )
    order = forms.ChoiceField(
        label=_("Order"),
        choices=[("desc", _("Descending")), ("asc", _("Ascending"))],
        required=False,
    )


class NewEmailForm(forms.Form):
    """Another address for an account."""

    new_email = forms.EmailField(label=_("New e-mail address"), max_length=255)
