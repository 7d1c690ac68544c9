"""How people prove who they are."""

from allauth.account.auth_backends import AuthenticationBackend

from .models import User


class EmailBackend(AuthenticationBackend):
    """Finds the account by its address, whatever the case, in the one place addresses are kept."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        user = User.objects.with_email(email).first()
        checked: User | None = self._check_password(user, password)
        return checked
