"""The documents name only what there is: files, functions, settings."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    "CONTRIBUTING.md",
    *(f"docs/{name}.md" for name in ("architecture", "house-style", "security", "testing")),
]
LEFT_OUT = {".venv", ".git", "var", "screenshots", "htmlcov", "node_modules"}

FILE = re.compile(r"[\w/.-]*\w\.(?:py|conf|html|md|toml|txt)\b|\b\w+(?:/[\w-]+)*/(?=[\s`:,;)]|$)")
NAME = re.compile(r"[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*(?:\(.*\))?")
# In a drawing only what can't be taken for a word: two_words, TwoWords, dotted.names, or a call.
DRAWN = re.compile(
    r"\b(?:[a-zA-Z_]+(?:\.[a-zA-Z_]+)+|[a-z]+(?:_[a-z]+)+|(?:[A-Z][a-z]+){2,}|[a-z_]+(?=\())"
)


@cache
def files() -> list[Path]:
    tops = [top for top in ROOT.iterdir() if top.name not in LEFT_OUT]
    found = [path for top in tops for path in [top, *top.rglob("*")]]
    return [path for path in found if "__pycache__" not in path.parts]


@cache
def endings() -> set[str]:
    """Every way to name a file or folder by the last parts of its path."""
    parts = [path.relative_to(ROOT).parts for path in files()]
    return {"/".join(some[-length:]) for some in parts for length in range(1, len(some) + 1)}


@cache
def trees() -> list[tuple[str, ast.Module]]:
    """Every module, by the last part of its name."""
    return [(path.stem, ast.parse(path.read_text())) for path in files() if path.suffix == ".py"]


@cache
def known_names() -> set[str]:
    """All that is defined, imported or used, modules, and capital texts such as SECRET_KEY."""
    named = {name for _, tree in trees() for node in ast.walk(tree) for name in names_of(node)}
    return named | {Path(ending).stem for ending in endings()}


def names_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield from [node.value] if str(node.value).isupper() else []
    for field in ("name", "id", "attr", "arg"):
        yield from [name] if isinstance(name := getattr(node, field, None), str) else []


@cache
def members() -> dict[str, set[str]]:
    """The names that the bodies of classes and modules define, by the owner's name."""
    found: dict[str, set[str]] = defaultdict(set)
    for stem, tree in trees():
        found[stem] |= set(defined_in(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name] |= set(defined_in(node))
    return found


def defined_in(owner: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in owner.body:
        for part in [node, *getattr(node, "names", []), *getattr(node, "targets", [])]:
            yield from names_of(part)
        yield from names_of(getattr(node, "target", node))


def spans(text: str) -> list[str]:
    """What stands in backticks within a line."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def drawings(text: str) -> str:
    """The blocks that are in no language."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.M | re.S)
    return "\n".join(block for language, block in blocks if not language)


def missing_files(text: str) -> list[str]:
    named = {match.removeprefix("../").rstrip("/") for match in FILE.findall(text)}
    return sorted(named - endings())


def missing_names(text: str) -> list[str]:
    names = [span for span in spans(text) if NAME.fullmatch(span)] + DRAWN.findall(drawings(text))
    return sorted({name for name in names if not FILE.fullmatch(name) and not is_known(name)})


def is_known(name: str) -> bool:
    """Whether each part of a dotted name is there, and the owner of ours before a dot has it."""
    parts = name.split("(")[0].split(".")
    return set(parts) <= known_names() and all(
        owner not in members() or part in members()[owner] for owner, part in pairwise(parts)
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(name):
    assert missing_files((ROOT / name).read_text()) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_name_of_the_code_in_a_document_is_there(name):
    assert missing_names((ROOT / name).read_text()) == []


def test_a_name_that_is_not_there_is_seen():
    text = "`views/nowhere.py` and `no_such_thing(x)`\n```\na ─ codec.nothing ─ b\n```\n"
    assert missing_files(text) == ["views/nowhere.py"]
    assert missing_names(text) == ["codec.nothing", "no_such_thing(x)"]
