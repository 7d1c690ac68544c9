"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from instance import __version__
from instance.models import AppConfiguration


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name and version, whether it sends mail, and its configuration."""
    return {
        "site_name": settings.SITE_NAME,
        "site_version": __version__,
        "map_attribution": settings.MAP_ATTRIBUTION,
        "email_is_configured": settings.EMAIL_IS_CONFIGURED,
        "configuration": AppConfiguration.current,
    }
