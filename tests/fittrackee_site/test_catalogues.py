"""Texts are found in the sources and meet the translations they had."""

import polib
import pytest

from fittrackee_site.catalogues import Message, collect_messages, merge


def messages_of(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return {
        (one.context, one.singular, one.plural): sorted(one.files)
        for one in collect_messages(root).values()
    }


def test_functions_are_known_by_the_names_they_are_imported_under(tmp_path):
    source = """
from django.utils.translation import gettext_lazy as _, ngettext_lazy as n_, pgettext
_("A lake")
n_("one lake", "%(count)s lakes", 2)
pgettext("verb", "row")
_(variable)
"""
    assert messages_of(tmp_path, "accounts/lakes.py", source) == {
        ("", "A lake", ""): ["accounts/lakes.py"],
        ("", "one lake", "%(count)s lakes"): ["accounts/lakes.py"],
        ("verb", "row", ""): ["accounts/lakes.py"],
    }


def test_tags_of_templates_are_read_as_django_reads_them(tmp_path):
    source = """{% load i18n %}{% translate "A lake" context "water" %}
{% include "x.html" with label=_("Depth") %}{{ name|default:_("Nameless") }}
{% blocktranslate trimmed count number=lakes|length %}
  {{ number }} lake
{% plural %}
  {{ number }} lakes, 100%
{% endblocktranslate %}"""
    assert set(messages_of(tmp_path, "templates/lakes.html", source)) == {
        ("water", "A lake", ""),
        ("", "Depth", ""),
        ("", "Nameless", ""),
        ("", "%(number)s lake", "%(number)s lakes, 100%%"),
    }


def test_a_text_put_together_on_the_spot_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"lakes\.py:1"):
        messages_of(tmp_path, "accounts/lakes.py", '_(f"{count} lakes")')


def test_the_files_of_a_text_used_twice_are_listed_in_order(tmp_path):
    messages_of(tmp_path, "workouts/lakes.py", '_("A lake")')
    found = messages_of(tmp_path, "accounts/lakes.py", '_("A lake")')
    assert found == {("", "A lake", ""): ["accounts/lakes.py", "workouts/lakes.py"]}


def test_merging_keeps_translations_and_drops_what_nobody_uses(tmp_path):
    source = tmp_path / "django.po"
    old = polib.POFile()
    old.append(polib.POEntry(msgid="A lake", msgstr="Un lac"))
    old.append(polib.POEntry(msgid="A river", msgstr="Une rivière"))
    old.save(str(source))
    merged = merge(source, "fr", [Message("A lake"), Message("A brook")])
    assert [(one.msgid, one.msgstr) for one in merged] == [("A brook", ""), ("A lake", "Un lac")]


def test_merging_twice_writes_the_same_file(tmp_path):
    source = tmp_path / "django.po"
    messages = [Message("%(n)s lake", "%(n)s lakes", files={"b.py", "a.py"}), Message("{name}")]
    merge(source, "de", messages).save(str(source))
    first = source.read_text(encoding="utf-8")
    merge(source, "de", reversed(messages)).save(str(source))
    assert source.read_text(encoding="utf-8") == first
