"""How an account begins.

Nobody learns here which addresses have an account: a registration does the same work and has the
same answer for all of them, and what it says goes to the address by mail.

With a mail server the mailbox decides whose the address is, so the latest registration of an
address counts, and ends the links mailed before. Without one an administrator decides, who must
find what they were told about: the first registration of an address counts.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from instance.models import AppConfiguration
from instance.validators import validate_email_address

from .. import emails
from ..models import HeldName, User, UserQuerySet, make_nonce
from ..origins import Origin
from ..tokens import LIFETIMES, Purpose, find_user
from ..validators import validate_new_password, validate_username
from .credentials import EMAIL_TAKEN

REGISTRATION_CLOSED = "error, registration is disabled"
# Any number that no other lock of ours has.
REGISTRATIONS_LOCK = 8_100_001
NAME_TAKEN = _("This username is already taken.")
# An account waits for as long as the link that confirms it is good.
UNCONFIRMED_LIFETIME = LIFETIMES[Purpose.CONFIRM_ACCOUNT]

Result = TypeVar("Result")


@dataclass(frozen=True)
class NewAccount:
    """What a visitor typed to register."""

    username: str
    email: str
    password: str
    language: str = ""
    timezone: str = ""


@dataclass(frozen=True)
class Registration:
    """The account that has the address now, and whether it is what was just registered."""

    user: User
    is_stored: bool


def registration_is_open() -> bool:
    """Whether one more account may be made.

    Accounts that wait for their confirmation count, and so do names held in their stead.
    """
    limit = AppConfiguration.current().max_users
    return limit == 0 or User.objects.count() + HeldName.objects.count() < limit


def register(account: NewAccount, *, origin: Origin) -> User | None:
    """Store an inactive account and mail its confirmation link; None when nothing is stored.

    That is so when the address has an account, whose owner is told by mail.
    PermissionDenied when registration is closed, ValidationError by field for what is wrong.
    """
    if not registration_is_open():
        raise PermissionDenied(REGISTRATION_CLOSED)
    check_new_account(account)
    password = make_password(account.password)
    found = seeing_others(lambda: settle_registration(account, password))
    if emails.may_ask_again(account.email.strip()):
        mail = emails.Mail.CONFIRM_ACCOUNT if found.is_stored else emails.Mail.ALREADY_REGISTERED
        emails.send(mail, found.user, origin=origin)
    return found.user if found.is_stored else None


def seeing_others(store: Callable[[], Result]) -> Result:
    """What `store` does, done again if somebody took the name or address in the same moment."""
    try:
        return store()
    except IntegrityError:
        return store()


@transaction.atomic
def settle_registration(account: NewAccount, password: str) -> Registration:
    """Store the account, in place of one that waits for its link, or hold its name.

    As many queries whether or not the address is known. `password` is the hash.
    """
    wait_for_registrations()
    if not registration_is_open():
        raise PermissionDenied(REGISTRATION_CLOSED)
    same_address = User.objects.with_email(account.email)
    waiting = same_address.unconfirmed().select_for_update(no_key=True, of=("self",)).first()
    holder = same_address.first()
    refuse_taken_name(account.username, but_of=holder if settings.EMAIL_IS_CONFIGURED else None)
    fresh = describe_account(account, password, waits_for_confirmation=True)
    if holder is None:
        fresh.save(force_insert=True)
        return Registration(fresh, is_stored=True)
    if waiting is None:
        hold_name(holder, account.username)
    if waiting is None or not settings.EMAIL_IS_CONFIGURED:
        return Registration(holder, is_stored=False)
    fresh.pk = waiting.pk
    fresh.save(force_update=True)
    return Registration(fresh, is_stored=True)


def wait_for_registrations() -> None:
    """Let no other registration be settled until the transaction ends.

    SQLite needs no lock: its transactions take the only write lock at their start.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTRATIONS_LOCK])


def refuse_taken_name(username: str, *, but_of: User | None) -> None:
    """ValidationError when the name is taken; not for what a visitor wanted for `but_of`."""
    named, held = Q(lower_username=username.lower()), Q(held_name__username=username.lower())
    if but_of is not None:
        named &= ~Q(pk=but_of.pk, waits_for_confirmation=True)
        held &= ~Q(pk=but_of.pk)
    if User.objects.alias(lower_username=Lower("username")).filter(named | held).exists():
        raise ValidationError({"username": ValidationError(NAME_TAKEN, code="username_taken")})


