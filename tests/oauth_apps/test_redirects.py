"""Which redirect addresses can be registered."""

import pytest
from django.core.exceptions import ValidationError

from oauth_apps.redirects import validate_redirect_uri, with_parameters


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.com/callback",
        "https://localhost/",
        "https://example.com/cb?tenant=1",
        "http://localhost:8080/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:5000/cb",
        "http://[::1]:5000/cb",
        "https://xn--bcher-kva.example/cb",
    ],
)
@pytest.mark.parametrize("is_public", [True, False])
def test_https_and_the_machine_itself_are_welcome(uri, is_public):
    validate_redirect_uri(uri, is_public=is_public)


@pytest.mark.parametrize("uri", ["org.example.app:/cb", "myapp://callback", "indoorbike://x"])
def test_private_schemes_are_for_programs_without_a_secret(uri):
    validate_redirect_uri(uri, is_public=True)
    with pytest.raises(ValidationError):
        validate_redirect_uri(uri, is_public=False)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "callback",
        "/callback",
        "//example.com/cb",
        "http://example.com/cb",
        "http://127.0.0.1.example.com/cb",
        "http://192.168.1.5/cb",
        "https://",
        "https:/example.com",
        "https://user@example.com/cb",
        "https://user:pw@example.com/cb",
        "https://example.com/cb#fragment",
        "https://example.com/cb#",
        "https://*.example.com/cb",
        "https://a;script-src/cb",
        "https://a,b/cb",
        "https://a'b/cb",
        "https://example.com/../cb",
        "https://example.com/%2e%2e/cb",
        "https://example.com:99999/cb",
        "https://example.com:x/cb",
        "https://[::1/cb",
        "https://exa mple.com/cb",
        "https://example.com/\x00",
        "https://bücher.example/cb",
        "https://example.com/" + "x" * 2000,
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://example.com/x",
        "view-source:https://example.com",
        "mailto:a@example.com",
        "ws://example.com",
        "intent://x",
        "ms-msdt:/id",
        "search-ms:query=x",
        "java\tscript:alert(1)",
        "ftp://example.com/cb",
        "urn:ietf:wg:oauth:2.0:oob",
        "x:/y",
    ],
)
@pytest.mark.parametrize("is_public", [True, False])
def test_everything_else_is_refused(uri, is_public):
    with pytest.raises(ValidationError):
        validate_redirect_uri(uri, is_public=is_public)


def test_parameters_join_a_query_that_is_there():
    assert with_parameters("https://a.example/cb?x=1", code="c", state="") == (
        "https://a.example/cb?x=1&code=c"
    )
    assert with_parameters("myapp://cb", code="c d") == "myapp://cb?code=c+d"


def test_plain_http_is_welcome_where_the_operator_allowed_it_but_no_odd_host(settings):
    settings.ALLOW_PLAIN_HTTP = True
    validate_redirect_uri("http://sync:8080/cb", is_public=False)
    with pytest.raises(ValidationError):
        validate_redirect_uri("http://sync;script-src:8080/cb", is_public=False)
