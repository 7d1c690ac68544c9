"""README names the settings, targets of make and commands that there are, and no others."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
SETTING = re.compile(r"[A-Z][A-Z_]+")


def section(title: str) -> str:
    """The text under the heading `title`, up to the next heading."""
    return re.split(r"^#+ ", README.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


# --- Settings


def calls_of_env(path: Path) -> Iterator[ast.Call]:
    """`env.str("NAME", …)` and `read_url(env, "NAME", …)`, wherever they stand."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and any(
            isinstance(part, ast.Name) and part.id == "env"
            for part in [getattr(node.func, "value", None), *node.args]
        ):
            yield node


def written_default(call: ast.Call) -> str:
    """A default as one would write it into the environment; empty when there is none or it is
    computed, which words tell better.
    """
    default = next((word.value for word in call.keywords if word.arg == "default"), None)
    if default is None and getattr(call.func, "id", "") == "read_flag":
        return "false"
    try:
        return str(ast.literal_eval(default)) if default else ""
    except ValueError:
        return ""


@cache
def settings_of_the_code() -> dict[str, str]:
    """The default of each setting that is read from the environment."""
    files = [ROOT / "fittrackee_site" / name for name in ("settings.py", "environment.py")]
    return {
        part.value: written_default(call)
        for path in files
        for call in calls_of_env(path)
        for part in call.args
        if isinstance(part, ast.Constant) and SETTING.fullmatch(str(part.value))
    }


def settings_of_the_readme() -> dict[str, str]:
    rows = re.findall(r"^\| `([A-Z_]+)` \|.*\| *(.+?) *\|$", section("Settings"), re.MULTILINE)
    return dict(rows)


def test_the_readme_lists_exactly_the_settings_that_are_read():
    assert len(settings_of_the_code()) > 20
    assert sorted(settings_of_the_readme()) == sorted(settings_of_the_code())


@pytest.mark.parametrize("name", sorted(settings_of_the_code()))
def test_the_default_of_a_setting_is_that_of_the_code(name):
    default = settings_of_the_code()[name]
    told = settings_of_the_readme()[name]
    assert told == f"`{default}`" if default else told


# --- make


def documented_targets() -> set[str]:
    """What `make help` lists."""
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_the_readme_names_exactly_the_targets_of_make():
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE)) == documented_targets()


# --- manage.py


def own_commands() -> dict[str, str]:
    """The names of the project's own commands and of the apps that have them."""
    own = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    return {name: app for name, app in get_commands().items() if app in own}


def commands_of_the_readme() -> dict[str, set[str]]:
    """The options that the table of commands names for each of them."""
    cells = re.findall(r"^\| (`.+?) \|", section("Commands"), re.MULTILINE)
    found: dict[str, set[str]] = {}
    for words in re.findall(r"`([^`]+)`", " ".join(cells)):
        name, *rest = words.split()
        found[name] = found.get(name, set()) | set(re.findall(r"--[a-z-]+", " ".join(rest)))
    return found


def test_the_readme_lists_exactly_our_commands():
    assert sorted(commands_of_the_readme()) == sorted(own_commands())


@pytest.mark.parametrize("name", sorted(own_commands()))
def test_a_command_has_the_options_that_the_readme_gives_it(name):
    parser = load_command_class(own_commands()[name], name).create_parser("manage.py", name)
    options = {option for action in parser._actions for option in action.option_strings}
    assert commands_of_the_readme()[name] <= options


def test_other_documents_name_no_command_or_target_that_is_not_there():
    known = set(own_commands()) | {"check", "makemigrations", "migrate", "test", "shell"}
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        text = path.read_text()
        assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= known, path.name
        assert set(re.findall(r"`make ([a-z-]+)", text)) <= documented_targets(), path.name
