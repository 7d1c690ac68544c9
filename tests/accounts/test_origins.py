"""Which system and browser a request came from."""

import pytest

from accounts.origins import Origin, parse_user_agent


@pytest.mark.parametrize(
    ("user_agent", "origin"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/126.0 Safari/537.36 Edg/126.0",
            Origin("Windows", "Edge"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/126.0 Mobile Safari/537.36",
            Origin("Android", "Chrome"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            Origin("iOS", "Safari"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
            Origin("Linux", "Firefox"),
        ),
        ("python-requests/2.34", Origin()),
        ("", Origin()),
    ],
)
def test_user_agents_are_recognised(user_agent, origin):
    assert parse_user_agent(user_agent) == origin
    assert bool(origin) == bool(origin.browser)
