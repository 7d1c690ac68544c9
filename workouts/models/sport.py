"""Sports, and what each user prefers about them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from accounts.models import User

# Shown until the user chooses a colour; by sport id.
DEFAULT_COLORS = {
    1: "#4c9792",
    2: "#88af98",
    3: "#bb757c",
    4: "#d4b371",
    5: "#835b83",
    6: "#838383",
    7: "#fc9d6f",
    8: "#09a98a",
    9: "#67a4bd",
    10: "#9498d0",
    11: "#fcce72",
    12: "#5780a8",
}

# The labels are data; the translators find them here.
LABELS = (
    gettext_noop("Cycling (Sport)"),
    gettext_noop("Cycling (Transport)"),
    gettext_noop("Hiking"),
    gettext_noop("Mountain Biking"),
    gettext_noop("Running"),
    gettext_noop("Walking"),
    gettext_noop("Mountain Biking (Electric)"),
    gettext_noop("Trail"),
    gettext_noop("Skiing (Alpine)"),
    gettext_noop("Skiing (Cross Country)"),
    gettext_noop("Rowing"),
    gettext_noop("Snowshoes"),
)


class Sport(models.Model):
    """A kind of workout. Ids and labels are part of the API and never change."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    label = models.CharField(_("label"), max_length=50, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    stopped_speed_threshold_kmh = models.FloatField(
        _("stopped below (km/h)"), default=1.0, validators=[MinValueValidator(0)]
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("sport")
        verbose_name_plural = _("sports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stopped_speed_threshold_kmh__gte=0),
                name="sport_threshold_not_negative",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The label in the reader's language."""
        return str(_(self.label))

    @property
    def default_color(self) -> str:
        return DEFAULT_COLORS.get(self.id, "#838383")


class SportPreference(models.Model):
    """One user's colour, threshold and on/off for one sport."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sport_preferences"
    )
    sport = models.ForeignKey(Sport, on_delete=models.CASCADE, related_name="preferences")
    color = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$")],
    )
    is_active = models.BooleanField(_("active"), default=True)
    stopped_speed_threshold_kmh = models.FloatField(
        _("stopped below (km/h)"), validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("sport preference")
        verbose_name_plural = _("sport preferences")
        constraints = [
            models.UniqueConstraint(fields=["user", "sport"], name="sport_preference_unique"),
            models.CheckConstraint(
                condition=models.Q(stopped_speed_threshold_kmh__gte=0),
                name="sport_preference_threshold_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.sport}"


def stopped_below_kmh(owner: "User", sport: Sport) -> float:
    """Slower is standing still: the owner's preference for the sport, else the sport's own."""
    preferences = SportPreference.objects.filter(user=owner, sport=sport)
    preferred = preferences.values_list("stopped_speed_threshold_kmh", flat=True).first()
    return sport.stopped_speed_threshold_kmh if preferred is None else preferred
