"""How this instance is configured."""

from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .validators import validate_email_address


class AppConfiguration(models.Model):
    """The instance's settings that an administrator changes while it runs; one row."""

    MIB = 1024 * 1024

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    max_users = models.PositiveIntegerField(
        _("most accounts"), default=0, help_text=_("0 means no limit.")
    )
    archive_file_limit = models.PositiveIntegerField(
        _("most files in an archive"), default=2000, validators=[MinValueValidator(1)]
    )
    max_file_size = models.PositiveBigIntegerField(
        _("largest file"), default=10 * MIB, validators=[MinValueValidator(1)]
    )
    max_archive_size = models.PositiveBigIntegerField(
        _("largest archive"), default=200 * MIB, validators=[MinValueValidator(1)]
    )
    storage_quota = models.PositiveBigIntegerField(
        _("most storage for each user"), default=0, help_text=_("0 means no limit.")
    )
    admin_contact = models.CharField(
        _("administrator's address"),
        max_length=255,
        blank=True,
        validators=[validate_email_address],
    )
    require_pkce = models.BooleanField(
        _("PKCE for every application"),
        default=False,
        help_text=_("Public clients always need PKCE; this asks it of confidential ones, too."),
    )

    class Meta:
        verbose_name = _("configuration")
        verbose_name_plural = _("configuration")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="configuration_single_row"),
            models.CheckConstraint(
                condition=models.Q(max_archive_size__gte=models.F("max_file_size")),
                name="configuration_archive_holds_a_file",
            ),
        ]

    def __str__(self) -> str:
        return str(_("configuration"))

    @classmethod
    def current(cls) -> Self:
        """The instance's configuration, with defaults until somebody changed it."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
