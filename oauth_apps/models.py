"""Which programs may act for you: applications, their secrets, and every kind of token.

All models of the toolkit are swapped, because those that point at each other must live in one app.
"""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractDeviceGrant,
    AbstractGrant,
    AbstractIDToken,
    AbstractRefreshToken,
)

from contract.passing import in_passing

from .random_texts import checksum
from .redirects import matches, validate_redirect_uri
from .scopes import known_scopes


class ApplicationQuerySet(models.QuerySet["Application"]):
    def third_party(self) -> Self:
        """Without the two applications that stand for this site itself."""
        return self.filter(kind__in=Application.OUTSIDE)

    def owned_by(self, user: Any) -> Self:
        return self.third_party().filter(user=user)

    def usable_by(self, user: Any) -> Self:
        """Those that the user may give access to: not suspended, and not private to another."""
        return self.third_party().filter(
            Q(is_private=False) | Q(user=user), suspended_at__isnull=True
        )

    def let_in_by(self, user: Any) -> Self:
        """Those to which the user gave access: with a token, or with a code still on its way."""
        return self.third_party().filter(
            Q(pk__in=AccessToken.objects.filter(user=user).values("application"))
            | Q(pk__in=Grant.objects.filter(user=user).values("application"))
            | Q(pk__in=DeviceGrant.objects.filter(user=user).values("application"))
        )

    def with_use(self) -> Self:
        """With `user_count`, those who gave access, and `last_use`."""
        return self.select_related("user").annotate(
            user_count=models.Count("accesstoken__user", distinct=True),
            last_use=models.Max("accesstoken__last_used_at"),
        )

    def search(self, text: str) -> Self:
        """Those with the text in their name or client id, or in their owner's name."""
        if not text:
            return self
        return self.filter(
            Q(name__icontains=text) | Q(client_id=text) | Q(user__username__icontains=text)
        )

    def built_in(self, kind: str) -> "Application":
        """The application that stands for sign-in, or for personal tokens, made when missing."""
        application, _created = self.get_or_create(
            kind=kind,
            defaults={
                "name": str(Application.Kind(kind).label),
                "client_type": Application.CLIENT_PUBLIC,
                "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
            },
        )
        return application


class Application(AbstractApplication):
    """A program that its owner registered, with the scopes it may ask for."""

    class Kind(models.TextChoices):
        THIRD_PARTY = "third_party", _("Application")
        FIRST_PARTY = "first_party", _("Sign-in over the API")
        PERSONAL = "personal", _("Personal access tokens")
        DOCUMENTATION = "docs", _("API documentation")

    # Those that people give access to, as opposed to the site itself.
    OUTSIDE = [Kind.THIRD_PARTY, Kind.DOCUMENTATION]

    # Secrets have a table of their own, so that two can live while one replaces the other.
    client_secret = None
    hash_client_secret = None

    kind = models.CharField(
        _("kind"), max_length=11, choices=Kind.choices, default=Kind.THIRD_PARTY, editable=False
    )
    description = models.CharField(_("description"), max_length=200, blank=True, null=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    allowed_scopes = models.TextField(
        _("scopes"),
        blank=True,
        help_text=_("What the application may ask for, separated by spaces."),
    )
    is_private = models.BooleanField(
        _("private"), default=False, help_text=_("Only its owner may give it access.")
    )
    allows_devices = models.BooleanField(
        _("devices without a browser"),
        default=False,
        help_text=_("It may show a code that people enter on another device."),
    )
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta(AbstractApplication.Meta):
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=~Q(kind="third_party"), name="application_built_in_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="third_party") | Q(user__isnull=False),
                name="application_has_an_owner",
            ),
        ]

    @property
    def scopes(self) -> list[str]:
        """The scopes it may ask for."""
        return known_scopes(self.allowed_scopes)

    @property
    def redirect_uri_list(self) -> list[str]:
        addresses: str = self.redirect_uris
        return addresses.split()

    @property
    def is_public(self) -> bool:
        """Whether it keeps no secret, like a program that people install."""
        return bool(self.client_type == self.CLIENT_PUBLIC)

    @property
    def is_first_party(self) -> bool:
        return self.kind == self.Kind.FIRST_PARTY

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    def redirect_uri_allowed(self, uri: str) -> bool:
        return any(
            matches(uri, registered, any_loopback_port=self.is_public)
            for registered in self.redirect_uri_list
        )

    def clean(self) -> None:
        for uri in self.redirect_uri_list:
            try:
                validate_redirect_uri(uri, is_public=self.is_public)
            except ValidationError as error:
                raise ValidationError({"redirect_uris": error.messages}) from error

    def allows_grant_type(self, *grant_types: str) -> bool:
        if self.GRANT_AUTHORIZATION_CODE in grant_types:
            return True
        return self.allows_devices and self.GRANT_DEVICE_CODE in grant_types

    def is_usable(self, request: Any) -> bool:
        return self.kind in self.OUTSIDE and not self.is_suspended


