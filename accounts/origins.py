"""Which system and browser a request came from, in the words that people use."""

import re
from dataclasses import dataclass

from django.http import HttpRequest
from rest_framework.request import Request

# The first that matches names it: browsers and systems claim to be their ancestors, too.
BROWSERS = {
    "Edge": r"Edg(e|A|iOS)?/",
    "Opera": r"OPR/|Opera",
    "Samsung Internet": r"SamsungBrowser/",
    "Vivaldi": r"Vivaldi/",
    "Firefox": r"Firefox/|FxiOS/",
    "Chrome": r"Chrome/|CriOS/|Chromium/",
    "Safari": r"Safari/",
}
SYSTEMS = {
    "Android": r"Android",
    "iOS": r"iPhone|iPad|iPod",
    "Windows": r"Windows",
    "ChromeOS": r"CrOS",
    "macOS": r"Macintosh|Mac OS X",
    "Linux": r"Linux|X11",
}


@dataclass(frozen=True)
class Origin:
    """A system and a browser; empty where unknown."""

    system: str = ""
    browser: str = ""

    def __bool__(self) -> bool:
        return bool(self.system or self.browser)


def origin_of(request: HttpRequest | Request) -> Origin:
    """The system and browser of whoever sends the request."""
    return parse_user_agent(request.headers.get("User-Agent", ""))


def parse_user_agent(user_agent: str) -> Origin:
    """The system and browser that a User-Agent header names."""
    return Origin(
        system=_first_match(SYSTEMS, user_agent), browser=_first_match(BROWSERS, user_agent)
    )


def _first_match(names: dict[str, str], text: str) -> str:
    return next((name for name, pattern in names.items() if re.search(pattern, text)), "")
