"""How an account begins."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from .. import emails
from ..models import AppConfiguration, User, make_nonce
from ..origins import Origin
from ..tokens import Purpose, find_user
from ..validators import validate_email_address, validate_new_password, validate_username
from .credentials import EMAIL_TAKEN

REGISTRATION_CLOSED = "error, registration is disabled"


@dataclass(frozen=True)
class NewAccount:
    """What a visitor typed to register."""

    username: str
    email: str
    password: str
    language: str = ""
    timezone: str = ""


def registration_is_open() -> bool:
    """Whether one more account may be made."""
    limit = AppConfiguration.current().max_users
    return limit == 0 or User.objects.count() < limit


@transaction.atomic
def register(account: NewAccount, *, origin: Origin) -> User | None:
    """Store an inactive account and mail its confirmation link.

    None when the address already has an account: nobody may learn that here.
    PermissionDenied when registration is closed, ValidationError by field for what is wrong.
    """
    if not registration_is_open():
        raise PermissionDenied(REGISTRATION_CLOSED)
    check_new_account(account)
    if User.objects.with_email(account.email).exists():
        return None
    try:
        with transaction.atomic():
            user = _store(account)
    except IntegrityError:  # a double click, or somebody else in the same moment
        check_new_account(account)
        return None
    emails.send(emails.Mail.CONFIRM_ACCOUNT, user, origin=origin)
    return user


def create_account(account: NewAccount, *, is_admin: bool, is_active: bool) -> User:
    """Store an account without asking for its confirmation; ValidationError by field."""
    check_new_account(account)
    if User.objects.with_email(account.email).exists():
        raise ValidationError({"email": ValidationError(EMAIL_TAKEN, code="email_taken")})
    return _store(account, is_admin=is_admin, is_active=is_active)


def _store(account: NewAccount, *, is_admin: bool = False, is_active: bool = False) -> User:
    return User.objects.create_user(
        account.username,
        account.email,
        account.password,
        language=account.language if account.language in User.Language.values else "en",
        timezone=account.timezone or settings.DEFAULT_USER_TIME_ZONE,
        is_admin=is_admin,
        is_active=is_active,
    )


def check_new_account(account: NewAccount) -> None:
    """Raise ValidationError by field unless the name, address and password will do."""
    errors: dict[str, ValidationError] = {}
    checks = {
        "username": (validate_username, account.username),
        "email": (validate_email_address, account.email),
        "password": (validate_new_password, account.password),
    }
    for field, (check, value) in checks.items():
        try:
            check(value)
        except ValidationError as error:
            errors[field] = error
    if not errors and User.objects.with_username(account.username).exists():
        errors["username"] = ValidationError(
            _("This username is already taken."), code="username_taken"
        )
    if errors:
        raise ValidationError(errors)


def confirm_account(token: str) -> User | None:
    """Activate the account that the mailed `token` belongs to; None if the token is no good."""
    user = find_user(token, Purpose.CONFIRM_ACCOUNT)
    if user is None or user.is_active:
        return None
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def resend_confirmation(email: str, *, origin: Origin) -> None:
    """Mail a new confirmation link, which makes the older ones worthless."""
    waiting = User.objects.with_email(email).filter(is_active=False, is_shut_out=False)
    user = waiting.first()
    if user is None or not emails.may_ask_again(user.email):
        return
    user.link_nonce = make_nonce()
    user.save(update_fields=["link_nonce"])
    emails.send(emails.Mail.CONFIRM_ACCOUNT, user, origin=origin)
