"""Choosing between JSON and the browsable pages."""

from collections.abc import Iterable

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

Choice = tuple[BaseRenderer, str]


class JsonUnlessAsked(DefaultContentNegotiation):
    """JSON for everybody who does not ask for something else that we have."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> Choice:
        choices = list(renderers)
        try:
            chosen: Choice = super().select_renderer(request, choices, format_suffix)
        except NotAcceptable:
            return choices[0], choices[0].media_type
        return chosen
