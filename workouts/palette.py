"""The colour of each sport for one reader."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import SportPreference


def sport_colors(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `sport_colors`, the chosen colours by sport id; one query when used."""
    return {"sport_colors": SimpleLazyObject(lambda: chosen_colors(request.user))}


def chosen_colors(user: Any) -> dict[int, str]:
    """The colours that `user` chose, by sport id; the others keep the sport's default."""
    if not user.is_authenticated:
        return {}
    chosen = SportPreference.objects.filter(user=user).exclude(color="")
    return dict(chosen.values_list("sport_id", "color"))
