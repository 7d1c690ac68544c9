"""What the rest of the site asks of this app."""

from .tokens import (
    count_third_party_access,
    issue_first_party_token,
    revoke_all,
    revoke_first_party_tokens,
    revoke_third_party_access,
    revoke_token,
)

__all__ = [
    "count_third_party_access",
    "issue_first_party_token",
    "revoke_all",
    "revoke_first_party_tokens",
    "revoke_third_party_access",
    "revoke_token",
]
