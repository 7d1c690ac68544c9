"""Addresses of accounts and of the configuration in the API."""

from django.urls import path

from . import views
from .configuration import ConfigurationView
from .pictures import PictureView, UserPictureView
from .users import UserListView, UserView

urlpatterns = [
    path("auth/register", views.RegisterView.as_view(), name="api-register"),
    path("auth/login", views.SignInView.as_view(), name="api-login"),
    path("auth/logout", views.SignOutView.as_view(), name="api-logout"),
    path("auth/profile", views.ProfileView.as_view(), name="api-profile"),
    path("auth/profile/edit", views.ProfileEditView.as_view(), name="api-profile-edit"),
    path("auth/profile/edit/account", views.CredentialsView.as_view(), name="api-account"),
    path("auth/profile/edit/preferences", views.PreferencesView.as_view(), name="api-preferences"),
    path("auth/picture", PictureView.as_view(), name="api-picture"),
    path(
        "auth/password/reset-request",
        views.PasswordResetRequestView.as_view(),
        name="api-password-reset-request",
    ),
    path("auth/password/update", views.PasswordResetView.as_view(), name="api-password-update"),
    path("auth/email/update", views.EmailUpdateView.as_view(), name="api-email-update"),
    path("auth/account/confirm", views.ConfirmAccountView.as_view(), name="api-account-confirm"),
    path(
        "auth/account/resend-confirmation",
        views.ResendConfirmationView.as_view(),
        name="api-resend-confirmation",
    ),
    path("users", UserListView.as_view(), name="api-users"),
    path("users/<str:username>", UserView.as_view(), name="api-user"),
    path("users/<str:username>/picture", UserPictureView.as_view(), name="api-user-picture"),
    path("config", ConfigurationView.as_view(), name="api-config"),
]
