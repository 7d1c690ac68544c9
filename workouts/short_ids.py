"""Public ids of workouts: a UUID written in base 57 without look-alike characters."""

import uuid

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LENGTH = 22


def encode_short_id(value: uuid.UUID) -> str:
    """Write a UUID as 22 characters, most significant digit first."""
    digits, rest = [], value.int
    for _ in range(LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def decode_short_id(text: str) -> uuid.UUID:
    """Read a short id; ValueError when it cannot be one."""
    if len(text) != LENGTH:
        raise ValueError(f"a short id has {LENGTH} characters")
    number = 0
    for character in text:
        number = number * len(ALPHABET) + ALPHABET.index(character)
    return uuid.UUID(int=number)


class ShortIdConverter:
    """URL converter: what cannot be a short id matches no route, hence 404."""

    regex = f"[{ALPHABET}]{{{LENGTH}}}"

    def to_python(self, value: str) -> uuid.UUID:
        return decode_short_id(value)

    def to_url(self, value: "uuid.UUID | str") -> str:
        return value if isinstance(value, str) else encode_short_id(value)
