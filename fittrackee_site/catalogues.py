"""The words of the site: found in the sources, kept with their translations in locale/."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import templatize

PLACES = (
    *("contract", "tracks", "instance", "oauth_apps", "accounts", "workouts", "training"),
    *("fittrackee_site", "templates"),
)
LEFT_OUT = frozenset({"migrations", "static"})

# Which argument is what, by the function's name without “_lazy”.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "gettext": ("singular",),
    "gettext_noop": ("singular",),
    "ngettext": ("singular", "plural"),
    "pgettext": ("context", "singular"),
    "npgettext": ("context", "singular", "plural"),
}
PLURAL_FORMS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "de": "nplurals=2; plural=(n != 1);",
}
FLAGS = {
    "python-format": re.compile(r"%(\(\w+\))?[sd]"),
    "python-brace-format": re.compile(r"\{\w*\}"),
}
TEMPLATE_CALL = re.compile(
    r"""\b(?:n?p?gettext|_)\((?:[^()'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*\)"""
)

Key = tuple[str, str]


@dataclass
class Message:
    """One text to translate and the files that use it."""

    singular: str
    plural: str = ""
    context: str = ""
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        """What the catalogue finds it by: the context and the text."""
        return self.context, self.singular

    @property
    def flags(self) -> list[str]:
        """Which kinds of placeholders it has, in the words of gettext."""
        return [flag for flag, pattern in FLAGS.items() if pattern.search(self.singular)]


def collect_messages(root: Path) -> dict[Key, Message]:
    """Every text marked for translation below `root`, by its key.

    ValueError for a mark around something that is not one plain text.
    """
    found: dict[Key, Message] = {}
    for path in source_files(root):
        for message in read_messages(path):
            kept = found.setdefault(message.key, message)
            kept.plural = kept.plural or message.plural
            kept.files.add(path.relative_to(root).as_posix())
    return found


def source_files(root: Path) -> list[Path]:
    """Our Python modules and templates."""
    paths = [path for place in PLACES for path in (root / place).rglob("*") if path.is_file()]
    return sorted(path for path in paths if is_source(path.relative_to(root)))


def is_source(path: Path) -> bool:
    if LEFT_OUT.intersection(path.parts):
        return False
    return path.suffix == ".py" or "templates" in path.parts


def read_messages(path: Path) -> Iterator[Message]:
    """The texts of one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = "\n".join(TEMPLATE_CALL.findall(templatize(text, origin=str(path))))
    tree = ast.parse(text, filename=str(path))
    names = dict(imported_names(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (arguments := ARGUMENTS.get(called(node, names))):
            yield from message_of(node, arguments, path)


def imported_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What the module calls Django's functions."""
    yield "_", "gettext"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            yield from ((alias.asname or alias.name, alias.name) for alias in node.names)


def called(node: ast.Call, names: dict[str, str]) -> str:
    """The function's name without “_lazy”."""
    if isinstance(node.func, ast.Name):
        name = names.get(node.func.id, node.func.id)
    else:
        name = getattr(node.func, "attr", "")
    return name.removesuffix("_lazy")


def message_of(node: ast.Call, arguments: tuple[str, ...], path: Path) -> Iterator[Message]:
    """The text that a call marks; ValueError where it is put together on the spot."""
    given = dict(zip(arguments, node.args, strict=False))
    for argument in given.values():
        if isinstance(argument, ast.JoinedStr | ast.BinOp):
            raise ValueError(f"{path}:{node.lineno}: {ast.unparse(node)} is not one plain text.")
    texts = {name: str(one.value) for name, one in given.items() if isinstance(one, ast.Constant)}
    # A variable is translated here and marked elsewhere.
    if "singular" in texts:
        yield Message(texts["singular"], texts.get("plural", ""), texts.get("context", ""))


def merge(source: Path, language: str, messages: Iterable[Message]) -> polib.POFile:
    """The catalogue at `source` with exactly `messages`, keeping what is translated."""
    known = {key_of(entry): entry for entry in polib.pofile(str(source))} if source.exists() else {}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Project-Id-Version": settings.SITE_NAME,
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }
    for message in sorted(messages, key=lambda m: (m.singular, m.context)):
        catalogue.append(entry_for(message, known.get(message.key)))
    return catalogue


def key_of(entry: polib.POEntry) -> Key:
    """The key under which `collect_messages` knows the entry."""
    return entry.msgctxt or "", entry.msgid


def entry_for(message: Message, known: polib.POEntry | None) -> polib.POEntry:
    """The entry of a message with the translation that `known` has."""
    entry = polib.POEntry(
        msgid=message.singular,
        msgctxt=message.context or None,
        occurrences=[(file, "") for file in sorted(message.files)],
        flags=message.flags + (["fuzzy"] if known and known.fuzzy else []),
        tcomment=known.tcomment if known else "",
    )
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = (known and known.msgstr_plural) or {0: "", 1: ""}
    else:
        entry.msgstr = known.msgstr if known else ""
    return entry
