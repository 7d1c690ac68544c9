"""What we want differently from django-allauth."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from . import emails
from .models import User
from .origins import parse_user_agent


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made and changed by our own services only; allauth signs people in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner by mail when a second factor comes, goes or is renewed."""
        origin = parse_user_agent(self.get_http_user_agent(self.request))
        emails.send(emails.Mail.SECOND_FACTOR_CHANGED, user, origin=origin)


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted with a key made of SECRET_KEY."""

    def _get_site_name(self) -> str:
        return settings.SITE_NAME

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "A second factor cannot be read: was SECRET_KEY changed?"
            ) from error


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"accounts.second-factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
