"""A name is defined once per app: two of them are two truths waiting to disagree."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["contract", "tracks", "instance", "oauth_apps", "accounts", "workouts", "training"]
APPS += ["fittrackee_site"]
# What Django and Python look for by this name, in whichever module.
GIVEN = {"Command", "app_name", "logger", "register", "router", "urlpatterns"}


def modules(app: str) -> Iterator[Path]:
    for path in sorted((ROOT / app).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def defined(path: Path) -> Iterator[tuple[str, bool]]:
    """The names that a module defines by itself, and whether as a function."""
    for node in ast.parse(path.read_text()).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name, True
            case ast.ClassDef():
                yield node.name, False
            case ast.Assign():
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        yield target.id, False
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, False


def is_public(name: str, is_function: bool) -> bool:
    """Names with an underscore are their module's own affair, as long as nobody imports them."""
    return not name.startswith("_") and (is_function or name not in GIVEN)


@pytest.mark.parametrize("app", APPS)
def test_a_name_is_defined_once_per_app(app):
    places = defaultdict(set)
    for path in modules(app):
        for name, is_function in defined(path):
            if is_public(name, is_function):
                places[name].add(str(path.relative_to(ROOT)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_nobody_imports_what_is_another_modules_own_affair():
    found = [
        f"{path.relative_to(ROOT)}: {alias.name}"
        for app in APPS
        for path in modules(app)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        if node.level or (node.module or "").split(".")[0] in APPS
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert found == []
