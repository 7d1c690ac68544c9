"""Sports, and what each user prefers about them."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from ..limits import FASTEST_KMH
from ..sports import KINDS, UNKNOWN, Kind

if TYPE_CHECKING:
    from accounts.models import User


THRESHOLD_RANGE = [MinValueValidator(0), MaxValueValidator(FASTEST_KMH)]


class SportQuerySet(models.QuerySet["Sport"]):
    def offered_to(self, user: "User") -> Self:
        """The sports that are on for everybody and for `user`."""
        switched_off = Q(preferences__user=user, preferences__is_active=False)
        return self.filter(is_active=True).exclude(switched_off)

    def used_in(self, workouts: models.QuerySet[Any]) -> Self:
        """The sports that have at least one of `workouts`."""
        return self.filter(Exists(workouts.order_by().filter(sport=OuterRef("pk"))))

    def with_preferences_of(self, user: "User") -> Self:
        """The sports with what `user` prefers about them, which `Sport.own_preference` gives."""
        own = SportPreference.objects.filter(user=user)
        return self.prefetch_related(Prefetch("preferences", own, to_attr="own"))


class Sport(models.Model):
    """A kind of workout. Ids and labels are part of the API and never change."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    label = models.CharField(_("label"), max_length=50, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    stopped_speed_threshold_kmh = models.FloatField(
        _("stopped below (km/h)"), default=1.0, validators=THRESHOLD_RANGE
    )

    objects = SportQuerySet.as_manager()

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
    def kind(self) -> Kind:
        """What is the same for everybody about this sport."""
        return KINDS.get(self.id, UNKNOWN)

    @property
    def own_preference(self) -> "SportPreference | None":
        """What the reader of `with_preferences_of` prefers, if anything."""
        own: list[SportPreference] = getattr(self, "own")  # noqa: B009  (set by a prefetch)
        return own[0] if own else None


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
        _("stopped below (km/h)"), validators=THRESHOLD_RANGE
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
