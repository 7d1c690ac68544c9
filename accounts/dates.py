"""How a reader writes dates: in the order they chose, on the clock of their time zone."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _


def day(value: date | datetime | None, reader: Any = None) -> str:
    """A date as the reader writes dates, e.g. “23 Nov 2026”, in the reader's time zone."""
    if value is None:
        return ""
    moment = _local(value) if isinstance(value, datetime) else value
    text = date_format(moment, _shape(reader))
    title = _whole_day(moment)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), title, text)


def moment(value: datetime | None, reader: Any = None) -> str:
    """A date with the time of day, e.g. “23 Nov 2026, 21:47”, in the reader's time zone."""
    if value is None:
        return ""
    local = _local(value)
    text = f"{date_format(local, _shape(reader))}, {local:%H:%M}"
    zone = timezone.get_current_timezone_name()
    title = f"{_whole_day(local)}, {local:%H:%M:%S} ({zone})"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), title, text)


def relative_day(value: datetime | None, reader: Any = None) -> str:
    """“Today”, “Yesterday”, the weekday within a week, else the date; full date on hover."""
    if value is None:
        return ""
    local = _local(value)
    age = (timezone.localdate() - local.date()).days
    if not 0 <= age < 7:
        return day(value, reader)
    names = {0: _("Today"), 1: _("Yesterday")}
    text = f"{names.get(age) or date_format(local, 'l')}, {local:%H:%M}"
    title = f"{_whole_day(local)}, {local:%H:%M}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), title, text)


def _local(value: datetime) -> datetime:
    """The moment on the reader's clock."""
    try:
        return timezone.localtime(value)
    except OverflowError:
        # A device's clock gone wild, within hours of the first or the last year.
        return value


def _shape(reader: Any) -> str:
    return getattr(reader, "date_format", "") or _("j M Y")


def _whole_day(moment: date) -> str:
    return date_format(moment, _("l j F Y"))
