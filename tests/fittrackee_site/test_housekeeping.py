"""What the site does by itself."""

import os
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from fittrackee_site import housekeeping
from fittrackee_site.housekeeping import BY_THE_MINUTE, Chore, is_our_turn, keep_house


@pytest.fixture
def ended_session(db) -> Session:
    past = timezone.now() - timedelta(minutes=1)
    return Session.objects.create(session_key="ended", session_data="", expire_date=past)


def test_a_chore_that_fails_keeps_none_from_its_turn():
    done = []
    chores = [Chore("failing", lambda: 1 / 0), Chore("good", lambda: done.append(True))]
    assert keep_house(chores) == ["failing"]
    assert done == [True]


@pytest.fixture
def stored_jobs(settings) -> None:
    """Jobs in the database, as on a site that runs."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.mark.usefixtures("ended_session", "stored_jobs")
def test_what_has_ended_is_dropped_once_a_day():
    call_command("housekeeping")
    assert Session.objects.count() == 1
    call_command("housekeeping", daily=True)
    assert Session.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("stored_jobs")
def test_files_that_a_crash_left_are_removed_unless_they_may_be_under_way(own_storage):
    folder = own_storage / "recordings" / "1" / "ab"
    folder.mkdir(parents=True)
    for name, hours in (("old.part", 2), ("new.part", 0)):
        (folder / name).touch()
        moment = time.time() - 3600 * hours
        os.utime(folder / name, (moment, moment))
    call_command("housekeeping", daily=True)
    assert [path.name for path in folder.iterdir()] == ["new.part"]


@pytest.mark.django_db
def test_the_command_names_what_failed(monkeypatch):
    monkeypatch.setattr(
        "fittrackee_site.management.commands.housekeeping.BY_THE_MINUTE",
        [*BY_THE_MINUTE, Chore("sweeping", lambda: 1 / 0)],
    )
    with pytest.raises(CommandError, match="the log says why: sweeping"):
        call_command("housekeeping")


def test_machines_that_share_a_cache_take_turns():
    cache.clear()
    assert [is_our_turn("minute", 60), is_our_turn("day", housekeeping.DAY_S)] == [True, True]
    assert not is_our_turn("day", housekeeping.DAY_S)
