"""JSON from strangers, read in little memory: a bracket costs them one byte, and us a hundred."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A document has no more members, elements and brackets than these together.
MOST_PARTS = 500_000
# Ten times a workout with all its texts and weather.
LONGEST_ENTRY = 32 * 1024

EMPTY = re.compile(rb"[ \t\r\n]*+\[[ \t\r\n]*+\][ \t\r\n]*+\Z")
OPENING = re.compile(rb"[ \t\r\n]*+\[[ \t\r\n]*+")
BETWEEN = re.compile(rb"[ \t\r\n]*+(,[ \t\r\n]*+|\][ \t\r\n]*+\Z)")


def parse(data: bytes) -> Any:
    """The document in `data`; ValidationError when it is damaged or has too many parts."""
    if sum(data.count(mark) for mark in (b"{", b"[", b",", b":")) > MOST_PARTS:
        raise ValidationError(_("This export can't be read: it lists too much."), "entries")
    try:
        found = json.loads(data)
        check_text(found)
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    return found


def entries(data: bytes) -> Iterator[Any]:
    """The elements of the list in `data`, one after the other.

    ValidationError when it is no list, is damaged, or an element has more bytes than
    LONGEST_ENTRY; those before it are out by then.
    """
    if EMPTY.match(data):
        return
    border = OPENING.match(data)
    while border is not None:
        entry, end = _read_entry(data, border.end())
        yield entry
        border = BETWEEN.match(data, end)
        if border is not None and border[1].startswith(b"]"):
            return
    raise damaged()


def _read_entry(data: bytes, at: int) -> tuple[Any, int]:
    """The value that begins at `at`, and where it ends."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data[at : at + LONGEST_ENTRY])
        entry, length = json.JSONDecoder().raw_decode(text)
        check_text(entry)
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    return entry, at + len(text[:length].encode())


def check_text(found: Any) -> None:
    """ValueError when there is half of a surrogate pair somewhere, which is no text."""
    json.dumps(found, ensure_ascii=False).encode()


def damaged() -> ValidationError:
    return ValidationError(_("This export can't be read: its JSON is damaged."))
