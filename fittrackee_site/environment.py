"""Reading settings from the environment, each refused with a sentence that names it."""

import re
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from contract.passing import SQLITE_WAITS_MS
from contract.rates import RateLimit

from .bridge import THREADS

FLAGS = dict.fromkeys(("true", "yes", "on", "y", "ok", "1"), True) | dict.fromkeys(
    ("false", "no", "off", "n", "0", ""), False
)
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
SIGN_IN_LIMIT = re.compile(r"[1-9]\d{0,8}/\d{0,6}[smhd](/(ip|user|key))?", re.ASCII)
# Requests wait `timeout` seconds for a database that is away, then say so.
POOL = {"min_size": 1, "max_size": THREADS, "timeout": 5}
RATE_LIMIT = re.compile(r"(\d+)\s*(?:/|per)\s*(\d*)\s*(second|minute|hour|day)s?")


def read_number(env: environ.Env, name: str, *, default: int, lowest: int, highest: int) -> int:
    """A whole number between `lowest` and `highest`."""
    text = env.str(name, default=str(default))
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {lowest} to {highest}, not “{text}”."
        )
    return int(text)


def read_flag(env: environ.Env, name: str, *, default: bool = False) -> bool:
    """true or false, in the usual spellings of both."""
    text: str = env.str(name, default=str(default))
    if text.strip().lower() not in FLAGS:
        raise ImproperlyConfigured(f"{name} must be true or false, not “{text}”.")
    return FLAGS[text.strip().lower()]


def read_choice(env: environ.Env, name: str, *, choices: tuple[str, ...]) -> str:
    """One of `choices`, the first one unless told otherwise."""
    text: str = env.str(name, default=choices[0])
    if text not in choices:
        known = ", ".join(choice or "nothing" for choice in choices)
        raise ImproperlyConfigured(f"{name} must be one of {known}, not “{text}”.")
    return text


def read_url(
    env: environ.Env,
    name: str,
    *,
    default: str,
    schemes: tuple[str, ...],
    parts: tuple[str, ...] = (),
) -> str:
    """An address without a trailing slash that has one of `schemes`, and all `parts` in its path:
    whoever fills them in must not choose the host.
    """
    text: str = env.str(name, default=default).rstrip("/")
    if not text and not default:
        return ""
    address = split_address(name, text)
    if address.scheme not in schemes or not (address.hostname or address.scheme == "unix"):
        raise ImproperlyConfigured(
            f"{name} must be an address that begins with "
            f"{' or '.join(scheme + '://' for scheme in schemes)}, not “{text}”."
        )
    host, path = address.netloc, f"{address.path}?{address.query}"
    if any(part not in path or part in host for part in parts):
        raise ImproperlyConfigured(
            f"{name} must contain {', '.join(parts)} after its host: “{text}” does not."
        )
    return text


def split_address(name: str, text: str) -> SplitResult:
    """The parts of an address; ImproperlyConfigured when it has spaces or an impossible port.

    The sentence leaves the address out: it may hold a password.
    """
    try:
        address = urlsplit(text)
        _port = address.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be an address: {error}.") from error
    if re.search(r"\s", text):
        raise ImproperlyConfigured(f"{name} must be an address without spaces.")
    return address


def read_database(env: environ.Env, default_file: Path) -> dict[str, Any]:
    """Django's settings of the database that DATABASE_URL names, else SQLite in `default_file`."""
    url = env.str("DATABASE_URL", default="") or f"sqlite:///{default_file}"
    scheme = urlsplit(url).scheme
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL must begin with sqlite:/// or postgres://, not “{scheme}”."
        )
    if scheme != "sqlite":
        split_address("DATABASE_URL", url)
    database: dict[str, Any] = env.db_url_config(url)
    if not database["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL must name a database: postgres://host/name.")
    if scheme == "sqlite":
        # One writer at a time: take the lock at the start of a transaction and wait for it.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_WAITS_MS / 1000,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        return database
    database["OPTIONS"] = {**database.get("OPTIONS", {}), "pool": POOL}
    database["CONN_MAX_AGE"] = 0
    # A connection of the pool that died with the server is replaced, not handed out.
    database["CONN_HEALTH_CHECKS"] = True
    return database


def email_settings(url: str) -> dict[str, Any]:
    """Django's mail settings for EMAIL_URL: smtp://user:password@host:port/?tls=True or ?ssl=True.

    `console:` prints mails instead; without an address the site sends none.
    """
    if not url or url == "console:":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    address = urlsplit(url)
    if address.scheme != "smtp" or not address.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp://user:password@host:port/?tls=True."
        )
    try:
        port = address.port or 25
    except ValueError as error:
        raise ImproperlyConfigured("EMAIL_URL has a port that is no number.") from error
    options = {key: values[-1].lower() == "true" for key, values in parse_qs(address.query).items()}
    if options.get("tls") and options.get("ssl"):
        raise ImproperlyConfigured("EMAIL_URL may ask for tls or for ssl, not for both.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": address.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_TLS": options.get("tls", False),
        "EMAIL_USE_SSL": options.get("ssl", False),
        "EMAIL_TIMEOUT": 20,
    }


def read_sign_in_limit(env: environ.Env, name: str, *, default: str) -> str:
    """Limits of django-allauth like “30/m/ip” or “20/m/ip,5/300s/key”."""
    text: str = env.str(name, default=default)
    if not all(SIGN_IN_LIMIT.fullmatch(part.strip()) for part in text.split(",")):
        raise ImproperlyConfigured(f"{name} reads like “{default}”, not like “{text}”.")
    return text


def read_sender(env: environ.Env, name: str, *, default: str) -> str:
    """The address that mails come from, with or without a name before it in angle brackets."""
    text: str = env.str(name, default=default)
    if "@" not in parseaddr(text)[1] or not text.isprintable():
        raise ImproperlyConfigured(f"{name} must be an e-mail address, not {text!r}.")
    return text


def read_rate_limits(env: environ.Env, name: str, *, default: str) -> tuple[RateLimit, ...]:
    """Limits like “300 per 5 minutes, 10 per second”; an empty text means none."""
    parts = [part.strip() for part in re.split("[,;]", env.str(name, default=default))]
    return tuple(_read_rate_limit(name, part) for part in parts if part)


def _read_rate_limit(name: str, text: str) -> RateLimit:
    found = RATE_LIMIT.fullmatch(text.lower())
    if found is None or int(found[1]) < 1 or found[2] == "0":
        raise ImproperlyConfigured(f"{name} reads like “300 per 5 minutes”, not like “{text}”.")
    calls, count, unit = int(found[1]), int(found[2] or 1), found[3]
    words = f"{calls} per {count} {unit}{'s' if count > 1 else ''}"
    return RateLimit(calls, count * SECONDS[unit], words)
