"""The pages of django-allauth that we use, under the names that allauth looks for."""

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpResponseBase
from django.urls import URLPattern, path

from contract.pages import says_wrong_form

from .views import entrance, security

SECURITY = "profile/security"


def page(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    return path(route, says_wrong_form(view), name=name)


urlpatterns = [
    page("login", entrance.SignInPage.as_view(), "account_login"),
    page("logout", entrance.SignOutPage.as_view(), "account_logout"),
    page("login/inactive", account.account_inactive, "account_inactive"),
    page("login/second-factor", mfa.authenticate, "mfa_authenticate"),
    page("login/passkey", webauthn.login_webauthn, "mfa_login_webauthn"),
    page("login/again", account.reauthenticate, "account_reauthenticate"),
    page("login/again/code", mfa.reauthenticate, "mfa_reauthenticate"),
    page("login/again/passkey", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    page(SECURITY, mfa.index, "mfa_index"),
    page(f"{SECURITY}/app", security.ActivateAppView.as_view(), "mfa_activate_totp"),
    page(f"{SECURITY}/app/remove", totp.deactivate_totp, "mfa_deactivate_totp"),
    page(f"{SECURITY}/codes", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    page(
        f"{SECURITY}/codes/new",
        recovery_codes.generate_recovery_codes,
        "mfa_generate_recovery_codes",
    ),
    page(
        f"{SECURITY}/codes/download",
        recovery_codes.download_recovery_codes,
        "mfa_download_recovery_codes",
    ),
    page(f"{SECURITY}/passkeys", webauthn.list_webauthn, "mfa_list_webauthn"),
    page(f"{SECURITY}/passkeys/add", webauthn.add_webauthn, "mfa_add_webauthn"),
    page(f"{SECURITY}/passkeys/<int:pk>/remove", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    page(f"{SECURITY}/passkeys/<int:pk>", webauthn.edit_webauthn, "mfa_edit_webauthn"),
    page(f"{SECURITY}/sessions", security.sessions, "usersessions_list"),
]
