"""The application that a WSGI server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from .bodies import KnownLengthBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fittrackee_site.settings")

application = KnownLengthBodies(get_wsgi_application(), limit=settings.MAX_REQUEST_SIZE)
