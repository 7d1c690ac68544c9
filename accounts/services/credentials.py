"""Changing the password and the e-mail address."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from oauth_apps.models import AccessToken
from oauth_apps.services import (
    revoke_all_but,
    revoke_first_party_tokens,
    revoke_personal_tokens,
    revoke_third_party_access,
)

from .. import emails
from ..models import User, make_nonce
from ..origins import Origin
from ..tokens import Purpose, find_user
from ..validators import validate_email_address, validate_new_password

EMAIL_TAKEN = _("This e-mail address already has an account.")


@dataclass(frozen=True)
class CredentialsChange:
    """What the owner of an account asked for; an empty `new_password` was typed, None was not."""

    email: str
    new_password: str | None = None
    revoke_apps: bool = False
    revoke_tokens: bool = False
    keep_token: AccessToken | None = None


@dataclass(frozen=True)
class Kept:
    """Numbers of the applications and personal tokens that a password reset leaves alone."""

    applications: Collection[int] = ()
    tokens: Collection[int] = ()


@transaction.atomic
def change_credentials(user: User, change: CredentialsChange, *, origin: Origin) -> None:
    """Change the address, the password, or both; ValidationError by field, and then nothing is.

    With a mail server the new address waits in `email_to_confirm` until its link is followed.
    The caller has checked the current password.
    """
    _check_change(user, change)
    if change.new_password is not None:
        set_password(user, change.new_password, origin=origin, keep_token=change.keep_token)
        if change.revoke_apps:
            revoke_third_party_access(user)
        if change.revoke_tokens:
            revoke_personal_tokens(user)
    if change.email != user.email:
        request_email_change(user, change.email, origin=origin)
        if settings.EMAIL_IS_CONFIGURED:
            emails.send(emails.Mail.EMAIL_CHANGED, user, origin=origin)


def set_password(
    user: User, password: str, *, origin: Origin, keep_token: AccessToken | None = None
) -> None:
    """Store a new password, end the sign-ins over the API but one, and tell the owner.

    Web sessions end by themselves: they are bound to the password.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    revoke_first_party_tokens(user, keep=keep_token)
    emails.send(emails.Mail.PASSWORD_CHANGED, user, origin=origin)


def request_email_change(user: User, email: str, *, origin: Origin) -> None:
    """Let `email` wait for its confirmation; without a mail server take it at once."""
    if not settings.EMAIL_IS_CONFIGURED:
        take_email(user, email)
        return
    user.email_to_confirm, user.link_nonce = email, make_nonce()
    user.save(update_fields=["email_to_confirm", "link_nonce"])
    emails.send(emails.Mail.CONFIRM_EMAIL, user, origin=origin, to=email)


def confirm_email_change(token: str) -> User | None:
    """Take the address that the mailed `token` confirms; None if the token is no good.

    It is no good either when somebody else has taken the address meanwhile.
    """
    user = find_user(token, Purpose.CHANGE_EMAIL)
    if user is None or not user.email_to_confirm:
        return None
    try:
        take_email(user, user.email_to_confirm)
    except ValidationError:
        return None
    return user


def take_email(user: User, email: str) -> None:
    """Make `email` the address of the account.

    ValidationError when somebody else took it, in the same moment even.
    """
    user.email, user.email_to_confirm = email, ""
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_to_confirm"])
    except IntegrityError as error:
        raise ValidationError(EMAIL_TAKEN, code="email_taken") from error


def cancel_email_change(user: User) -> None:
    """Forget the address that waits for its confirmation."""
    user.email_to_confirm, user.link_nonce = "", make_nonce()
    user.save(update_fields=["email_to_confirm", "link_nonce"])


def request_password_reset(email: str, *, origin: Origin) -> None:
    """Mail a link for choosing a new password, if the address has an account."""
    user = User.objects.with_email(email).first()
    if user is not None and emails.may_ask_again(user.email):
        emails.send(emails.Mail.RESET_PASSWORD, user, origin=origin)


@transaction.atomic
def reset_password(
    token: str, password: str, *, origin: Origin, kept: Kept | None = None
) -> User | None:
    """Set the password by the mailed `token`; None if the token is no good.

    Whoever had the account may have let programs in: they all lose their access but those `kept`.
    ValidationError when the password is too weak; the token stays good then.
    """
    user = find_user(token, Purpose.RESET_PASSWORD)
    if user is None:
        return None
    validate_new_password(password)
    set_password(user, password, origin=origin)
    kept = kept or Kept()
    revoke_all_but(user, applications=kept.applications, tokens=kept.tokens)
    return user


def _check_change(user: User, change: CredentialsChange) -> None:
    errors: dict[str, ValidationError] = {}
    try:
        check_new_email(user, change.email)
    except ValidationError as error:
        errors["email"] = error
    try:
        if change.new_password is not None:
            validate_new_password(change.new_password)
    except ValidationError as error:
        errors["new_password"] = error
    if errors:
        raise ValidationError(errors)


def check_new_email(user: User, email: str) -> None:
    """Raise ValidationError unless `email` is an address that no other account has."""
    if email == user.email:
        return
    validate_email_address(email)
    if User.objects.with_email(email).exclude(pk=user.pk).exists():
        raise ValidationError(EMAIL_TAKEN, code="email_taken")
