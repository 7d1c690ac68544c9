"""Every deliberate difference is explained to people."""

import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent / "docs" / "deviations.md"


def test_every_deviation_is_explained():
    deviations = tomllib.loads((HERE / "deviations.toml").read_text())["deviation"]
    document = DOCUMENT.read_text()
    assert [entry["reason"] for entry in deviations if entry["reason"] not in document] == []
