"""Which addresses an application may send people back to."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

LONGEST_URI = 2000
LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1"})
HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")
PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,62}")
# What a browser would run, open or hand to another program instead of to the application.
FORBIDDEN_SCHEMES = frozenset(
    {
        *("about", "blob", "cid", "data", "file", "filesystem", "jar", "javascript", "livescript"),
        *("mocha", "resource", "vbscript", "view-source", "x-javascript", "chrome", "content"),
        *("ftp", "ftps", "mailto", "mid", "sms", "smsto", "ssh", "tel", "urn", "ws", "wss"),
        *("device-info", "hcp", "help", "intent", "its", "itms-services", "mk", "res"),
        *("search", "search-ms", "shell", "telnet"),
    }
)
NOT_IN_URIS = re.compile(r"[\x00-\x20\x7f\\\"<>^`{|}]")


def validate_redirect_uri(uri: str, *, is_public: bool) -> None:
    """Accept https, http on the machine itself, and private-use schemes of public clients."""
    if len(uri) > LONGEST_URI or not uri.isascii() or NOT_IN_URIS.search(uri):
        raise ValidationError(_("“%(uri)s” is not an address."), params={"uri": uri[:100]})
    address = _split(uri)
    if "#" in uri:
        raise ValidationError(_("A redirect address has no “#” part."))
    if "@" in address.netloc:
        raise ValidationError(_("A redirect address holds no user name."))
    if address.scheme in {"http", "https"}:
        _validate_web_address(uri, address)
    else:
        _validate_private_scheme(address.scheme, is_public=is_public)


def _split(uri: str) -> SplitResult:
    try:
        address = urlsplit(uri)
        _port = address.port
    except ValueError as error:
        raise ValidationError(_("“%(uri)s” is not an address."), params={"uri": uri}) from error
    if not address.scheme:
        raise ValidationError(_("A redirect address begins with https://."))
    return address


def _validate_web_address(uri: str, address: SplitResult) -> None:
    host = address.hostname or ""
    if address.scheme == "http" and not is_this_machine(host) and not settings.ALLOW_PLAIN_HTTP:
        raise ValidationError(
            _("A redirect address begins with https://, or with http:// on the machine itself.")
        )
    segments = address.path.lower().replace("%2e", ".").split("/")
    if not HOST.fullmatch(host) or ".." in segments or "." in segments:
        raise ValidationError(_("“%(uri)s” is not an address."), params={"uri": uri})
    if "." in host and not is_this_machine(host):
        URLValidator(schemes=["http", "https"])(uri)


def _validate_private_scheme(scheme: str, *, is_public: bool) -> None:
    opens_windows_itself = scheme.startswith("ms-")
    if scheme in FORBIDDEN_SCHEMES or opens_windows_itself or not PRIVATE_SCHEME.fullmatch(scheme):
        raise ValidationError(
            _("“%(scheme)s:” is no address of an application."), params={"scheme": scheme}
        )
    if not is_public:
        raise ValidationError(
            _("Only applications without a secret may use an address like %(scheme)s://…."),
            params={"scheme": scheme},
        )


def is_this_machine(host: str) -> bool:
    """Whether the host name means the machine on which the program that uses it runs."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def matches(asked: str, registered: str, *, any_loopback_port: bool) -> bool:
    """Exact comparison; a native application may listen on any loopback port (RFC 8252 §7.3)."""
    if asked == registered:
        return True
    if not any_loopback_port:
        return False
    try:
        return _without_loopback_port(asked) == _without_loopback_port(registered) is not None
    except ValueError:
        return False


def _without_loopback_port(uri: str) -> str | None:
    address = urlsplit(uri)
    if address.scheme != "http" or address.hostname not in LOOPBACK_ADDRESSES:
        return None
    port = "" if address.port is None else f":{address.port}"
    if address.port == 0 or not address.netloc.endswith(port):
        return None
    host = address.netloc.removesuffix(port) if port else address.netloc
    return uri.replace(address.netloc, host, 1)


@dataclass(frozen=True)
class Destination:
    """Whom somebody meets who goes on to an address, in as few letters as tell it."""

    name: str  # a host with its port, or the scheme that a program on the device answers to
    is_on_this_device: bool


def destination_of(uri: str) -> Destination:
    """Whom the registered address belongs to."""
    address = urlsplit(uri)
    if address.scheme in {"http", "https"}:
        return Destination(address.netloc, is_this_machine(address.hostname or ""))
    return Destination(f"{address.scheme}:", is_on_this_device=True)


def with_parameters(uri: str, **parameters: str) -> str:
    """The address with the parameters that are not empty appended to its query."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{uri}{'&' if '?' in uri else '?'}{query}" if query else uri


def form_targets(uri: str) -> list[str]:
    """What a page's form-action must allow so that its form may end at the address.

    Browsers check every hop, and applications often send people on to another host of theirs.
    """
    address = urlsplit(uri)
    if address.scheme == "https":
        return ["https:"]
    if address.scheme == "http" and ":" not in (address.hostname or ":"):
        return [f"http://{address.netloc}", "https:"]
    return [f"{address.scheme}:"]
