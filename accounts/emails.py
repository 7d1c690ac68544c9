"""The mails the site sends, each made and sent by a job in its reader's language.

A job gets the account's number, never a token: links are signed when the mail is written.
"""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from instance.models import AppConfiguration
from oauth_apps import attempts
from oauth_apps.notices import Made

from .dates import moment
from .models import User
from .origins import Origin, parse_user_agent
from .tokens import Purpose, make_token
from .validators import normalise_address

logger = logging.getLogger(__name__)


class Mail(Enum):
    """Every kind of mail; the value names its templates."""

    CONFIRM_ACCOUNT = "confirm_account"
    ALREADY_REGISTERED = "already_registered"
    RESET_PASSWORD = "reset_password"
    PASSWORD_CHANGED = "password_changed"
    EMAIL_CHANGED = "email_changed"
    CONFIRM_EMAIL = "confirm_email"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    PASSWORD_GUESSED = "password_guessed"
    CODE_GUESSED = "code_guessed"
    TOKEN_MADE = "token_made"
    APPLICATION_REGISTERED = "application_registered"
    SECRET_MADE = "secret_made"
    ACCESS_GIVEN = "access_given"
    EXPORT_MADE = "export_made"


SUBJECTS = {
    Mail.CONFIRM_ACCOUNT: _("Confirm your account"),
    Mail.ALREADY_REGISTERED: _("You have an account already"),
    Mail.RESET_PASSWORD: _("Password reset request"),
    Mail.PASSWORD_CHANGED: _("Password changed"),
    Mail.EMAIL_CHANGED: _("Email changed"),
    Mail.CONFIRM_EMAIL: _("Confirm email change"),
    Mail.SECOND_FACTOR_CHANGED: _("Second factor changed"),
    Mail.PASSWORD_GUESSED: _("Somebody is trying to sign in to your account"),
    Mail.CODE_GUESSED: _("Somebody knows your password"),
    Mail.TOKEN_MADE: _("New token"),
    Mail.APPLICATION_REGISTERED: _("New application"),
    Mail.SECRET_MADE: _("New secret of an application"),
    Mail.ACCESS_GIVEN: _("An application has access"),
    Mail.EXPORT_MADE: _("Export of your data"),
}

MAILS_TO_ONE_ADDRESS = attempts.Limit(5, 3600)
# How long after each failure the mail server is tried again; then the mail is given up.
RETRIES_AFTER = [
    *(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=2), timedelta(hours=8)),
]

# Where a mail leads, and what its token is good for; None leads there without a token.
LINKS: dict[Mail, tuple[str, Purpose | None]] = {
    Mail.ALREADY_REGISTERED: ("/password-reset/request", None),
    Mail.CONFIRM_ACCOUNT: ("/account-confirmation", Purpose.CONFIRM_ACCOUNT),
    Mail.RESET_PASSWORD: ("/password-reset", Purpose.RESET_PASSWORD),
    Mail.CONFIRM_EMAIL: ("/email-update", Purpose.CHANGE_EMAIL),
}
# Where the reader puts an end to what they didn't do.
PAGES = {
    Mail.PASSWORD_GUESSED: "/profile/security",
    Mail.CODE_GUESSED: "/profile/edit/account",
    Mail.TOKEN_MADE: "/profile/apps/tokens",
    Mail.APPLICATION_REGISTERED: "/profile/apps",
    Mail.SECRET_MADE: "/profile/apps",
    Mail.ACCESS_GIVEN: "/profile/apps/access",
    Mail.EXPORT_MADE: "/profile/data",
}


def may_ask_again(address: str) -> bool:
    """Whether strangers may have one more mail sent to `address`: five an hour."""
    return not attempts.is_over(MAILS_TO_ONE_ADDRESS, f"mails to {normalise_address(address)}")


def send(
    mail: Mail, user: User, *, origin: Origin, to: str = "", **details: str | int | None
) -> None:
    """Send `mail` once the transaction is committed, to `to` or else to the account's address.

    Its templates know `details` by their names, and the moment as `when`. Nothing is sent while the
    site has no mail server.
    """
    if not settings.EMAIL_IS_CONFIGURED:
        return
    details["when"] = timezone.now().isoformat()
    transaction.on_commit(
        partial(send_mail.enqueue, mail.value, user.pk, to or user.email, asdict(origin), details)
    )


