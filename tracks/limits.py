"""How much a recording may ask of the machine that reads it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Upper limits enforced while reading; the size of a file is checked before that.

    A pause every minute and a half, for a day and a night, makes a thousand segments: people who
    record stay far below, and each segment is a row of the database.
    """

    size_bytes: int | None = None
    points: int = 1_000_000
    segments: int = 1_000
    depth: int = 200
    names: int = 5_000
    token_bytes: int = 1 << 20
