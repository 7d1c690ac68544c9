"""The application that the web server runs: Django's for WSGI, behind a bridge."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from .bodies import Bodies
from .bridge import Bridge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fittrackee_site.settings")

# Several of the largest requests, of different people, may be under way.
LARGEST_AT_ONCE = 4

application = Bridge(
    get_wsgi_application(),
    Bodies(limit=settings.MAX_REQUEST_SIZE, room=LARGEST_AT_ONCE * settings.MAX_REQUEST_SIZE),
    behind_proxy=settings.BEHIND_PROXY,
    headers=[
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ],
)
