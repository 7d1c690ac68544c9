"""What holds for all of Django's admin."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from contract.searching import search_text

View = Callable[..., HttpResponseBase]


def shorten_searches(admin_view: Callable[..., View]) -> Callable[..., View]:
    """An `AdminSite.admin_view` whose views search for texts of a reasonable length only."""

    @wraps(admin_view)
    def wrap(view: View, cacheable: bool = False) -> View:
        @wraps(view)
        def search_shortly(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.GET = short_lookups(request.GET)  # type: ignore[assignment]
            return view(request, *args, **kwargs)

        return admin_view(search_shortly, cacheable)

    return wrap


def short_lookups(parameters: QueryDict) -> QueryDict:
    """The parameters of a list, each cut like a search: any may be a text that a column holds."""
    short = parameters.copy()
    for name, values in parameters.lists():
        # Names of the admin's own begin so; one holds the address of another list.
        if not name.startswith("_"):
            short.setlist(name, [search_text(value) for value in values])
    return short
