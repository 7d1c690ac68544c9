"""The words of the site: Babel finds them in the sources and keeps them in locale/."""

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

from instance import __version__

PLACES = (
    *("contract", "tracks", "instance", "oauth_apps", "accounts", "workouts", "training"),
    *("fittrackee_site", "templates"),
)
LEFT_OUT = frozenset({"migrations", "static"})
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": arguments for name, arguments in DEFAULT_KEYWORDS.items()},
    "gettext_noop": None,
}
WIDTH = 100


def languages() -> list[str]:
    """The languages that have a catalogue: all but that of the sources."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def catalogue_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0], language, "LC_MESSAGES", "django.po")


def extract_template(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Any
) -> Iterator[Any]:
    """Babel's extractor for Django's templates: they are read as what Django makes of them."""
    lines = templatize(file.read().decode()).splitlines()
    # Indented as it comes, it would be no Python.
    python = "\n".join(line.strip() for line in lines)
    return extract_python(BytesIO(python.encode()), keywords, comment_tags, options)


EXTRACTORS: list[tuple[str, Any]] = [
    ("**.py", "python"),
    *((f"**.{ending}", extract_template) for ending in ("html", "txt", "js")),
]


def collect_messages(root: Path) -> Catalog:
    """Every text marked for translation below `root`, with the files that use it."""
    found = Catalog(project=settings.SITE_NAME, version=__version__)
    for place in PLACES:
        for name, line, text, _comments, context in extract_from_dir(
            root / place, EXTRACTORS, keywords=KEYWORDS, directory_filter=is_source
        ):
            found.add(text, locations=[(f"{place}/{name}", line)], context=context)
    return found


def is_source(folder: str) -> bool:
    return Path(folder).name not in LEFT_OUT


def read_catalogue(path: Path, language: str) -> Catalog:
    """The catalogue at `path`; an empty one where there is none yet."""
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, language)


def merge(path: Path, language: str, messages: Catalog) -> Catalog:
    """Write exactly `messages` to the catalogue at `path`, keeping what is translated."""
    catalogue = read_catalogue(path, language)
    catalogue.project, catalogue.version = messages.project, messages.version
    catalogue.update(messages, no_fuzzy_matching=True, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=WIDTH,
            sort_output=True,
            ignore_obsolete=True,
            include_lineno=False,
        )
    return catalogue


def is_translated(message: Message) -> bool:
    """Whether every form of the text has its words, and nobody doubts them."""
    forms = [message.string] if isinstance(message.string, str | None) else message.string
    return all(forms) and not message.fuzzy
