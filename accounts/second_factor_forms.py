"""django-allauth's forms for second factors, with our limits and checks."""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn

from . import guesses, passkeys, second_factor


class CodeMixin:
    """A code of an app or a recovery code, limited by account and used up."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]  # type: ignore[attr-defined]
        user = self.user  # type: ignore[attr-defined]
        guess = guesses.begin_code(context.request, user)
        if guess.is_stopped:
            raise get_account_adapter().validation_error("too_many_login_attempts")
        authenticator = second_factor.accept(user, code)
        if authenticator is None:
            guesses.note_wrong_code(context.request, user, guess)
            raise get_adapter().validation_error("incorrect_code")
        guess.forgive()
        self.authenticator = authenticator
        return code


class AuthenticateForm(CodeMixin, base.AuthenticateForm):
    """The second step of signing in."""


class ReauthenticateForm(CodeMixin, base.ReauthenticateForm):
    """A code in place of the password, before something that concerns safety."""


class ActivateAppForm(totp.ActivateTOTPForm):
    """The first code of an authenticator app, which belongs to `step`."""

    step = 0

    def clean_code(self) -> str:
        code: str = super().clean_code()
        self.step = second_factor.find_step(self.secret, code)
        return code


class AddKeyForm(webauthn.AddWebAuthnForm):
    """A new passkey or security key, made on a page of this site."""

    def clean_credential(self) -> dict[str, Any]:
        credential: dict[str, Any] = self.cleaned_data["credential"]
        if not passkeys.is_ours(passkeys.read_registration(credential)):
            raise get_adapter().validation_error("incorrect_code")
        return credential


class KeyMixin:
    """A passkey or security key that answers a page of this site, and was not copied."""

    passwordless: bool

    def clean_credential(self) -> Authenticator:
        credential = self.cleaned_data["credential"]  # type: ignore[attr-defined]
        answer = passkeys.read_answer(credential)
        if not passkeys.is_ours(answer) or self._lacks_person(answer):
            raise get_adapter().validation_error("incorrect_code")
        authenticator: Authenticator = super().clean_credential()  # type: ignore[misc]
        if not passkeys.note_count(authenticator, answer.count):
            raise get_adapter().validation_error("incorrect_code")
        return authenticator

    def _lacks_person(self, answer: passkeys.Answer) -> bool:
        """A passkey must have recognised its person, even if it answers a page that didn't ask."""
        return self.passwordless and not answer.is_verified


class AuthenticateKeyForm(KeyMixin, webauthn.AuthenticateWebAuthnForm):
    """A key as the second step of signing in."""


class LoginKeyForm(KeyMixin, webauthn.LoginWebAuthnForm):
    """A key that knows its person, in place of the password and the second step."""


class ReauthenticateKeyForm(KeyMixin, webauthn.ReauthenticateWebAuthnForm):
    """A key in place of the password, before something that concerns safety."""