class ClientSecretQuerySet(models.QuerySet["ClientSecret"]):
    def live(self) -> Self:
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()))


class ClientSecret(models.Model):
    """One secret of an application; two may live while one replaces the other."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="secrets")
    checksum = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    ends_at = models.DateTimeField(_("ends"), null=True)

    objects = ClientSecretQuerySet.as_manager()

    class Meta:
        verbose_name = _("client secret")
        verbose_name_plural = _("client secrets")
        ordering = ["-created_at", "-pk"]


class Grant(AbstractGrant):
    """An authorization code, stored as its checksum, and remembered once it was used.

    An empty `redirect_uri` means that the code is bound to no address.
    """

    used_at = models.DateTimeField(null=True, editable=False)
    token_family = models.UUIDField(null=True, editable=False)

    class Meta(AbstractGrant.Meta):
        verbose_name = _("authorization code")
        verbose_name_plural = _("authorization codes")


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def live(self) -> Self:
        return self.filter(expires__gt=timezone.now())

    def personal(self, user: Any) -> Self:
        """The user's personal access tokens, the newest first."""
        return self.filter(user=user, application__kind=Application.Kind.PERSONAL).order_by("-pk")

    def third_party(self, user: Any) -> Self:
        """The user's tokens in the hands of other programs."""
        return self.filter(user=user, application__kind__in=Application.OUTSIDE)

    def find(self, token: str | bytes) -> "AccessToken | None":
        """The live token with its user and its application, in one query."""
        return (
            self.live()
            .filter(token_checksum=checksum(token))
            .select_related("user", "application")
            .first()
        )


class AccessToken(AbstractAccessToken):
    """Every bearer token: of a sign-in over the API, of an application, or made by a person."""

    USE_IS_NOTED_EVERY = timedelta(minutes=5)

    application: Application

    name = models.CharField(_("name"), max_length=80, blank=True)
    granted_at = models.DateTimeField(
        default=timezone.now,
        editable=False,
        help_text=_("When the user gave access; a refreshed token keeps it."),
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects = AccessTokenQuerySet.as_manager()

    class Meta(AbstractAccessToken.Meta):
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        indexes = [models.Index(fields=["expires"], name="access_token_expires")]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, application__isnull=False),
                name="access_token_has_its_parties",
            ),
            models.CheckConstraint(condition=Q(token=""), name="access_token_is_stored_hashed"),
        ]

    @property
    def is_first_party(self) -> bool:
        """Whether it acts as the user themselves, whatever the scopes."""
        return self.application.is_first_party

    def note_use(self) -> None:
        """Remember that it was used, with a write in five minutes at most."""
        now = timezone.now()
        if self.last_used_at and now - self.last_used_at < self.USE_IS_NOTED_EVERY:
            return
        with in_passing():
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)
        self.last_used_at = now


class RefreshToken(AbstractRefreshToken):
    """What an application exchanges for the next access token, once."""

    class Meta(AbstractRefreshToken.Meta):
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")
        constraints = [
            models.CheckConstraint(condition=Q(token=""), name="refresh_token_is_stored_hashed"),
        ]


class IDToken(AbstractIDToken):
    """Never written: the toolkit's access token points at one, but OpenID Connect is off."""


class DeviceGrant(AbstractDeviceGrant):
    """A device that waits for somebody to let it in; both codes are stored as checksums."""

    application = models.ForeignKey(settings.OAUTH2_PROVIDER_APPLICATION_MODEL, models.CASCADE)
    last_polled_at = models.DateTimeField(null=True, editable=False)

    class Meta(AbstractDeviceGrant.Meta):
        verbose_name = _("device sign-in")
        verbose_name_plural = _("device sign-ins")
