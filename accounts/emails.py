"""The mails the site sends, each made and sent by a job in its reader's language.

A job gets the account's number, never a token: links are signed when the mail is written.
"""

import hashlib
import logging
from dataclasses import asdict
from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from .models import AppConfiguration, User
from .origins import Origin
from .tokens import Purpose, make_token

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


SUBJECTS = {
    Mail.CONFIRM_ACCOUNT: _("Confirm your account"),
    Mail.ALREADY_REGISTERED: _("You have an account already"),
    Mail.RESET_PASSWORD: _("Password reset request"),
    Mail.PASSWORD_CHANGED: _("Password changed"),
    Mail.EMAIL_CHANGED: _("Email changed"),
    Mail.CONFIRM_EMAIL: _("Confirm email change"),
    Mail.SECOND_FACTOR_CHANGED: _("Second factor changed"),
}

MAILS_AN_HOUR = 5
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


def may_ask_again(address: str) -> bool:
    """Whether strangers may have one more mail sent to `address`: five an hour."""
    key = f"mails-asked-for:{hashlib.sha256(address.lower().encode()).hexdigest()}"
    cache.add(key, 0, timeout=3600)
    try:
        return cache.incr(key) <= MAILS_AN_HOUR
    except ValueError:  # forgotten by the cache in between
        return True


def send(mail: Mail, user: User, *, origin: Origin, to: str = "") -> None:
    """Send `mail` once the transaction is committed, to `to` or else to the account's address.

    Nothing is sent while the site has no mail server.
    """
    if not settings.EMAIL_IS_CONFIGURED:
        return
    transaction.on_commit(
        partial(send_mail.enqueue, mail.value, user.pk, to or user.email, asdict(origin))
    )


@task()
def send_mail(mail: str, user_id: int, to: str, origin: dict[str, str], failures: int = 0) -> None:
    """The job: write the mail as things are now, and send it; nothing for a deleted account.

    While the mail server fails, another job tries again later. Neither address nor link is logged.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return
    message = write_mail(Mail(mail), user, to, Origin(**origin))
    try:
        message.send()
    except OSError as error:  # also what smtplib raises
        reason = type(error).__name__
        if failures == len(RETRIES_AFTER):
            logger.error("Mail %s to user %s was given up: %s.", mail, user_id, reason)
            return
        logger.warning("Mail %s to user %s has to wait: %s.", mail, user_id, reason)
        later = send_mail.using(run_after=timezone.now() + RETRIES_AFTER[failures])
        later.enqueue(mail, user_id, to, origin, failures + 1)


def write_mail(mail: Mail, user: User, to: str, origin: Origin) -> EmailMultiAlternatives:
    """The message in the account's language, as text and as HTML."""
    with translation.override(user.language):
        subject = f"{settings.SITE_NAME} - {SUBJECTS[mail]}"
        context = {
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


def _render(mail: Mail, kind: str, context: dict[str, Any]) -> str:
    return render_to_string(f"accounts/mail/{mail.value}.{kind}", context).strip() + "\n"


def _link(mail: Mail, user: User) -> str:
    if mail not in LINKS:
        return ""
    path, purpose = LINKS[mail]
    if purpose is None:
        return f"{settings.SITE_URL}{path}"
    return f"{settings.SITE_URL}{path}?token={quote(make_token(user, purpose))}"
