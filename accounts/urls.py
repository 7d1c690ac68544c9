"""Addresses of the pages about accounts."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import path
from django.views.generic import RedirectView

from contract.pages import says_wrong_form

from .views import entrance, passwords, security, settings

app_name = "accounts"


def moved(name: str) -> Callable[..., HttpResponseBase]:
    return RedirectView.as_view(pattern_name=f"accounts:{name}", query_string=True)


urlpatterns = [
    path("login", says_wrong_form(entrance.SignInPage.as_view()), name="login"),
    path("logout", entrance.SignOutPage.as_view(), name="logout"),
    path("register", entrance.registration_page, name="register"),
    path("account-confirmation", entrance.confirmation_page, name="confirm_account"),
    path(
        "account-confirmation/resend",
        entrance.resend_confirmation_page,
        name="resend_confirmation",
    ),
    path("account-confirmation/email-sent", entrance.email_sent_page, name="email_sent"),
    path("password-reset", passwords.password_reset_page, name="password_reset"),
    path(
        "password-reset/request",
        passwords.password_reset_request_page,
        name="password_reset_request",
    ),
    path(
        "password-reset/sent",
        passwords.password_reset_sent_page,
        name="password_reset_sent",
    ),
    path(
        "password-reset/password-updated",
        passwords.password_updated_page,
        name="password_updated",
    ),
    path("password-strength", passwords.password_strength, name="password_strength"),
    path("email-update", passwords.email_update_page, name="email_update"),
    path("profile", settings.profile_page, name="profile"),
    path("profile/edit", settings.profile_edit_page, name="profile_edit"),
    path("profile/edit/picture", settings.picture_page, name="picture_edit"),
    path("profile/edit/picture/remove", settings.drop_picture, name="picture_remove"),
    path("profile/edit/account", settings.account_page, name="account"),
    path(
        "profile/edit/account/cancel-email",
        settings.keep_email,
        name="cancel_email_change",
    ),
    path("profile/edit/account/delete", settings.deletion_page, name="delete"),
    path("profile/account", moved("account")),
    path("profile/preferences", settings.preferences_page, name="preferences"),
    path("profile/edit/preferences", moved("preferences")),
    path("profile/security/sessions", security.sessions, name="sessions"),
    path("profile/security/sessions/<int:pk>/end", security.end_session, name="end_session"),
    path(
        "profile/security/sessions/end-others",
        security.sign_out_everywhere,
        name="sign_out_everywhere",
    ),
    path("users/<str:username>", settings.user_page, name="user"),
    path("users/<str:username>/picture", settings.show_picture, name="picture"),
]
