"""The contract's own words for what is wrong with an account."""

from django.core.exceptions import ValidationError

from contract.errors import ContractError

ACCOUNT_LINES = {
    "username_length": "username: 3 to 30 characters required",
    "username_characters": "username: only alphanumeric characters and the underscore "
    'character "_" allowed',
    "email_invalid": "email: valid email must be provided",
    "email_taken": "email: valid email must be provided",
    "email_too_often": "email: too many mails were sent to it, try again in an hour",
    "password_weak": "password: 8 characters required",
}
WHOLE_MESSAGES = {"username_taken": "sorry, that username is already taken"}

INVALID_CREDENTIALS = "invalid credentials"


def refusal(error: ValidationError) -> ContractError:
    """400 with one line for each mistake, in the order of the fields."""
    codes = error_codes(error)
    for code in codes:
        if code in WHOLE_MESSAGES:
            return ContractError(WHOLE_MESSAGES[code])
    return ContractError("".join(f"{ACCOUNT_LINES[code]}\n" for code in codes))


def error_codes(error: ValidationError) -> list[str]:
    """The codes of all mistakes, in order."""
    if hasattr(error, "error_dict"):
        mistakes = [one for field in error.error_dict.values() for one in field]
    else:
        mistakes = error.error_list
    return [one.code or "" for one in mistakes]


def invalid_credentials() -> ContractError:
    return ContractError(INVALID_CREDENTIALS, status_code=401)
