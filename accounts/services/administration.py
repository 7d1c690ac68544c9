"""What administrators do to accounts and to the configuration."""

from dataclasses import dataclass
from typing import Self

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from .. import emails
from ..models import User, make_nonce
from ..origins import Origin
from .administrators import lock_rights, refuse_last_admin
from .credentials import check_new_email, request_email_change, store_password, take_email

LAST_ADMIN_KEEPS_RIGHTS = _("Somebody else needs administrator rights first.")


@dataclass(frozen=True)
class AccountChange:
    """What an administrator asked for; None and False leave things as they are."""

    admin: bool | None = None
    activate: bool = False
    reset_password: bool = False
    new_email: str | None = None


@dataclass(frozen=True)
class RandomPassword:
    """A password that nobody knows yet, and its hash; make it before a transaction begins."""

    text: str
    hashed: str

    @classmethod
    def make(cls) -> Self:
        text = get_random_string(20)
        return cls(text, make_password(text))


def administer(user: User, change: AccountChange) -> None:
    """Do all that `change` asks for, or nothing.

    ValidationError for the address, PermissionDenied when no administrator would be left.
    """
    password = RandomPassword.make() if change.reset_password else None
    with transaction.atomic():
        if change.new_email is not None:
            change_email(user, change.new_email)
        if change.admin is not None:
            set_admin(user, change.admin)
        if change.activate:
            activate(user)
        if password is not None:
            take_password(user, password)


@transaction.atomic
def set_admin(user: User, is_admin: bool) -> None:
    """Give administrator rights, which activates the account too, or take them away."""
    if is_admin:
        activate(user)
    else:
        refuse_last_admin(user, LAST_ADMIN_KEEPS_RIGHTS)
    user.is_admin = is_admin
    user.save(update_fields=["is_admin"])


@transaction.atomic
def activate(user: User) -> None:
    """Let the account be used without its confirmation link."""
    lock_rights(user)
    user.is_active, user.is_shut_out, user.waits_for_confirmation = True, False, False
    user.save(update_fields=["is_active", "is_shut_out", "waits_for_confirmation"])


@transaction.atomic
def deactivate(user: User) -> None:
    """Keep the account and all it has, but let nobody use it."""
    refuse_last_admin(user, LAST_ADMIN_KEEPS_RIGHTS)
    user.is_active, user.is_shut_out, user.waits_for_confirmation = False, True, False
    user.link_nonce = make_nonce()
    user.save(update_fields=["is_active", "is_shut_out", "waits_for_confirmation", "link_nonce"])


def force_password_reset(user: User) -> None:
    """Set a random password and mail a link for choosing another one."""
    password = RandomPassword.make()
    with transaction.atomic():
        take_password(user, password)


def take_password(user: User, password: RandomPassword) -> None:
    store_password(user, password.hashed, origin=Origin())
    emails.send(emails.Mail.RESET_PASSWORD, user, origin=Origin())


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
