"""Signing in, one's own account, and mailed tokens over the API."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied, ValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from contract.answers import success
from contract.callers import caller
from contract.errors import INVALID_PAYLOAD, NOT_FOUND, ContractError, NotFoundError
from contract.reading import ReadingView, refuse_empty_body
from oauth_apps.models import AccessToken
from oauth_apps.services import issue_first_party_token

from ..figures import figures_of
from ..models import User
from ..origins import origin_of
from ..second_factor_forms import AuthenticateForm
from ..services import credentials, profile, registration
from .contract import invalid_credentials, refusal
from .serializers import (
    CredentialsSerializer,
    EmailSerializer,
    MessageSerializer,
    PasswordResetSerializer,
    PreferencesSerializer,
    ProfileSerializer,
    RegistrationSerializer,
    SignInAnswerSerializer,
    SignInSerializer,
    StatusSerializer,
    TokenSerializer,
    UserAnswerSerializer,
    UserSerializer,
)


def user_body(user: User, *, reader: User) -> dict[str, Any]:
    """The account as `reader` may see it."""
    return users_body([user], reader=reader)[0]


def users_body(users: list[User], *, reader: User) -> list[dict[str, Any]]:
    """The accounts as `reader` may see them, in a constant number of queries."""
    context = {"reader": reader, "figures": figures_of(users)}
    return list(UserSerializer(users, many=True, context=context).data)


def signed_in(text: str, user: User) -> Response:
    """The answer to who signed in, with a token, which no cache may keep (RFC 6749 §5.1)."""
    response = success(message=text, auth_token=issue_first_party_token(user))
    response["Cache-Control"] = "no-store"
    return response


class PublicView(ReadingView):
    """A view for everybody; a bearer token is neither needed nor looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class NeedsMailView(PublicView):
    """A view that is there only when the site can send mail."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not settings.EMAIL_IS_CONFIGURED:
            raise NotFoundError(NOT_FOUND)


class RegisterView(PublicView):
    """A new account, which waits for its confirmation."""

    serializer_class = RegistrationSerializer

    @extend_schema(summary="Register", responses=StatusSerializer)
    def post(self, request: Request) -> Response:
        if not registration.registration_is_open():
            raise ContractError(registration.REGISTRATION_CLOSED, status_code=403)
        values = self.read().validated_data
        language = values.get("language")
        account = registration.NewAccount(
            username=values["username"],
            email=values["email"],
            password=values["password"],
            language=language if isinstance(language, str) else "",
        )
        try:
            registration.register(account, origin=origin_of(request))
        except PermissionDenied as error:
            raise ContractError(str(error), status_code=403) from error
        except ValidationError as error:
            raise refusal(error) from error
        return success()


CODE_REQUIRED = "second factor required: send its code as otp"


def has_second_factor(user: User) -> bool:
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


class SignInView(PublicView):
    """Address and password for a token; with a second factor its code as well."""

    serializer_class = SignInSerializer

    @extend_schema(summary="Sign in", responses=SignInAnswerSerializer)
    def post(self, request: Request) -> Response:
        refuse_empty_body(request)
        values = self.read().validated_data
        user = self._find(values)
        if has_second_factor(user):
            self._check_second_factor(user, values.get("otp", ""))
        return signed_in("successfully logged in", user)

    def _find(self, values: dict[str, str]) -> User:
        credentials = {name: values.get(name, "") for name in ("email", "password")}
        if not all(credentials.values()):
            raise invalid_credentials()
        try:
            user = get_adapter().authenticate(
                self.request._request, **credentials, code=values.get("otp", "")
            )
        except ValidationError as error:
            raise too_many_tries(error) from error
        if user is None or not user.is_active:
            raise invalid_credentials()
        return cast(User, user)

    def _check_second_factor(self, user: User, code: str) -> None:
        if not code:
            raise ContractError(CODE_REQUIRED, status_code=401)
        form = AuthenticateForm(user=user, data={"code": code})
        if not form.is_valid():
            if form.has_error("code", "too_many_login_attempts"):
                raise ContractError("too many attempts, try again later", status_code=429)
            raise invalid_credentials()
        form.authenticator.record_usage()


def too_many_tries(error: ValidationError) -> ContractError:
    return ContractError("too many attempts, try again later", status_code=429)


class SignOutView(GenericAPIView[Any]):
    """The end of the token that the request carries, or of the web session."""

    first_party_only = True
    serializer_class = serializers.Serializer

    @extend_schema(summary="Sign out", request=None, responses=MessageSerializer)
    def post(self, request: Request) -> Response:
        if request.auth is None:
            logout(request._request)
        else:
            cast(AccessToken, request.auth).delete()
        return success(message="successfully logged out")


class OwnAccountView(ReadingView):
    """A view of the caller's own account."""

    required_scopes = ["profile"]

    def answer(self, text: str = "") -> Response:
        user = caller(self.request)
        body = user_body(user, reader=user)
        return success(body, message=text) if text else success(body)


