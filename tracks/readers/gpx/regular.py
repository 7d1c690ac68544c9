"""Runs of points that are written alike, which one regular expression reads much faster than tags.

A device writes all its points in one form. The form is learned from one point that was read tag by
tag; a point has it only if it consists of the very same tags with plain text between them, so what
the expression finds means the same as what the tags would.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..points import POINT_COLUMNS, Column, FinishedRow

WINDOW_BYTES = 1 << 18
PEEK_BYTES = 1 << 12
POINT_TAG = re.compile(r'<([^\s<>="]+) (lat|lon)="[^"<>&]*" (lat|lon)="[^"<>&]*">')
PARTS = re.compile(r"(<[^<>]*>)([^<]*)")
# A tag without attributes, comments and the like: <name>, </name> or <name/>.
PLAIN_TAG = re.compile(r"<(/?)([^\s<>=\"'!?/]+)(/?)>")
COORDINATES = {"lat": Column.LATITUDE, "lon": Column.LONGITUDE}
# Only ASCII: it means the same in every encoding that is read byte by byte.
ATTRIBUTE = r'="([^"<>&\x80-\xff]*)"'
LEAF_TEXT = r"[^<&\x80-\xff]*"


@dataclass(frozen=True)
class Form:
    """How a device writes a point: the expression, its groups' columns, and how many elements."""

    expression: re.Pattern[str]
    columns: tuple[int, ...]
    element_count: int

    def read(self, data: bytes, start: int) -> tuple[list[FinishedRow], int]:
        """Rows of the points that follow `start` without a break, and where they end."""
        view = memoryview(data)
        if not self.expression.match(str(view[start : start + PEEK_BYTES], "latin-1")):
            return [], start
        text = str(view[start : start + WINDOW_BYTES], "latin-1")
        found = list(iter(self.expression.scanner(text).match, None))  # type: ignore[attr-defined]
        groups = zip(*(match.groups() for match in found), strict=True)
        read = dict(zip(self.columns, groups, strict=True))
        nothing: Sequence[None] = [None] * len(found)
        rows = zip(*(read.get(column, nothing) for column in range(POINT_COLUMNS)), strict=True)
        return list(rows), start + found[-1].end()


def learn_form(point: bytes, columns: list[int | None]) -> Form | None:
    """The form of a point, given the column of each of its elements; None if it is irregular."""
    text = point.decode("latin-1").strip()
    parts = PARTS.findall(text)
    head = POINT_TAG.fullmatch(parts[0][0]) if parts else None
    if head is None or "".join(map("".join, parts)) != text:
        return None
    name, *axes = head.groups()
    expression = [rf"\s*<{re.escape(name)} {axes[0]}{ATTRIBUTE} {axes[1]}{ATTRIBUTE}>\s*"]
    kept: list[int] = [COORDINATES[axis] for axis in axes]
    elements = iter(columns[1:])
    for (tag, inner), (following, _) in pairwise([*parts[1:], ("", "")]):
        plain = PLAIN_TAG.fullmatch(tag)
        if plain is None:
            return None
        column = None if plain[1] else next(elements, None)
        is_leaf = following == f"</{plain[2]}>" and not plain[1] and not plain[3]
        if not is_leaf and (inner.strip() or (column is not None and not plain[3])):
            return None
        expression.append(re.escape(tag) + _text(is_leaf, column))
        kept += [column] if is_leaf and column is not None else []
    if next(elements, None) is not None or len(set(kept)) != len(kept):
        return None
    return Form(re.compile("".join(expression)), tuple(kept), len(columns))


def _text(is_leaf: bool, column: int | None) -> str:
    """What may follow a tag: the text of an element, which is kept if it has a column, or space."""
    if not is_leaf:
        return r"\s*"
    return LEAF_TEXT if column is None else f"({LEAF_TEXT})"
