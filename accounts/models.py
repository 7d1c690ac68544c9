"""Who you are on this instance."""

import zoneinfo
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from instance.validators import validate_email_address

from .validators import normalise_address, validate_time_zone, validate_username


class UserQuerySet(models.QuerySet["User"]):
    def with_email(self, email: str) -> Self:
        """The account that has this address, whatever the case of its letters."""
        return self.alias(lower_email=Lower("email")).filter(lower_email=normalise_address(email))

    def with_username(self, username: str) -> Self:
        """The account that has this name, whatever the case of its letters."""
        return self.alias(lower_username=Lower("username")).filter(
            lower_username=username.strip().lower()
        )

    def unconfirmed(self) -> Self:
        """Registered by a visitor, never let in by link or administrator, and with nothing in it.

        Whoever registers its address again may have it. Lock the rows with `of=("self",)`.
        """
        empty = {f"{relation.name}__isnull": True for relation in User._meta.related_objects}
        return self.filter(waits_for_confirmation=True, is_active=False, picture="", **empty)


_Manager = BaseUserManager.from_queryset(UserQuerySet)


class UserManager(_Manager["User"]):
    def create_user(
        self, username: str, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """Store an account; without a password nobody can sign in to it until one is set."""
        user = self.model(username=username, email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """Store an active administrator."""
        return self.create_user(username, email, password, is_admin=True, is_active=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.with_email(username or "").get()


def make_nonce() -> str:
    return get_random_string(16)


class User(AbstractBaseUser):
    """One account. People sign in by e-mail; the username is their public name."""

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        FRENCH = "fr", "Français"
        GERMAN = "de", "Deutsch"

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Same as the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class DateFormat(models.TextChoices):
        LANGUAGE = "", _("As usual in my language")
        ISO = "Y-m-d", "2026-03-31"
        DAY_FIRST = "d/m/Y", "31/03/2026"
        MONTH_FIRST = "m/d/Y", "03/31/2026"

    username = models.CharField(
        _("username"),
        max_length=30,
        unique=True,
        validators=[validate_username],
    )
    email = models.CharField(
        _("e-mail address"), max_length=255, unique=True, validators=[validate_email_address]
    )
    email_to_confirm = models.CharField(
        _("new e-mail address"), max_length=255, blank=True, validators=[validate_email_address]
    )
    # Part of what a mailed link is signed with: a new one makes older links worthless.
    link_nonce = models.CharField(max_length=16, default=make_nonce, editable=False)
    first_name = models.CharField(_("first name"), max_length=80, null=True, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, null=True, blank=True)
    location = models.CharField(_("location"), max_length=80, null=True, blank=True)
    bio = models.CharField(_("bio"), max_length=200, null=True, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    picture = models.ImageField(_("picture"), upload_to="pictures", max_length=255, blank=True)
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    is_active = models.BooleanField(_("active"), default=False)
    is_admin = models.BooleanField(_("administrator"), default=False)
    # By an administrator, who alone lets the account in again; not one that waits for its link.
    is_shut_out = models.BooleanField(default=False, editable=False)
    # From the registration until a mailed link or an administrator lets the account in.
    waits_for_confirmation = models.BooleanField(default=False, editable=False)

    timezone = models.CharField(
        _("time zone"), max_length=50, default="UTC", validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH
    )
    week_starts_monday = models.BooleanField(_("weeks start on Monday"), default=False)
    imperial_units = models.BooleanField(_("imperial units"), default=False)
    skip_duplicates = models.BooleanField(
        _("skip recordings that are there already"),
        default=False,
        help_text=_("Also for files that programs upload."),
    )
    display_ascent = models.BooleanField(_("show ascent"), default=True)
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    date_format = models.CharField(
        _("date format"), max_length=5, choices=DateFormat.choices, default="", blank=True
    )

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["username"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("This e-mail address already has an account."),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message=_("This username is already taken."),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The user's time zone."""
        return zoneinfo.ZoneInfo(self.timezone)

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin opens for this account."""
        return self.is_admin

    @property
    def is_superuser(self) -> bool:
        return self.is_admin

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_admin

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return self.is_active and self.is_admin

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_admin


class HeldName(models.Model):
    """A username that somebody wanted when they registered the address of an existing account.

    With a new address, an account that waits for its confirmation would have taken the name and
    one of the places. So that nobody learns which addresses have an account, the name is taken
    all the same, and for as long.
    """

    owner = models.OneToOneField(User, on_delete=models.CASCADE, related_name="held_name")
    # In lower case.
    username = models.CharField(max_length=30, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.username
