"""How large a file may be."""

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _


def refuse_larger(size: int, limit: int) -> None:
    """ValidationError (`code`: too_large) when a file of `size` bytes has more than `limit`."""
    if size > limit:
        raise ValidationError(
            _("The file is too large: it has %(size)s, and at most %(limit)s are accepted."),
            "too_large",
            params={"size": filesizeformat(size), "limit": filesizeformat(limit)},
        )
