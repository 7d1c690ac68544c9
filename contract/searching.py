"""What people and programs search for: one limit for every box and every `q`."""

from typing import Any

from django import forms

# Longer than a name or an address; a database refuses to look for texts without end.
LONGEST_SEARCH = 100


def search_text(text: str) -> str:
    """What is looked for: the beginning of a text that is too long, without null bytes."""
    return text.replace("\0", "")[:LONGEST_SEARCH]


class SearchField(forms.CharField):
    """A box for words to look for; what is beyond the limit doesn't count."""

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        super().__init__(required=required, max_length=LONGEST_SEARCH, **options)

    def to_python(self, value: Any) -> str:
        return search_text(super().to_python(value) or "")
