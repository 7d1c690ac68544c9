"""What the rest of the site asks of this app."""

from .tokens import (
    count_personal_tokens,
    count_third_party_access,
    issue_first_party_token,
    list_access,
    revoke_all,
    revoke_all_but,
    revoke_first_party_tokens,
    revoke_personal_tokens,
    revoke_third_party_access,
    revoke_token,
)

__all__ = [
    "count_personal_tokens",
    "count_third_party_access",
    "issue_first_party_token",
    "list_access",
    "revoke_all",
    "revoke_all_but",
    "revoke_first_party_tokens",
    "revoke_personal_tokens",
    "revoke_third_party_access",
    "revoke_token",
]
