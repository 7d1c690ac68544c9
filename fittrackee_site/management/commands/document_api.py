"""Writes docs/api.md from the API's own description."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from fittrackee_site.api.document import write_document
from fittrackee_site.api.views import openapi_document


class Command(BaseCommand):
    help = "Write docs/api.md from the API's own description."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "api.md"
        path.write_text(write_document(openapi_document()))
        self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}.")
