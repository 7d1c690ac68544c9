"""Which address asked for is a registered one, and whom people are told they go on to."""

import pytest
from django.core.exceptions import ValidationError

from oauth_apps.redirects import (
    Destination,
    destination_of,
    form_targets,
    is_this_machine,
    matches,
    validate_redirect_uri,
    with_parameters,
)


@pytest.mark.parametrize(
    ("asked", "registered"),
    [
        ("http://127.0.0.1:5000/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5000/cb"),
        ("http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"),
        ("http://[::1]:5000/cb?a=1", "http://[::1]:6000/cb?a=1"),
    ],
)
def test_a_native_application_may_listen_on_any_loopback_port(asked: str, registered: str):
    assert matches(asked, registered, any_loopback_port=True)
    assert not matches(asked, registered, any_loopback_port=False)


@pytest.mark.parametrize(
    ("asked", "registered"),
    [
        ("http://127.0.0.1:5000/other", "http://127.0.0.1/cb"),
        ("http://[::1]:5000/cb", "http://127.0.0.1/cb"),
        ("http://localhost:5000/cb", "http://localhost/cb"),
        ("https://127.0.0.1:5000/cb", "https://127.0.0.1/cb"),
        ("https://example.com:444/cb", "https://example.com/cb"),
        ("http://127.0.0.1:0/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1:65536/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1:x/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1:/cb", "http://127.0.0.1/cb"),
        ("http://127.0.0.1:05000/cb", "http://127.0.0.1/cb"),
        ("myapp://other", "myapp://cb"),
    ],
)
def test_nothing_else_may_differ(asked: str, registered: str):
    assert not matches(asked, registered, any_loopback_port=True)


@pytest.mark.parametrize("uri", ["https://example.com/cb", "myapp://cb", "http://127.0.0.1:8/"])
@pytest.mark.parametrize("any_loopback_port", [True, False])
def test_the_same_address_matches(uri: str, any_loopback_port: bool):
    assert matches(uri, uri, any_loopback_port=any_loopback_port)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("192.168.1.5", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_hosts_that_mean_the_machine_itself(host: str, expected: bool):
    assert is_this_machine(host) is expected


@pytest.mark.parametrize(
    ("uri", "destination"),
    [
        ("https://example.com:8443/cb?a=1", Destination("example.com:8443", False)),
        ("http://sync/cb", Destination("sync", False)),
        ("http://127.0.0.1:5000/cb", Destination("127.0.0.1:5000", True)),
        ("https://localhost/", Destination("localhost", True)),
        ("org.example.app:/cb", Destination("org.example.app:", True)),
    ],
)
def test_people_are_told_whom_they_go_on_to(uri: str, destination: Destination):
    assert destination_of(uri) == destination


@pytest.mark.parametrize(
    ("uri", "targets"),
    [
        ("https://example.com/cb", ["https:"]),
        ("http://127.0.0.1:5000/cb", ["http://127.0.0.1:5000", "https:"]),
        ("http://[::1]:5000/cb", ["http:"]),
        ("myapp://cb", ["myapp:"]),
    ],
)
def test_a_form_may_end_at_the_address(uri: str, targets: list[str]):
    assert form_targets(uri) == targets


def test_an_address_without_new_parameters_stays_as_it_is():
    assert with_parameters("https://a.example/cb?x=1", state="") == "https://a.example/cb?x=1"
    assert with_parameters("https://a.example/cb", a="1", b="2") == "https://a.example/cb?a=1&b=2"


def test_the_longest_address():
    start = "https://example.com/"
    validate_redirect_uri(start + "x" * (2000 - len(start)), is_public=False)
    with pytest.raises(ValidationError) as refused:
        validate_redirect_uri(start + "x" * (2001 - len(start)), is_public=False)
    assert refused.value.params == {"uri": start + "x" * 80}


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("https://example.com/#", "no “#” part"),
        ("https://me@example.com/", "no user name"),
        ("example.com/cb", "begins with https://."),
        ("http://example.com/cb", "on the machine itself"),
        ("https://example.com/./cb", "is not an address"),
        ("https://-example.com/cb", "valid URL"),
        ("javascript:alert(1)", "no address of an application"),
        ("ms-settings:x", "no address of an application"),
        ("myapp:/cb", "without a secret"),
    ],
)
def test_a_refusal_says_why(uri: str, words: str):
    with pytest.raises(ValidationError, match=words):
        validate_redirect_uri(uri, is_public=False)
