"""The site speaks every one of its languages completely."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from fittrackee_site.catalogues import PLURAL_FORMS, collect_messages, key_of

PLACEHOLDER = re.compile(r"%%?\(\w+\)[sd]|\{\w*\}|</?\w+>")
LANGUAGES = sorted(PLURAL_FORMS)


@pytest.fixture(scope="module")
def messages():
    return collect_messages(settings.BASE_DIR)


def catalogue(language):
    return polib.pofile(str(Path(settings.LOCALE_PATHS[0], language, "LC_MESSAGES", "django.po")))


def forms(entry):
    """The translations of an entry, one for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def test_every_language_but_english_has_a_catalogue():
    assert sorted(code for code, _ in settings.LANGUAGES if code != "en") == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_the_texts_of_the_sources_and_no_others(messages, language):
    listed = {(*key_of(entry), entry.msgid_plural) for entry in catalogue(language)}
    wanted = {(*message.key, message.plural) for message in messages.values()}
    assert (wanted - listed, listed - wanted) == (set(), set()), "run `make translations`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_in_every_plural_form(language):
    gaps = [
        entry.msgid
        for entry in catalogue(language)
        if entry.fuzzy or not all(forms(entry)) or (entry.msgid_plural and len(forms(entry)) != 2)
    ]
    assert gaps == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    changed = [
        (entry.msgid, form)
        for entry in catalogue(language)
        for form in forms(entry)
        if placeholders(form) not in (placeholders(entry.msgid), placeholders(entry.msgid_plural))
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
        for entry in catalogue(language)
        for form in forms(entry)
        if re.search(MISTAKES[language], form.replace("(s):", ""))
    ]
    assert wrong == []
