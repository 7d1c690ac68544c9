"""How a reader writes dates."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from accounts import dates

WHEN = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
PLAIN = SimpleNamespace(date_format="")


def test_moment_is_in_the_readers_zone_with_the_full_date_on_hover():
    with timezone.override("Europe/Paris"):
        html = dates.moment(WHEN, PLAIN)
    assert html == (
        '<time datetime="2026-11-23T23:30:00+01:00" '
        'title="Monday 23 November 2026, 23:30:00 (Europe/Paris)">23 Nov 2026, 23:30</time>'
    )


def test_dates_follow_the_readers_format():
    assert ">2026-11-23<" in dates.day(WHEN, SimpleNamespace(date_format="Y-m-d"))


@time_machine.travel(datetime(2026, 11, 23, 23, 0, tzinfo=UTC), tick=False)
def test_relative_day_names_the_last_week():
    assert ">Today, 22:30<" in dates.relative_day(WHEN, PLAIN)
    assert ">Thursday, 22:30<" in dates.relative_day(WHEN - timedelta(days=4), PLAIN)
    assert ">13 Nov 2026<" in dates.relative_day(WHEN - timedelta(days=10), PLAIN)


@pytest.mark.parametrize("wild", [datetime.min, datetime.max])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_clock_gone_wild_is_shown_all_the_same(wild, zone):
    with timezone.override(zone):
        for show in (dates.day, dates.moment, dates.relative_day):
            assert str(wild.year) in show(wild.replace(tzinfo=UTC), PLAIN)
