"""What a page with a map shows instead of a sign-in, so that its reader gets the tiles."""

import time

from django.core.signing import BadSignature, Signer

DAY_S = 24 * 3600


def map_pass() -> str:
    """The pass that today's pages print: the same for all, so that browsers may keep tiles."""
    return _signer().sign(str(_today()))


def is_map_pass(text: str) -> bool:
    """Whether a page printed it today or yesterday."""
    try:
        return _signer().unsign(text) in {str(_today()), str(_today() - 1)}
    except BadSignature:
        return False


def _signer() -> Signer:
    return Signer(salt="map tiles")


def _today() -> int:
    return int(time.time()) // DAY_S
