"""Brings the catalogues in locale/ up to date without the gettext tools."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from fittrackee_site.catalogues import (
    catalogue_path,
    collect_messages,
    is_translated,
    languages,
    merge,
)


class Command(BaseCommand):
    help = "Write every text of the sources into the .po files, keeping what is translated."

    def handle(self, *args: Any, **options: Any) -> None:
        messages = collect_messages(settings.BASE_DIR)
        for language in languages():
            catalogue = merge(catalogue_path(language), language, messages)
            left = sum(not is_translated(message) for message in catalogue if message.id)
            self.stdout.write(f"{language}: {len(catalogue)} texts, {left} to translate")
