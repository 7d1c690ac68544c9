"""Brings the catalogues in locale/ up to date without the gettext tools."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fittrackee_site.catalogues import PLURAL_FORMS, collect_messages, merge


class Command(BaseCommand):
    help = "Write every text of the sources into the .po files, keeping what is translated."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            messages = collect_messages(settings.BASE_DIR)
        except ValueError as error:
            raise CommandError(str(error)) from error
        for language in PLURAL_FORMS:
            path = Path(settings.LOCALE_PATHS[0], language, "LC_MESSAGES", "django.po")
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue = merge(path, language, messages.values())
            catalogue.save(str(path))
            left = len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())
            self.stdout.write(f"{language}: {len(catalogue)} texts, {left} to translate")
