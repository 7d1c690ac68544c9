"""How often somebody may call; read by the settings, hence apart from what reads them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimit:
    """So many calls in each window of so many seconds."""

    calls: int
    seconds: int
    text: str
