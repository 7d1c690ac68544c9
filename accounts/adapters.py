"""What we want differently from django-allauth."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from . import emails, guesses, known_browsers, second_factor
from .models import User
from .origins import parse_user_agent


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made and changed by our own services only; allauth signs people in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "The e-mail address or the password is not right. "
            "If you have just registered: the account works as soon as it is activated."
        )
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(
        self, request: HttpRequest, *, email: str, password: str, code: str = ""
    ) -> User | None:
        """The account of the address, by its right password; None if it is wrong.

        ValidationError after too many wrong guesses, unless a right `code` of the second factor
        comes with the password; the code stays good for the step that asks for it. Whoever has
        none then learns nothing of the password: it isn't even looked at.
        """
        guess = guesses.begin_password(request, email)
        if guess.is_stopped or (guess.needs_code and not code):
            raise self.validation_error("too_many_login_attempts")
        if guess.needs_code:
            return self._authenticate_by_both(request, guess, email, password, code)
        user = self._find(request, email, password)
        if user is None:
            guesses.note_wrong_password(request, email, guess)
        else:
            guess.forgive()
        return user

    def _find(self, request: HttpRequest, email: str, password: str) -> User | None:
        """The account, by its right password; none that waits for its confirmation.

        Who registered an address could tell by it that the address had no account.
        """
        user: User | None = super().authenticate(request, email=email, password=password)
        return None if user is None or user.waits_for_confirmation else user

    def _authenticate_by_both(
        self, request: HttpRequest, guess: guesses.Guess, email: str, password: str, code: str
    ) -> User:
        """The account, by password and code; the same work and refusal whichever is wrong."""
        knows_code = second_factor.is_right(User.objects.with_email(email).first(), code)
        user = self._find(request, email, password)
        code_guess = guesses.begin_code(request, user)
        if user is None or not knows_code or code_guess.is_stopped:
            raise self.validation_error("too_many_login_attempts")
        code_guess.forgive()
        guess.forgive()
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Our limits take the place of allauth's."""

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether it is the account's password, counted as at the sign-in."""
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.stages.SecondStep"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """Know the browser again: who signed in here is not kept out by strangers' guesses."""
        response: HttpResponse = super().post_login(request, user, **details)
        known_browsers.remember(request, response, user)
        return response

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