def tell(request: HttpRequest, mail: Mail, **details: str) -> None:
    """Write to who is signed in about what they, or somebody in their place, have just done."""
    if request.user.is_authenticated:
        origin = parse_user_agent(request.headers.get("User-Agent", ""))
        send(mail, request.user, origin=origin, **details)


def tell_what_was_made(request: HttpRequest, made: Made, name: str) -> None:
    tell(request, Mail(made.value), name=name)


def warn_owner(address: str, *, addresses: int) -> None:
    """Tell who has the account with this address, if anybody, that its password is being guessed.

    Whether somebody does is looked up by the job, so that a guess takes the same time for all.
    """
    if settings.EMAIL_IS_CONFIGURED:
        find_and_warn.enqueue(address, addresses)


@task()
def find_and_warn(address: str, addresses: int) -> None:
    user = User.objects.with_email(address).filter(waits_for_confirmation=False).first()
    if user is not None:
        send(Mail.PASSWORD_GUESSED, user, origin=Origin(), addresses=addresses)


@task()
def send_mail(
    mail: str,
    user_id: int,
    to: str,
    origin: dict[str, str],
    details: dict[str, Any] | None = None,
    failures: int = 0,
) -> None:
    """The job: write the mail as things are now, and send it, if there still is a reason.

    While the mail server fails, another job tries again later. Neither address nor link is logged.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None or not _has_reason(Mail(mail), user, to):
        return
    message = write_mail(Mail(mail), user, to, Origin(**origin), details)
    try:
        message.send()
    except OSError as error:  # also what smtplib raises
        reason = type(error).__name__
        if failures == len(RETRIES_AFTER):
            logger.error("Mail %s to user %s was given up: %s.", mail, user_id, reason)
            return
        logger.warning("Mail %s to user %s has to wait: %s.", mail, user_id, reason)
        later = send_mail.using(run_after=timezone.now() + RETRIES_AFTER[failures])
        later.enqueue(mail, user_id, to, origin, details, failures + 1)


def _has_reason(mail: Mail, user: User, to: str) -> bool:
    """Whether the link has a use, and `to` is still the address that it is meant for.

    The link is made now: it would be good for what the account asked for, or got, since.
    """
    if mail is Mail.CONFIRM_ACCOUNT and (user.is_active or user.is_shut_out):
        return False
    meant_for = user.email_to_confirm if mail is Mail.CONFIRM_EMAIL else user.email
    return mail not in LINKS or to == meant_for


def write_mail(
    mail: Mail, user: User, to: str, origin: Origin, details: dict[str, Any] | None = None
) -> EmailMultiAlternatives:
    """The message in the account's language, as text and as HTML."""
    with translation.override(user.language), timezone.override(user.zone):
        subject = f"{settings.SITE_NAME} - {SUBJECTS[mail]}"
        context = _readable(details or {}, user) | {
            "user": user,
            "subject": subject,
            "origin": origin,
            "link": _link(mail, user),
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "admin_contact": AppConfiguration.current().admin_contact,
        }
        message = EmailMultiAlternatives(subject, _render(mail, "txt", context), to=[to])
        message.attach_alternative(_render(mail, "html", context), "text/html")
    return message


def _readable(details: dict[str, Any], reader: User) -> dict[str, Any]:
    """The details of a job, with the moment as its reader writes it."""
    if "when" not in details:
        return details
    return details | {"when": strip_tags(moment(datetime.fromisoformat(details["when"]), reader))}


def _render(mail: Mail, kind: str, context: dict[str, Any]) -> str:
    return render_to_string(f"accounts/mail/{mail.value}.{kind}", context).strip() + "\n"


def _link(mail: Mail, user: User) -> str:
    if mail not in LINKS:
        return settings.SITE_URL + PAGES[mail] if mail in PAGES else ""
    path, purpose = LINKS[mail]
    if purpose is None:
        return f"{settings.SITE_URL}{path}"
    return f"{settings.SITE_URL}{path}?token={quote(make_token(user, purpose))}"
