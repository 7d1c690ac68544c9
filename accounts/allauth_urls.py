"""The pages of django-allauth that we use, under the names that allauth looks for."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from .views import entrance, security

SECURITY = "profile/security"

urlpatterns = [
    path("login", entrance.SignInView.as_view(), name="account_login"),
    path("logout", entrance.SignOutView.as_view(), name="account_logout"),
    path("login/inactive", account.account_inactive, name="account_inactive"),
    path("login/second-factor", mfa.authenticate, name="mfa_authenticate"),
    path("login/passkey", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("login/again", account.reauthenticate, name="account_reauthenticate"),
    path("login/again/code", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "login/again/passkey", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"
    ),
    path(SECURITY, mfa.index, name="mfa_index"),
    path(f"{SECURITY}/app", security.ActivateAppView.as_view(), name="mfa_activate_totp"),
    path(f"{SECURITY}/app/remove", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(f"{SECURITY}/codes", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        f"{SECURITY}/codes/new",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        f"{SECURITY}/codes/download",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path(f"{SECURITY}/passkeys", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path(f"{SECURITY}/passkeys/add", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path(
        f"{SECURITY}/passkeys/<int:pk>/remove", webauthn.remove_webauthn, name="mfa_remove_webauthn"
    ),
    path(f"{SECURITY}/passkeys/<int:pk>", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path(f"{SECURITY}/sessions", security.sessions, name="usersessions_list"),
]
