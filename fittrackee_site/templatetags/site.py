"""Tags and filters that every page may use: icons, navigation, times, addresses."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from tablericons.templatetags.tablericons import icon

from accounts import dates

register = template.Library()
register.filter("day", dates.day)
register.filter("moment", dates.moment)
register.filter("relative_day", dates.relative_day)


@register.simple_tag
@lru_cache(maxsize=256)
def glyph(name: str, css: str = "") -> str:
    """An outline icon that decorates words standing beside it; `css` adds classes."""
    return icon(
        f"outline/{name}",
        size=20,
        stroke_width=1.75,
        **{"class": f"glyph {css}".strip(), "aria-hidden": "true", "focusable": "false"},
    )


@register.inclusion_tag("includes/_nav_link.html", takes_context=True)
def nav_link(
    context: Context, view: str, icon: str, label: str, css: str = "", *, but: str = ""
) -> dict[str, Any]:
    """A link of the main navigation, marked when the reader is at or below it, but not at `but`.

    Nothing for a view that does not exist.
    """
    try:
        address = reverse(view)
    except NoReverseMatch:
        return {"address": ""}
    path = context["request"].path if "request" in context else ""
    here = is_below(path, address) and not (but and is_below(path, reverse(but)))
    return {"address": address, "icon": icon, "label": label, "css": css, "here": here}


@register.simple_tag(takes_context=True)
def side_link(
    context: Context, view: str, icon: str, label: str, *, exact: bool = False
) -> SafeString:
    """A link of a page's own menu, marked when the reader is there, or below unless `exact`."""
    address, path = reverse(view), context["request"].path
    here = path == address if exact else is_below(path, address)
    mark = format_html(' aria-current="{}"', "page") if here else ""
    return format_html('<a href="{}"{}>{}{}</a>', address, mark, glyph(icon), label)


def is_below(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(f"{address}/"))


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of `key`, or nothing."""
    return mapping.get(key)


@register.simple_tag
def copy_button(text: str, label: str = "") -> SafeString:
    """A button that copies `text` and says so."""
    return format_html(
        '<button type="button" class="button button--small only-scripts" data-copy="{}" '
        'data-copied="{}">{}<span>{}</span></button>',
        text,
        _("Copied"),
        glyph("copy", "glyph--s"),
        label or _("Copy"),
    )


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """The page numbers to link: all up to nine, else both ends and two around; None is a gap."""
    last = page.paginator.num_pages
    if last <= 9:
        return list(range(1, last + 1))
    shown = {1, 2, last - 1, last, *range(page.number - 2, page.number + 3)}
    numbers: list[int | None] = []
    for number in sorted(n for n in shown if 1 <= n <= last):
        if numbers and numbers[-1] is not None and number > numbers[-1] + 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
