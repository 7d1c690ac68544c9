"""The stylesheets have no rules for what no page shows."""

import re
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("accounts", "fittrackee_site", "oauth_apps", "training", "workouts")
STYLESHEETS = sorted(path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.css"))
SOURCES = (".html", ".js", ".py")
# Put together from a word and a value, or made by Leaflet and REST framework.
MADE_ELSEWHERE = re.compile(r"lane--|notice--|map-mark--|leaflet-|form-group$")
CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
SELECTORS = re.compile(r"([^{};]+)\{")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@pytest.fixture(scope="module")
def words() -> set[str]:
    """Every word of our templates, scripts and modules."""
    paths = [
        path for folder in (*APPS, "templates") for path in (settings.BASE_DIR / folder).rglob("*")
    ]
    texts = [path.read_text() for path in paths if path.suffix in SOURCES]
    return set(re.findall(r"[\w-]+", "\n".join(texts)))


def classes(stylesheet: Path) -> set[str]:
    rules = COMMENT.sub("", stylesheet.read_text())
    return {name for selector in SELECTORS.findall(rules) for name in CLASS.findall(selector)}


@pytest.mark.parametrize("stylesheet", STYLESHEETS, ids=lambda path: path.name)
def test_every_class_is_used(stylesheet, words):
    unused = {name for name in classes(stylesheet) - words if not MADE_ELSEWHERE.match(name)}
    assert unused == set()
