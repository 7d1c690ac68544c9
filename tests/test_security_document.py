"""docs/security.md names tests that exist."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"`(test_\w+): (test_\w+)`")
THREAT = re.compile(r"^\| (?!Threat|Who|-)[^|]+\|[^|]+\|([^|]+)\|$", re.MULTILINE)


def written_tests() -> dict[str, set[str]]:
    """The names of all tests by the name of their file; several files may share one."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "tests").rglob("test_*.py"):
        found[path.stem] |= set(re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE))
    return found


def test_every_test_that_the_threat_model_names_is_there():
    tests = written_tests()
    named = NAMED.findall((ROOT / "docs" / "security.md").read_text())
    assert [f"{file}: {name}" for file, name in named if name not in tests[file]] == []


def test_every_threat_names_a_test():
    held = THREAT.findall((ROOT / "docs" / "security.md").read_text())
    assert len(held) > 40
    assert [cell for cell in held if not NAMED.search(cell)] == []
