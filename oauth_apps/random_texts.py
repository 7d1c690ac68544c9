"""Random texts given to programs; only their SHA-256 is ever stored.

One round of SHA-256 is enough: every text has at least 160 random bits, so there is nothing to
guess that a slow hash would protect.
"""

import hashlib
import secrets
import string

from oauth2_provider.generators import BaseHashGenerator
from oauthlib.common import Request

LETTERS_AND_DIGITS = string.ascii_letters + string.digits
PERSONAL_TOKEN_PREFIX = "ftpat_"


def random_text(length: int) -> str:
    """So many random letters and digits."""
    return "".join(secrets.choice(LETTERS_AND_DIGITS) for _ in range(length))


def checksum(text: str | bytes) -> str:
    """What is stored of a secret text: its SHA-256 in hexadecimal."""
    data = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()


def new_client_secret() -> str:
    return random_text(48)


def new_code() -> str:
    return random_text(48)


def new_personal_token() -> str:
    """A token that a person and a scanner of leaked secrets recognise by its beginning."""
    return PERSONAL_TOKEN_PREFIX + random_text(40)


def new_access_token(request: Request | None = None) -> str:
    return random_text(42)


def new_refresh_token(request: Request | None = None) -> str:
    return random_text(48)


class ClientIdGenerator(BaseHashGenerator):
    """Client ids have 24 letters and digits."""

    def hash(self) -> str:
        return random_text(24)
