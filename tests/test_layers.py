"""Imports point one way: fittrackee_site → workouts → accounts → oauth_apps; and inside an app
views · api · commands → services → models."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["oauth_apps", "accounts", "workouts", "fittrackee_site"]  # lowest first

# Wiring that every app may read: versions and the one shape of errors, pages and answers.
SHARED = ("fittrackee_site.api", "fittrackee_site.templatetags", "fittrackee_site.__version__")
DOORS = ("views", "api", "management", "admin", "urls", "forms", "filters", "templatetags")


def modules(app: str) -> Iterator[Path]:
    for path in sorted((ROOT / app).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def imports(path: Path) -> Iterator[str]:
    """The absolute names of the modules that `path` imports."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, *([node.module] if node.module else [])])


def test_apps_import_downwards_only():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for rank, app in enumerate(APPS)
        for path in modules(app)
        for name in imports(path)
        if name.split(".")[0] in APPS[rank + 1 :]
        and not name.startswith(SHARED)
        and name != "fittrackee_site"
    ]
    assert wrong == []


def test_services_and_models_know_nothing_of_their_doors():
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for app in APPS[:3]
        for path in modules(app)
        if path.relative_to(ROOT / app).parts[0].removesuffix(".py")
        in {"models", "services", "statistics", "tracks", "emails"}
        for name in imports(path)
        if name.startswith(tuple(f"{app}.{door}" for door in DOORS))
    ]
    assert wrong == []


def test_the_track_engine_sees_no_database_no_settings_and_no_request():
    forbidden = ("django.db", "django.conf", "django.http", "workouts.models", "workouts.services")
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("workouts/tracks")
        for name in imports(path)
        if name.startswith(forbidden)
    ]
    assert wrong == []
