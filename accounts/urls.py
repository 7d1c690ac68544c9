"""Addresses of the pages about accounts."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import path
from django.views.generic import RedirectView

from .views import entrance, passwords, security, settings

app_name = "accounts"


def moved(name: str) -> Callable[..., HttpResponseBase]:
    return RedirectView.as_view(pattern_name=f"accounts:{name}", query_string=True)


urlpatterns = [
    path("login", entrance.SignInView.as_view(), name="login"),
    path("logout", entrance.SignOutView.as_view(), name="logout"),
    path("register", entrance.RegisterView.as_view(), name="register"),
    path("account-confirmation", entrance.ConfirmAccountView.as_view(), name="confirm_account"),
    path(
        "account-confirmation/resend",
        entrance.ResendConfirmationView.as_view(),
        name="resend_confirmation",
    ),
    path("account-confirmation/email-sent", entrance.EmailSentView.as_view(), name="email_sent"),
    path("password-reset", passwords.PasswordResetView.as_view(), name="password_reset"),
    path(
        "password-reset/request",
        passwords.PasswordResetRequestView.as_view(),
        name="password_reset_request",
    ),
    path(
        "password-reset/sent",
        passwords.PasswordResetSentView.as_view(),
        name="password_reset_sent",
    ),
    path(
        "password-reset/password-updated",
        passwords.PasswordUpdatedView.as_view(),
        name="password_updated",
    ),
    path("password-strength", passwords.password_strength, name="password_strength"),
    path("email-update", passwords.EmailUpdateView.as_view(), name="email_update"),
    path("profile", settings.profile_page, name="profile"),
    path("profile/edit", settings.ProfileEditView.as_view(), name="profile_edit"),
    path("profile/edit/picture", settings.PictureView.as_view(), name="picture_edit"),
    path("profile/edit/picture/remove", settings.remove_picture, name="picture_remove"),
    path("profile/edit/account", settings.AccountView.as_view(), name="account"),
    path(
        "profile/edit/account/cancel-email",
        settings.cancel_email_change,
        name="cancel_email_change",
    ),
    path("profile/edit/account/delete", settings.AccountDeletionView.as_view(), name="delete"),
    path("profile/account", moved("account")),
    path("profile/preferences", settings.PreferencesView.as_view(), name="preferences"),
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
