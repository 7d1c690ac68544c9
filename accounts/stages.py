"""The steps of signing in, where we want more of them than django-allauth."""

from typing import Any

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpResponse

OF_PASSWORD = "of_password"


class SecondStep(AuthenticateStage):
    """Asks for the second factor; a first step taken with a password since replaced is void."""

    def handle(self) -> tuple[Any, bool]:
        self.state[OF_PASSWORD] = self.login.user.get_session_auth_hash()
        handled: tuple[Any, bool] = super().handle()
        return handled

    def exit(self) -> HttpResponse:
        is_void = self.state.get(OF_PASSWORD) != self.login.user.get_session_auth_hash()
        response: HttpResponse = self.abort() if is_void else super().exit()
        return response
