"""Registering applications and keeping their secrets."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import AccessToken, Application, ClientSecret
from ..random_texts import checksum, new_client_secret
from ..scopes import SCOPES
from .tokens import revoke_application_tokens

SECRET_OVERLAP = timedelta(days=7)
MOST_LIVE_SECRETS = 2
USE_IS_NOTED_EVERY = AccessToken.USE_IS_NOTED_EVERY


@transaction.atomic
def register_application(application: Application) -> str:
    """Store a new application; the answer is its secret, empty for a public client."""
    application.authorization_grant_type = Application.GRANT_AUTHORIZATION_CODE
    application.save()
    return "" if application.is_public else _new_secret(application)


def documentation_client(redirect_uri: str) -> Application:
    """The built-in public client with which people try the API out on its documentation."""
    application = Application.objects.built_in(Application.Kind.DOCUMENTATION)
    wanted = (redirect_uri, " ".join(SCOPES))
    if (application.redirect_uris, application.allowed_scopes) != wanted:
        application.redirect_uris, application.allowed_scopes = wanted
        application.save(update_fields=["redirect_uris", "allowed_scopes"])
    return application


def _new_secret(application: Application) -> str:
    secret = new_client_secret()
    ClientSecret.objects.create(application=application, checksum=checksum(secret))
    return secret


@transaction.atomic
def rotate_secret(application: Application) -> str:
    """Make a new secret; the old one works for seven more days, unless it is ended before."""
    Application.objects.select_for_update().get(pk=application.pk)
    live = application.secrets.live()
    if live.count() >= MOST_LIVE_SECRETS:
        raise ValidationError(_("There are two secrets already: end one of them first."))
    live.filter(ends_at__isnull=True).update(ends_at=timezone.now() + SECRET_OVERLAP)
    return _new_secret(application)


@transaction.atomic
def end_secret(secret: ClientSecret) -> None:
    """End a secret now; the last one that works is kept, as a program would be locked out."""
    Application.objects.select_for_update().get(pk=secret.application_id)
    others = secret.application.secrets.live().exclude(pk=secret.pk)
    if not others.filter(ends_at__isnull=True).exists():
        raise ValidationError(_("This is the only secret: make a new one first."))
    secret.delete()


def find_client(client_id: str, secret: str) -> Application | None:
    """The application that proves who it is: by a live secret, or by its id if it has none."""
    if not client_id.isascii() or not client_id.isalnum():
        return None
    application = Application.objects.filter(client_id=client_id).first()
    if application is None or not application.is_usable(None):
        return None
    if application.is_public:
        return None if secret else application
    return application if secret and _secret_is_live(application, secret) else None


def _secret_is_live(application: Application, secret: str) -> bool:
    row = application.secrets.live().filter(checksum=checksum(secret)).first()
    if row is None:
        return False
    now = timezone.now()
    if row.last_used_at is None or now - row.last_used_at >= USE_IS_NOTED_EVERY:
        ClientSecret.objects.filter(pk=row.pk).update(last_used_at=now)
    return True


def suspend_application(application: Application) -> None:
    """Stop an application for everybody; its tokens are refused until it is let in again."""
    Application.objects.filter(pk=application.pk).update(suspended_at=timezone.now())


def resume_application(application: Application) -> None:
    """Let a suspended application in again, with the tokens that haven't ended since."""
    Application.objects.filter(pk=application.pk).update(suspended_at=None)


@transaction.atomic
def delete_application(application: Application) -> None:
    """Delete an application and end all its tokens."""
    revoke_application_tokens(application)
    application.delete()


def owned_secret(user: Any, pk: int) -> ClientSecret | None:
    """A secret of an application that the user owns."""
    return (
        ClientSecret.objects.filter(pk=pk, application__in=Application.objects.owned_by(user))
        .select_related("application")
        .first()
    )
