"""Imports point one way: every package has a rank, and so has every module in it.

A module may import what stands lower in these lists, or beside it in the same folder; never what
stands higher. Imports inside functions and those for types only count like all others.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Lowest first; those in one line don't know each other.
PACKAGES = [
    ["contract", "tracks"],
    ["instance"],
    ["oauth_apps"],
    ["accounts"],
    ["workouts"],
    ["training"],
    ["fittrackee_site"],
]

# The modules and folders of each package, lowest first.
MODULES = {
    "contract": [
        ["addresses", "answers", "callers", "fields", "negotiation", "outages", "pages"],
        ["pagination"],
        ["rates", "schema", "searching"],
        ["errors", "passing", "throttling"],
        ["parsers", "sizes"],
        ["reading"],
    ],
    "tracks": [
        ["errors", "limits", "model"],
        ["codec", "geometry"],
        ["analysis", "readers", "writers"],
    ],
    "instance": [
        ["validators"],
        ["models", "maintenance"],
        ["configuration"],
        ["admin", "apps", "management"],
    ],
    "oauth_apps": [
        ["attempts", "notices", "random_texts", "redirects", "scopes"],
        ["models", "transport"],
        ["authentication", "services"],
        ["clients", "permissions", "server"],
        ["validators"],
        ["authorization", "forms"],
        ["views", "api", "management"],
        ["admin", "apps", "urls"],
    ],
    "accounts": [
        ["origins", "validators"],
        ["models"],
        ["backends", "dates", "figures", "storage", "tokens", "known_browsers"],
        ["emails", "second_factor", "passkeys", "middleware", "borrowed_words"],
        ["guesses", "services"],
        ["second_factor_forms", "stages"],
        ["adapters", "forms", "administration_forms"],
        ["templatetags"],
        ["views", "api", "management"],
        ["admin", "allauth_urls", "apps", "urls"],
    ],
    "workouts": [
        [
            "limits",
            "map_pass",
            "periods",
            "short_ids",
            "sport_drawings",
            "sports",
            "units",
            "weather_words",
        ],
        ["models"],
        ["filters", "formatting", "palette"],
        ["access", "charts", "demo", "lead_figures"],
        ["services"],
        ["templatetags"],
        ["forms", "list_filter"],
        ["views", "api", "management"],
        ["admin", "apps", "urls"],
    ],
    "training": [
        ["statistics"],
        ["measures"],
        ["bars", "overview"],
        ["columns"],
        ["dashboard", "statistics_page"],
        ["views", "api"],
        ["apps", "urls"],
    ],
    "fittrackee_site": [
        ["bodies", "catalogues", "caching", "fixed_settings", "forms", "paths", "supervision"],
        ["answers"],
        ["bridge"],
        ["environment"],
        ["settings", "jobs", "templatetags", "admin", "context_processors"],
        ["housekeeping"],
        ["asgi", "views", "api", "administration"],
        ["management", "urls"],
    ],
}

RANK_OF_PACKAGE = {name: rank for rank, names in enumerate(PACKAGES) for name in names}
RANK_OF_PART = {
    (package, name): rank
    for package, ranks in MODULES.items()
    for rank, names in enumerate(ranks)
    for name in names
}


def paths() -> Iterator[Path]:
    """Every module of ours but the migrations, which Django writes."""
    for package in RANK_OF_PACKAGE:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """The absolute names of all that `path` imports: modules, or names in modules."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def graph() -> dict[str, set[str]]:
    """The modules of ours that each module imports."""
    files = {name_of(path): path for path in paths()}
    return {
        name: {found for one in imports(path) if (found := module_in(one, files)) and found != name}
        for name, path in files.items()
    }


def module_in(name: str, known: dict[str, Path]) -> str | None:
    """The module that `name` is or stands in."""
    if name in known:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in known else None


GRAPH = graph()


def part_of(module: str) -> tuple[str, str]:
    """The package, and the module or folder right in it."""
    package, _, rest = module.partition(".")
    return package, rest.split(".")[0]


def is_downwards(module: str, imported: str) -> bool:
    here, there = part_of(module), part_of(imported)
    if here[0] != there[0]:
        return RANK_OF_PACKAGE[there[0]] < RANK_OF_PACKAGE[here[0]]
    if here == there or not there[1]:  # in one folder, or the package's own few words
        return True
    return RANK_OF_PART[there] < RANK_OF_PART[here]


def test_every_module_has_a_rank():
    parts = {part_of(module) for module in GRAPH}
    assert {part for part in parts if part[1]} == set(RANK_OF_PART)


@pytest.mark.parametrize("package", RANK_OF_PACKAGE)
def test_imports_point_downwards(package):
    wrong = [
        f"{module} imports {imported}"
        for module, all_imported in GRAPH.items()
        for imported in sorted(all_imported)
        if part_of(module)[0] == package and not is_downwards(module, imported)
    ]
    assert wrong == []


def test_there_is_no_circle():
    try:
        TopologicalSorter(GRAPH).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_the_track_engine_sees_no_database_no_settings_and_no_request():
    forbidden = ("django.db", "django.conf", "django.http")
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in paths()
        for name in imports(path)
        if path.is_relative_to(ROOT / "tracks") and name.startswith(forbidden)
    ]
    assert wrong == []
