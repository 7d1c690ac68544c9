"""Changing the password and the e-mail address."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from instance.validators import validate_email_address
from oauth_apps.models import AccessToken
from oauth_apps.services import (
    revoke_all_but,
    revoke_first_party_tokens,
    revoke_personal_tokens,
    revoke_third_party_access,
)

from .. import emails
from ..models import User, UserQuerySet, make_nonce
from ..origins import Origin
from ..tokens import Purpose, find_user
from ..validators import validate_new_password

EMAIL_TAKEN = _("This e-mail address already has an account.")
TOO_MANY_MAILS = _("Too many mails were sent to this address. Try again in an hour.")


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


def change_credentials(user: User, change: CredentialsChange, *, origin: Origin) -> None:
    """Change the address, the password, or both; ValidationError by field, and then nothing is.

    With a mail server the new address waits in `email_to_confirm` until its link is followed.
    The caller has checked the current password.
    """
    _check_change(user, change)
    hashed = None if change.new_password is None else make_password(change.new_password)
    with transaction.atomic():
        if hashed is not None:
            store_password(user, hashed, origin=origin, keep_token=change.keep_token)
            if change.revoke_apps:
                revoke_third_party_access(user)
            if change.revoke_tokens:
                revoke_personal_tokens(user)
        if change.email != user.email:
            request_email_change(user, change.email, origin=origin)
            if settings.EMAIL_IS_CONFIGURED:
                emails.send(emails.Mail.EMAIL_CHANGED, user, origin=origin)


def set_password(user: User, password: str | None, *, origin: Origin) -> None:
    """Store a new password, end the sign-ins over the API, and tell the owner.

    None is a password that nobody can know.
    """
    store_password(user, make_password(password), origin=origin)


@transaction.atomic
def store_password(
    user: User, hashed: str, *, origin: Origin, keep_token: AccessToken | None = None
) -> None:
    """The same with what `make_password` made, for who is in a transaction: hashing is slow.

    Web sessions end by themselves: they are bound to the password.
    """
    user.password = hashed
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
    mail_to_new_address.enqueue(user.pk, email, asdict(origin))


@task()
def mail_to_new_address(user_id: int, email: str, origin: dict[str, str]) -> None:
    """The job: the link; to who has an account with the address already, word of it instead."""
    user = User.objects.filter(pk=user_id).first()
    holder = confirmed_holders(email).exclude(pk=user_id).first()
    if holder is not None:
        emails.send(emails.Mail.ALREADY_REGISTERED, holder, origin=Origin(**origin))
    elif user is not None:
        emails.send(emails.Mail.CONFIRM_EMAIL, user, origin=Origin(**origin), to=email)


def confirmed_holders(email: str) -> UserQuerySet:
    """Who has the address; where the mailbox decides, nobody whose registration still waits."""
    holders = User.objects.with_email(email)
    return holders.filter(waits_for_confirmation=False) if settings.EMAIL_IS_CONFIGURED else holders


def confirm_email_change(token: str) -> User | None:
    """Take the address that the mailed `token` confirms; None if the token is no good.

    It is no good either when somebody else has taken the address meanwhile.
    """
    try:
        return _take_confirmed_email(token)
    except ValidationError:
        return None


@transaction.atomic
def _take_confirmed_email(token: str) -> User | None:
    user = find_user(token, Purpose.CHANGE_EMAIL, locked=True)
    if user is None or not user.email_to_confirm:
        return None
    # Whoever has the mailbox comes before a registration that nobody has confirmed.
    unproven = User.objects.unconfirmed().with_email(user.email_to_confirm)
    for registered in unproven.select_for_update(of=("self",)):
        registered.delete()
    take_email(user, user.email_to_confirm)
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
    """Mail a link for choosing a new password, if the address has an account.

    A job finds that out: the request does the same for every address.
    """
    if emails.may_ask_again(email.strip()):
        mail_password_reset.enqueue(email, asdict(origin))


@task()
def mail_password_reset(email: str, origin: dict[str, str]) -> None:
    """The job: the mail with the link; nothing for an unknown address."""
    user = User.objects.with_email(email).first()
    if user is not None:
        emails.send(emails.Mail.RESET_PASSWORD, user, origin=Origin(**origin))


def reset_password(
    token: str, password: str, *, origin: Origin, kept: Kept | None = None
) -> User | None:
    """Set the password by the mailed `token`; None if the token is no good.

    Whoever had the account may have let programs in: they all lose their access but those `kept`.
    ValidationError when the password is too weak; the token stays good then.
    """
    if find_user(token, Purpose.RESET_PASSWORD) is None:
        return None
    validate_new_password(password)
    hashed = make_password(password)
    kept = kept or Kept()
    with transaction.atomic():
        user = find_user(token, Purpose.RESET_PASSWORD, locked=True)
        if user is not None:
            store_password(user, hashed, origin=origin)
            revoke_all_but(user, applications=kept.applications, tokens=kept.tokens)
    return user


def _check_change(user: User, change: CredentialsChange) -> None:
    errors: dict[str, ValidationError] = {}
    try:
        check_wanted_email(user, change.email)
    except ValidationError as error:
        errors["email"] = error
    try:
        if change.new_password is not None:
            validate_new_password(change.new_password)
    except ValidationError as error:
        errors["new_password"] = error
    if errors:
        raise ValidationError(errors)


def check_wanted_email(user: User, email: str) -> None:
    """ValidationError unless `email` may become the address of `user`, who asks for it.

    With a mail server they don't learn whether it has an account: who has its mailbox does.
    """
    if not settings.EMAIL_IS_CONFIGURED or email == user.email:
        check_new_email(user, email)
        return
    validate_email_address(email)
    if not emails.may_ask_again(email):
        raise ValidationError(TOO_MANY_MAILS, code="email_too_often")


def check_new_email(user: User, email: str) -> None:
    """Raise ValidationError unless `email` is an address that no other account has."""
    if email == user.email:
        return
    validate_email_address(email)
    if confirmed_holders(email).exclude(pk=user.pk).exists():
        raise ValidationError(EMAIL_TAKEN, code="email_taken")
