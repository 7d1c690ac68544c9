"""The site speaks every one of its languages completely."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from fittrackee_site.catalogues import (
    KEYWORDS,
    PLACES,
    catalogue_path,
    collect_messages,
    is_translated,
    languages,
    read_catalogue,
)

PLACEHOLDER = re.compile(r"%%?\(\w+\)[sd]|\{\w*\}|</?\w+>")
LANGUAGES = sorted(languages())
SOURCES = sorted(path for place in PLACES for path in (settings.BASE_DIR / place).rglob("*.py"))


@pytest.fixture(scope="module")
def messages():
    return collect_messages(settings.BASE_DIR)


def catalogue(language):
    return [one for one in read_catalogue(catalogue_path(language), language) if one.id]


def texts(message):
    """The text of a message, and its plural where it has one."""
    return message.id if message.pluralizable else (message.id,)


def forms(message):
    """The translations of a message, one for each plural form."""
    return message.string if message.pluralizable else (message.string,)


def placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def test_every_language_but_english_has_a_catalogue():
    folders = Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po")
    assert sorted(path.parts[-3] for path in folders) == LANGUAGES == ["de", "fr"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_the_texts_of_the_sources_and_no_others(messages, language):
    listed = {(one.context, one.id) for one in catalogue(language)}
    wanted = {(one.context, one.id) for one in messages if one.id}
    assert (wanted - listed, listed - wanted) == (set(), set()), "run `make translations`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_in_every_plural_form(language):
    gaps = [
        one.id
        for one in catalogue(language)
        if not is_translated(one) or (one.pluralizable and len(one.string) != 2)
    ]
    assert gaps == []


def marks(tree):
    """The calls that mark a text for translation."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if getattr(call.func, "id", "") in KEYWORDS]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_marks_stand_around_plain_texts_and_where_babel_sees_them(path):
    """Ruff's INT rules see f-strings and formatting within a mark."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    within = [
        ast.unparse(one) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) and marks(one)
    ]
    joined = [
        ast.unparse(one) for one in marks(tree) if any(isinstance(a, ast.BinOp) for a in one.args)
    ]
    assert (within, joined) == ([], [])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_functions_that_mark_go_by_names_that_babel_knows(path):
    imports = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
    ]
    names = [alias for node in imports for alias in node.names if "gettext" in alias.name]
    assert {alias.asname or alias.name for alias in names} <= set(KEYWORDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    changed = [
        (one.id, form)
        for one in catalogue(language)
        for form in forms(one)
        if placeholders(form) not in [placeholders(text) for text in texts(one)]
    ]
    assert changed == []


# Spaces that may break before a sign, straight or foreign quotes, a formal “you” in German.
MISTAKES = {
    "de": r"[«»”\"']|\.\.\.| [;:!?]|(?<!^)(?<![.:!?] )\b(Sie|Ihnen|Ihre?[mnrs]?)\b",
    "fr": r" [;:!?»]|« |[^\s\u202f][;!?](?!\w)|[“”„'\"]|\.\.\.|\b([Tt]u|ton|ta|tes)\b",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_follow_the_customs_of_their_language(language):
    wrong = [
        form
        for one in catalogue(language)
        for form in forms(one)
        if re.search(MISTAKES[language], form.replace("(s):", ""))
    ]
    assert wrong == []
