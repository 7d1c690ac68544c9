"""What the site does by itself while it runs: each minute a look, each day a cleaning."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connections

from accounts.services.registration import drop_unconfirmed_accounts
from accounts.services.sessions import drop_ended_sessions
from contract.outages import CACHE_ERRORS
from oauth_apps.services.cleaning import clean_tokens
from workouts.services.jobs import take_up_transfers
from workouts.services.storage import remove_orphans
from workouts.services.transfers import drop_old_transfers

from .jobs import prune_job_results, reap_dead_jobs

logger = logging.getLogger(__name__)

MINUTE_S, DAY_S = 60, 24 * 3600


@dataclass(frozen=True)
class Chore:
    """One thing to do; safe to do twice, and at the same time on two machines."""

    name: str
    do: Callable[[], object]


BY_THE_MINUTE = [
    Chore("giving jobs of dead workers to others", reap_dead_jobs),
    Chore("taking up interrupted transfers", take_up_transfers),
]
DAILY = [
    Chore("removing files that no workout names", remove_orphans),
    Chore("dropping results of jobs", prune_job_results),
    Chore("dropping old transfers", drop_old_transfers),
    Chore("dropping ended tokens", clean_tokens),
    Chore("dropping ended sessions", drop_ended_sessions),
    Chore("dropping accounts that nobody confirmed", drop_unconfirmed_accounts),
]


def keep_house(chores: list[Chore]) -> list[str]:
    """Do them one after the other; one that fails is logged and keeps none from its turn.

    Returns the names of those that failed.
    """
    return [chore.name for chore in chores if not _does(chore)]


def _does(chore: Chore) -> bool:
    try:
        chore.do()
    except Exception:
        logger.exception("Housekeeping failed: %s", chore.name)
        return False
    return True


def keep_house_for_ever() -> None:
    """Each minute and each day while the process lives; machines with one cache take turns."""
    while True:
        time.sleep(MINUTE_S)
        if is_our_turn("minute", MINUTE_S):
            keep_house(BY_THE_MINUTE)
        if is_our_turn("day", DAY_S):
            keep_house(DAILY)
        connections.close_all()


def is_our_turn(period: str, seconds: int) -> bool:
    """Whether nobody has done the chores of this period yet; yes while nobody can tell."""
    number = int(time.time()) // seconds
    try:
        return cache.add(f"housekeeping-{period}-{number}", True, seconds)
    except CACHE_ERRORS:
        return True
