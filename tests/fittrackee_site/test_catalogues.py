"""Texts are found in the sources and meet the translations they had."""

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from fittrackee_site.catalogues import collect_messages, is_translated, merge


def messages_of(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return {
        (one.context or "", one.id): sorted(file for file, _line in one.locations)
        for one in collect_messages(root)
        if one.id
    }


def catalogue_of(*texts):
    messages = Catalog(project="Lakes", version="1")
    for text in texts:
        messages.add(text, locations=[("b.py", 2), ("a.py", 1)])
    return messages


def test_every_function_of_django_is_known(tmp_path):
    source = """
from django.utils.translation import gettext_lazy as _, ngettext_lazy, pgettext
_("A lake")
gettext_noop("A brook")
ngettext_lazy("one lake", "%(count)s lakes", 2)
pgettext("verb", "row")
npgettext_lazy("of water", "one fall", "%(count)s falls", "count")
_(variable)
"""
    assert messages_of(tmp_path, "accounts/lakes.py", source) == {
        ("", "A lake"): ["accounts/lakes.py"],
        ("", "A brook"): ["accounts/lakes.py"],
        ("", ("one lake", "%(count)s lakes")): ["accounts/lakes.py"],
        ("verb", "row"): ["accounts/lakes.py"],
        ("of water", ("one fall", "%(count)s falls")): ["accounts/lakes.py"],
    }


def test_tags_of_templates_are_read_as_django_reads_them(tmp_path):
    source = """{% load i18n %}{% translate "A lake" context "water" %}
  {% include "x.html" with label=_("Depth") %}{{ name|default:_("Nameless") }}
      <p>It’s ({# a comment with "quotes" #} not Python</p>
    {% blocktranslate trimmed count number=lakes|length %}
  {{ number }} lake
{% plural %}
  {{ number }} lakes, 100%
{% endblocktranslate %}"""
    assert set(messages_of(tmp_path, "templates/lakes.html", source)) == {
        ("water", "A lake"),
        ("", "Depth"),
        ("", "Nameless"),
        ("", ("%(number)s lake", "%(number)s lakes, 100%%")),
    }


def test_the_files_of_a_text_used_twice_are_listed_in_order(tmp_path):
    messages_of(tmp_path, "workouts/lakes.py", '_("A lake")')
    messages_of(tmp_path, "workouts/migrations/0001_lakes.py", '_("A lake")')
    found = messages_of(tmp_path, "accounts/lakes.py", '_("A lake")')
    assert found == {("", "A lake"): ["accounts/lakes.py", "workouts/lakes.py"]}


def test_merging_keeps_translations_and_drops_what_nobody_uses(tmp_path):
    source = tmp_path / "django.po"
    old = Catalog("fr")
    old.add("A lake", "Un lac", user_comments=["Not of milk."])
    old.add("A river", "Une rivière")
    with source.open("wb") as file:
        write_po(file, old)
    merge(source, "fr", catalogue_of("A lake", "A brook"))
    with source.open("rb") as file:
        merged = read_po(file, "fr")
    assert [(one.id, one.string) for one in merged if one.id] == [
        ("A brook", ""),
        ("A lake", "Un lac"),
    ]
    assert merged.get("A lake").user_comments == ["Not of milk."]
    assert not merged.obsolete


def test_a_text_like_one_that_went_takes_nothing_from_it(tmp_path):
    source = tmp_path / "django.po"
    old = Catalog("fr")
    old.add("A great lake", "Un grand lac")
    with source.open("wb") as file:
        write_po(file, old)
    (new,) = [one for one in merge(source, "fr", catalogue_of("A great lakes")) if one.id]
    assert (bool(new.string), new.fuzzy, is_translated(new)) == (False, False, False)


def test_merging_twice_writes_the_same_file(tmp_path):
    source = tmp_path / "django.po"
    texts = [("%(n)s lake", "%(n)s lakes"), "{name}"]
    merge(source, "de", catalogue_of(*texts))
    first = source.read_text(encoding="utf-8")
    merge(source, "de", catalogue_of(*reversed(texts)))
    assert source.read_text(encoding="utf-8") == first
    assert "nplurals=2; plural=(n != 1);" in first


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        (Message("A lake", "Un lac"), True),
        (Message("A lake", "Un lac", flags=["fuzzy"]), False),
        (Message("A lake", ""), False),
        (Message("A lake", None), False),
        (Message(("lake", "lakes"), ("lac", "lacs")), True),
        (Message(("lake", "lakes"), ("lac", "")), False),
    ],
)
def test_a_text_is_translated_when_all_its_forms_are(message, answer):
    assert is_translated(message) is answer
