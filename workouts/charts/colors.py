"""Colours that can be seen."""

LEAST_CONTRAST = 3.0


def luminance(color: str) -> float:
    """Relative luminance of #rgb or #rrggbb as WCAG 2 defines it, from 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _shares(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def legible(color: str) -> str:
    """`color`, darkened until it stands out from white by WCAG's 3:1."""
    shares = _shares(color)
    while 1.05 / (luminance(_text(shares)) + 0.05) < LEAST_CONTRAST:
        shares = [share * 0.95 for share in shares]
    return _text(shares)


def _shares(color: str) -> list[float]:
    digits = color.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]


def _text(shares: list[float]) -> str:
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares)