def hold_name(owner: User, username: str) -> None:
    """Let the name look as it would had it been registered with an unknown address."""
    held = HeldName(owner=owner, username=username.lower())
    if settings.EMAIL_IS_CONFIGURED:
        HeldName.objects.bulk_create(
            [held],
            update_conflicts=True,
            unique_fields=["owner"],
            update_fields=["username", "created_at"],
        )
    else:
        HeldName.objects.bulk_create([held], ignore_conflicts=True)


def create_account(account: NewAccount, *, is_admin: bool, is_active: bool) -> User:
    """Store an account without asking for its confirmation; ValidationError by field."""
    check_new_account(account)
    fresh = describe_account(
        account, make_password(account.password), is_admin=is_admin, is_active=is_active
    )
    seeing_others(lambda: insert_account(fresh))
    return fresh


@transaction.atomic
def insert_account(fresh: User) -> None:
    """ValidationError when the name or the address is another account's."""
    if User.objects.with_username(fresh.username).exists():
        raise ValidationError({"username": ValidationError(NAME_TAKEN, code="username_taken")})
    if User.objects.with_email(fresh.email).exists():
        raise ValidationError({"email": ValidationError(EMAIL_TAKEN, code="email_taken")})
    fresh.save(force_insert=True)


def describe_account(account: NewAccount, password: str, **rights: Any) -> User:
    """The account, not yet stored; `password` is the hash."""
    return User(
        username=account.username,
        email=account.email.strip(),
        password=password,
        language=account.language if account.language in User.Language.values else "en",
        timezone=account.timezone or settings.DEFAULT_USER_TIME_ZONE,
        **rights,
    )


def check_new_account(account: NewAccount) -> None:
    """Raise ValidationError by field unless the name, address and password follow the rules."""
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
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def confirm_account(token: str) -> User | None:
    """Activate the account that the mailed `token` belongs to; None if the token is no good."""
    user = find_user(token, Purpose.CONFIRM_ACCOUNT, locked=True)
    if user is None or user.is_active or user.is_shut_out:
        return None
    user.is_active, user.waits_for_confirmation = True, False
    user.save(update_fields=["is_active", "waits_for_confirmation"])
    return user


def resend_confirmation(email: str, *, origin: Origin) -> None:
    """Mail a new confirmation link, if the address waits for one.

    A job finds that out: the request does the same for every address.
    """
    if emails.may_ask_again(email.strip()):
        renew_confirmation.enqueue(email, asdict(origin))


@task()
def renew_confirmation(email: str, origin: dict[str, str]) -> None:
    """The job: a link that makes the older ones worthless, and lets the account wait anew."""
    waiting = User.objects.with_email(email).filter(is_active=False, is_shut_out=False)
    with transaction.atomic():
        user = waiting.select_for_update(no_key=True).first()
        if user is None:
            return
        user.link_nonce, user.created_at = make_nonce(), timezone.now()
        user.save(update_fields=["link_nonce", "created_at"])
    emails.send(emails.Mail.CONFIRM_ACCOUNT, user, origin=Origin(**origin))


def drop_unconfirmed_accounts() -> int:
    """Delete the accounts whose link was not followed in time, free the names; how many accounts.

    Without a mail server nothing ends by itself: they wait for an administrator, not for a link.
    """
    if not settings.EMAIL_IS_CONFIGURED:
        return 0
    before = timezone.now() - UNCONFIRMED_LIFETIME
    HeldName.objects.filter(created_at__lt=before).delete()
    stale = User.objects.unconfirmed().filter(created_at__lt=before)
    return sum(drop_account(stale.filter(pk=pk)) for pk in list(stale.values_list("pk", flat=True)))


@transaction.atomic
def drop_account(stale: UserQuerySet) -> int:
    """Delete the account if it is still stale once nobody else can change it."""
    user = stale.select_for_update(of=("self",)).first()
    if user is None:
        return 0
    user.delete()
    return 1
