"""CHANGELOG.md is dated, grouped, newest first, and says nothing twice."""

import re
from pathlib import Path

TEXT = (Path(__file__).resolve().parent.parent / "CHANGELOG.md").read_text()
VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+) – (20\d\d-\d\d-\d\d)")
GROUPS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


def releases() -> dict[str, str]:
    """What stands under each heading of the second level."""
    parts = re.split(r"^## (.+)\n", TEXT, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_releases_are_dated_and_the_newest_is_first():
    first, *dated = releases()
    found = [VERSION.fullmatch(heading) for heading in dated]
    assert first == "Unreleased"
    assert dated
    assert None not in found
    numbers = [tuple(map(int, match.groups()[:3])) for match in found if match]
    assert numbers == sorted(numbers, reverse=True)


def test_every_line_stands_in_a_group():
    for heading, text in releases().items():
        groups = re.findall(r"^### (.+)$", text, re.MULTILINE)
        assert groups == [group for group in GROUPS if group in groups], heading
        assert not re.search(r"^- ", text.split("### ")[0], re.MULTILINE), heading


def test_nothing_is_said_twice():
    beginnings = [line[:60] for line in TEXT.splitlines() if line.startswith("- ")]
    assert sorted(beginnings) == sorted(set(beginnings))
