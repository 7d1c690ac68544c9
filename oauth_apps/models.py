"""Which programs may act for you."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication


class Application(AbstractApplication):
    """A program that its owner registered, with the scopes it may ask for."""

    description = models.CharField(_("description"), max_length=200, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    allowed_scopes = models.TextField(
        _("scopes"),
        blank=True,
        help_text=_("What the application may ask for, separated by spaces."),
    )

    class Meta(AbstractApplication.Meta):
        verbose_name = _("application")
        verbose_name_plural = _("applications")