class ProfileView(OwnAccountView):
    """Your account, your preferences and your figures."""

    serializer_class = UserSerializer

    @extend_schema(summary="Read your account", responses=UserAnswerSerializer)
    def get(self, request: Request) -> Response:
        return self.answer()


class ProfileEditView(OwnAccountView):
    """Who you are."""

    serializer_class = ProfileSerializer

    @extend_schema(summary="Change your profile", responses=UserAnswerSerializer)
    def post(self, request: Request) -> Response:
        profile.update_profile(caller(request), self.read().finished())
        return self.answer("user profile updated")


class PreferencesView(OwnAccountView):
    """How you like the site."""

    serializer_class = PreferencesSerializer

    @extend_schema(summary="Change your preferences", responses=UserAnswerSerializer)
    def post(self, request: Request) -> Response:
        profile.update_preferences(caller(request), self.read().finished())
        return self.answer("user preferences updated")


class CredentialsView(OwnAccountView):
    """Your e-mail address and your password, changed with the current password."""

    serializer_class = CredentialsSerializer

    @extend_schema(summary="Change your address or your password", responses=UserAnswerSerializer)
    def patch(self, request: Request) -> Response:
        change = self._read_change()
        user = caller(request)
        try:
            credentials.change_credentials(user, change, origin=origin_of(request))
        except ValidationError as error:
            raise refusal(error) from error
        if change.new_password is not None and request.auth is None:
            update_session_auth_hash(request._request, user)
        return self.answer("user account updated")

    def _read_change(self) -> credentials.CredentialsChange:
        refuse_empty_body(self.request)
        values = self.read().validated_data
        if not values.get("email"):
            raise ContractError("email is missing")
        if not values.get("password"):
            raise ContractError("current password is missing")
        self._check_password(values["password"])
        return credentials.CredentialsChange(
            email=values["email"],
            new_password=values.get("new_password"),
            keep_token=cast(AccessToken | None, self.request.auth),
        )

    def _check_password(self, password: str) -> None:
        try:
            is_right = get_adapter().reauthenticate(caller(self.request), password)
        except ValidationError as error:
            raise too_many_tries(error) from error
        if not is_right:
            raise invalid_credentials()


MAILED = {200: MessageSerializer, 404: OpenApiResponse(description="This site sends no mail.")}


class PasswordResetRequestView(NeedsMailView):
    """A mail with a link for choosing a new password, if the address has an account."""

    serializer_class = EmailSerializer

    @extend_schema(summary="Ask for a password reset", responses=MAILED)
    def post(self, request: Request) -> Response:
        credentials.request_password_reset(
            self.read().validated_data["email"], origin=origin_of(request)
        )
        return success(message="password reset request processed")


class PasswordResetView(PublicView):
    """A new password, by the token of the mail."""

    serializer_class = PasswordResetSerializer

    @extend_schema(summary="Set a new password", responses=MessageSerializer)
    def post(self, request: Request) -> Response:
        values = self.read().validated_data
        try:
            user = credentials.reset_password(
                values["token"], values["password"], origin=origin_of(request)
            )
        except ValidationError as error:
            raise refusal(error) from error
        if user is None:
            raise ContractError("invalid token, please request a new token", status_code=401)
        return success(message="password updated")


class EmailUpdateView(PublicView):
    """The confirmation of a new address, by the token of the mail."""

    serializer_class = TokenSerializer

    @extend_schema(summary="Confirm a new address", responses=MessageSerializer)
    def post(self, request: Request) -> Response:
        if credentials.confirm_email_change(self.read().validated_data["token"]) is None:
            raise ContractError(INVALID_PAYLOAD)
        return success(message="email updated")


class ConfirmAccountView(PublicView):
    """The confirmation of a new account, which signs in unless it has a second factor."""

    serializer_class = TokenSerializer

    @extend_schema(summary="Confirm an account", responses=SignInAnswerSerializer)
    def post(self, request: Request) -> Response:
        user = registration.confirm_account(self.read().validated_data["token"])
        if user is None:
            raise ContractError(INVALID_PAYLOAD)
        if has_second_factor(user):
            raise ContractError(CODE_REQUIRED, status_code=401)
        return signed_in("account confirmation successful", user)


class ResendConfirmationView(NeedsMailView):
    """The confirmation mail once more."""

    serializer_class = EmailSerializer

    @extend_schema(summary="Resend the confirmation mail", responses=MAILED)
    def post(self, request: Request) -> Response:
        registration.resend_confirmation(
            self.read().validated_data["email"], origin=origin_of(request)
        )
        return success(message="confirmation email resent")
