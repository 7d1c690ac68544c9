"""What the pages about accounts share."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

register = template.Library()

# View names of the sections, with icon and label; sections of apps that are not there are left out.
SECTIONS = (
    ("accounts:profile", "user", _("Profile")),
    ("accounts:account", "mail", _("Account")),
    ("mfa_index", "lock", _("Security")),
    ("accounts:preferences", "adjustments-horizontal", _("Preferences")),
    ("workouts:sport_preferences", "run", _("Sports")),
    ("oauth_apps:list", "apps", _("Apps")),
    ("oauth_apps:grants", "plug-connected", _("Apps with access")),
    ("oauth_apps:tokens", "key", _("Tokens")),
    ("workouts:your_data", "database-export", _("Your data")),
)


@register.inclusion_tag("accounts/_settings_menu.html", takes_context=True)
def settings_menu(context: Context) -> dict[str, Any]:
    """The sections of the settings; the one whose address the page's begins with is marked."""
    path = context["request"].path
    sections: list[dict[str, str]] = []
    for view, icon, label in SECTIONS:
        try:
            address = reverse(view)
        except NoReverseMatch:
            continue
        sections.append({"address": address, "icon": icon, "label": str(label)})
    above = [s["address"] for s in sections if f"{path}/".startswith(f"{s['address']}/")]
    return {"sections": sections, "here": max(above, default="")}
