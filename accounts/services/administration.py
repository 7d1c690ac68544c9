"""What administrators do to accounts and to the configuration."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from .. import emails
from ..models import User, make_nonce
from ..origins import Origin
from .credentials import check_new_email, request_email_change, set_password, take_email
from .deletion import is_last_admin

LAST_ADMIN = _("Somebody else needs administrator rights first.")


@dataclass(frozen=True)
class AccountChange:
    """What an administrator asked for; None and False leave things as they are."""

    admin: bool | None = None
    activate: bool = False
    reset_password: bool = False
    new_email: str | None = None


@transaction.atomic
def administer(user: User, change: AccountChange) -> str | None:
    """Do all that `change` asks for, or nothing; the new password if it was reset.

    ValidationError for the address, PermissionDenied when no administrator would be left.
    """
    if change.new_email is not None:
        change_email(user, change.new_email)
    if change.admin is not None:
        set_admin(user, change.admin)
    if change.activate:
        activate(user)
    return reset_password(user) if change.reset_password else None


def set_admin(user: User, is_admin: bool) -> None:
    """Give administrator rights, which activates the account too, or take them away."""
    if not is_admin and is_last_admin(user):
        raise PermissionDenied(LAST_ADMIN)
    user.is_admin = is_admin
    user.save(update_fields=["is_admin"])
    if is_admin:
        activate(user)


def activate(user: User) -> None:
    """Let the account be used without its confirmation link."""
    user.is_active, user.is_shut_out = True, False
    user.save(update_fields=["is_active", "is_shut_out"])


def deactivate(user: User) -> None:
    """Keep the account and all it has, but let nobody use it."""
    if is_last_admin(user):
        raise PermissionDenied(LAST_ADMIN)
    user.is_active, user.is_shut_out, user.link_nonce = False, True, make_nonce()
    user.save(update_fields=["is_active", "is_shut_out", "link_nonce"])


def reset_password(user: User) -> str:
    """Set a random password and mail a link for choosing another one; the password."""
    password = set_random_password(user)
    emails.send(emails.Mail.RESET_PASSWORD, user, origin=Origin())
    return password


def set_random_password(user: User) -> str:
    """Set a password that nobody knows yet, and return it."""
    password = get_random_string(20)
    set_password(user, password, origin=Origin())
    return password


def change_email(user: User, email: str) -> None:
    """Ask the new address for confirmation; without a mail server take it at once."""
    if email == user.email:
        raise ValidationError(_("This is the address the account has."), code="email_unchanged")
    check_new_email(user, email)
    request_email_change(user, email, origin=Origin())


def replace_email(user: User, email: str) -> None:
    """Take the new address at once, without a mail."""
    if email == user.email:
        raise ValidationError(_("This is the address the account has."), code="email_unchanged")
    check_new_email(user, email)
    take_email(user, email)
