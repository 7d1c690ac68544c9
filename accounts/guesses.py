"""How often passwords and codes may be guessed: on the pages and over the API, counted together.

SIGN_IN_FAILURE_LIMIT says how many failures a client address (`ip`), a client address with one
account (`key`) and an account from everywhere (`user`) may have. A guess is counted before it is
checked and taken back when it was right. Too many from one address stop it. Too many against an
account stop nobody who proves more than the password: a browser that the account has signed in
with has a count of its own, and who types the second factor together with the password gets in;
everybody else gets the same refusal, whether the password was right or not.
"""

from dataclasses import dataclass, field

from allauth.core.internal.ratelimit import get_ip, parse_rates
from django.conf import settings
from django.http import HttpRequest

from oauth_apps import attempts
from oauth_apps.attempts import Limit

from . import emails, known_browsers
from .models import User
from .origins import parse_user_agent
from .validators import normalise_address

# One client address can't reach it alone (5 in 5 minutes are 60 an hour), so it takes several to
# make an account ask strange browsers for more than the password.
WHOLE_ACCOUNT = Limit(100, 3600)
# Of a million codes three are right at a time: fifty guesses a day take years to meet one.
CODES_A_DAY = Limit(50, 24 * 3600)
ONE_A_DAY = Limit(1, 24 * 3600)


@dataclass
class Guess:
    """One guess: `is_stopped` is not even checked, `needs_code` is no good by a password alone."""

    is_stopped: bool = False
    needs_code: bool = False
    is_last: bool = False
    counted: list[tuple[Limit, str]] = field(default_factory=list)

    def exceeds(self, limits: list[Limit], key: str) -> bool:
        """Count it under `key`, and whether it is one too many."""
        exceeded = False
        for limit in limits:
            number = attempts.count(limit, key)
            self.counted.append((limit, key))
            self.is_last = self.is_last or number == limit.number
            exceeded = exceeded or number > limit.number
        return exceeded

    def forgive(self) -> None:
        """It was right: let it not count."""
        for limit, key in self.counted:
            attempts.take_back(limit, key)
        self.counted.clear()


def failure_limits(per: str) -> list[Limit]:
    """The limits that the setting names for `ip`, `key` or `user`."""
    rates = [rate for rate in parse_rates(settings.SIGN_IN_FAILURE_LIMIT) if rate.per == per]
    if per == "user" and not rates:
        return [WHOLE_ACCOUNT]
    return [Limit(rate.amount, int(rate.duration)) for rate in rates]


def begin_password(request: HttpRequest, email: str) -> Guess:
    """Count a guess of the password of the account with this address, if there is one or not."""
    account, address, guess = normalise_address(email), get_ip(request), Guess()
    browser = known_browsers.find(request, User.objects.with_email(email).first())
    if browser:
        guess.needs_code = guess.exceeds(failure_limits("key"), f"password {browser}")
    elif guess.exceeds(failure_limits("ip"), f"passwords {address}"):
        guess.is_stopped = True
    else:
        guess.is_last = False  # of the address: nothing the owner of one account should worry about
        guess.needs_code = guess.exceeds(
            failure_limits("key"), f"password {address} {account}"
        ) or guess.exceeds(failure_limits("user"), f"password {account}")
    return guess


def begin_code(request: HttpRequest, user: User | None) -> Guess:
    """Count a guess of a code by somebody who knows the password; None for who does not."""
    guess, browser = Guess(), known_browsers.find(request, user)
    key = f"code {browser} {user.pk if user else 'of nobody'}"
    guess.is_stopped = guess.exceeds([*failure_limits("key"), CODES_A_DAY], key)
    return guess


def note_wrong_password(request: HttpRequest, email: str, guess: Guess) -> None:
    """Write to the owner, once a day, when an account has had as many failures as it may have.

    An address without an account costs the same: a job that finds nobody to write to.
    """
    account = normalise_address(email)
    addresses = _count_addresses(request, account)
    if guess.is_last and not attempts.is_over(ONE_A_DAY, f"warned {account}"):
        emails.warn_owner(account, addresses=addresses)


def note_wrong_code(request: HttpRequest, user: User, guess: Guess) -> None:
    """Write to the owner, once a day, that somebody has the password and guesses the code."""
    addresses = _count_addresses(request, normalise_address(user.email))
    if guess.is_last and not attempts.is_over(ONE_A_DAY, f"warned of codes {user.pk}"):
        origin = parse_user_agent(request.headers.get("User-Agent", ""))
        emails.send(emails.Mail.CODE_GUESSED, user, origin=origin, addresses=addresses)


def _count_addresses(request: HttpRequest, account: str) -> int:
    """From how many client addresses the account was guessed at lately, this one included."""
    key = f"guessing addresses {account}"
    if attempts.count(ONE_A_DAY, f"guesses {get_ip(request)} {account}") == 1:
        return attempts.count(ONE_A_DAY, key)
    return attempts.counted(ONE_A_DAY, key)
