"""Settings of the site; the environment decides, `.env` fills the gaps.

A value that makes no sense stops the start with a sentence that names it.
"""

import sys
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured

from instance import __version__

from .environment import (
    email_settings,
    read_choice,
    read_database,
    read_flag,
    read_number,
    read_rate_limits,
    read_sender,
    read_sign_in_limit,
    read_url,
)
from .fixed_settings import *  # noqa: F403

django_stubs_ext.monkeypatch()  # lets annotations name what a form, an admin or a file is of

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules

env = environ.Env()
if not TESTING:
    environ.Env.read_env(BASE_DIR / ".env")

# --- The instance

SECRET_KEY = env.str("SECRET_KEY", default="tests-only-" * 5 if TESTING else "")
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY must be a random text of at least 32 characters.")

DEBUG = read_flag(env, "DEBUG")
BEHIND_PROXY = read_flag(env, "BEHIND_PROXY")
ALLOW_PLAIN_HTTP = read_flag(env, "ALLOW_PLAIN_HTTP")

HOST = env.str("HOST", default="127.0.0.1")
PORT = read_number(env, "PORT", default=8000, lowest=1, highest=65535)
WORKERS = read_number(env, "WORKERS", default=1, lowest=1, highest=64)
SITE_URL = read_url(env, "SITE_URL", default=f"http://127.0.0.1:{PORT}", schemes=("http", "https"))
SITE_IS_HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1", "[::1]"]
)
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name a host: without one nobody gets in.")
if "*" in ALLOWED_HOSTS and SITE_IS_HTTPS and not DEBUG:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts, “*” lets anybody pose as yours.")

SITE_NAME = "FitTrackee"
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()

# --- What the site is made of

INSTALLED_APPS = [
    "oauth2_provider",  # first, so that our admin takes the place of its
    "accounts",
    "oauth_apps",
    "instance",
    "workouts",
    "training",
    "fittrackee_site",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "js_lib_leaflet",
    "tablericons",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before all that answer by themselves: nothing of ours is shown in a frame of another site.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "contract.throttling.RateLimitHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "instance.maintenance.MaintenanceMiddleware",
    "fittrackee_site.paths.NullByteMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionSeenMiddleware",
]

ROOT_URLCONF = "fittrackee_site.urls"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fittrackee_site.context_processors.site",
                "workouts.palette.sport_colors",
            ],
        },
    }
]

FORM_RENDERER = "fittrackee_site.forms.SiteFormRenderer"

# --- Where things are kept

DATABASES = {"default": read_database(env, DATA_DIR / "fittrackee.sqlite3")}

CACHES: dict[str, dict[str, Any]] = {
    # About 200 MiB of map tiles at most; workouts/services/tiles.py decides how long one is fresh.
    "tiles": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "tiles",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
REDIS_URL = read_url(env, "REDIS_URL", default="", schemes=("redis", "rediss", "unix"))
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "fittrackee_site.caching.QuickRedisCache",
        "LOCATION": REDIS_URL,
    }
elif TESTING:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
else:
    CACHES["default"] = {
        "BACKEND": "fittrackee_site.caching.FileCache",
        "LOCATION": DATA_DIR / "cache.sqlite3",
    }

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "files"
LOCALE_PATHS = [BASE_DIR / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# No request may be larger, whatever the limits of the configuration; in MiB outside.
MAX_REQUEST_SIZE = 1024**2 * read_number(
    env, "MAX_REQUEST_MIB", default=256, lowest=1, highest=1024**2
)

TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if TESTING
        else "django_tasks_db.DatabaseBackend"
    }
}

# --- People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    }
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login"

# The time zone of new accounts until their owners say another; browsers tell theirs.
DEFAULT_USER_TIME_ZONE = env.str("DEFAULT_USER_TIME_ZONE", default="Europe/Paris")
if DEFAULT_USER_TIME_ZONE not in zoneinfo.available_timezones():
    raise ImproperlyConfigured(
        f"DEFAULT_USER_TIME_ZONE must be a name like Europe/Paris, not “{DEFAULT_USER_TIME_ZONE}”."
    )

# django-allauth signs people in; accounts are made and changed by our own services.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# For a client address, an address with one account, an account from everywhere: guesses.py.
SIGN_IN_FAILURE_LIMIT = read_sign_in_limit(
    env, "SIGN_IN_FAILURE_LIMIT", default="20/m/ip,5/300s/key,100/h/user"
)
ACCOUNT_RATE_LIMITS = {
    "login": read_sign_in_limit(env, "SIGN_IN_LIMIT", default="30/m/ip"),
    "login_failed": "",  # accounts/guesses.py counts these
    "signup": "20/m/ip",
    "resend_confirmation": "20/m/ip",
    "reset_password": "20/m/ip",
    "password_strength": "120/m/ip",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or not SITE_IS_HTTPS
USERSESSIONS_TRACK_ACTIVITY = True

# --- Programs

OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"] = SITE_URL  # noqa: F405
RATE_LIMITS = {
    "calls": read_rate_limits(env, "API_RATE_LIMITS", default="300 per 5 minutes"),
    # A first synchronisation sends hundreds of files in a row.
    "uploads": read_rate_limits(env, "UPLOAD_RATE_LIMITS", default="3000 per hour"),
    # A look around on a map asks for hundreds of tiles.
    "tiles": read_rate_limits(env, "TILE_RATE_LIMITS", default="3000 per 5 minutes"),
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "oauth_apps.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["oauth_apps.permissions.HasScope"],
    "DEFAULT_SCHEMA_CLASS": "fittrackee_site.api.schema.OperationSchema",
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
    # Endpoints that take forms or files say so themselves.
    "DEFAULT_PARSER_CLASSES": ["contract.parsers.ObjectParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "contract.negotiation.JsonUnlessAsked",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_THROTTLE_CLASSES": ["contract.throttling.EndpointThrottle"],
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
    "EXCEPTION_HANDLER": "contract.errors.handle_exception",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": SITE_NAME,
    "DESCRIPTION": "Workouts, recordings, records and statistics of one person.",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "AUTHENTICATION_WHITELIST": ["oauth_apps.authentication.BearerAuthentication"],
    "RENDERER_WHITELIST": ["rest_framework.renderers.JSONRenderer"],
    "POSTPROCESSING_HOOKS": [
        "fittrackee_site.api.schema.document_errors",
    ],
}

# --- Outside services

EMAIL_URL = env.str("EMAIL_URL", default="console:" if DEBUG else "")
globals().update(email_settings(EMAIL_URL))
EMAIL_IS_CONFIGURED = bool(EMAIL_URL)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read_sender(
    env, "SENDER_EMAIL", default=f"no-reply@{urlsplit(SITE_URL).hostname}"
)
TILE_SERVER_URL = read_url(
    env,
    "TILE_SERVER_URL",
    default="https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    schemes=("http", "https"),
    parts=("{z}", "{x}", "{y}"),
)
MAP_ATTRIBUTION = env.str(
    "MAP_ATTRIBUTION",
    default='&copy; <a href="http://www.openstreetmap.org/copyright" target="_blank" '
    'rel="noopener noreferrer">OpenStreetMap</a> contributors',
)

WEATHER_PROVIDER = read_choice(
    env, "WEATHER_PROVIDER", choices=("", "open-meteo", "visual-crossing")
)
WEATHER_API_KEY = env.str("WEATHER_API_KEY", default="")
if WEATHER_PROVIDER == "visual-crossing" and not WEATHER_API_KEY:
    raise ImproperlyConfigured("WEATHER_PROVIDER visual-crossing needs a WEATHER_API_KEY.")
# Another address of the provider: a mirror, or a stand-in for tests.
WEATHER_URL = read_url(env, "WEATHER_URL", default="", schemes=("http", "https"))

# --- Safety

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if SITE_IS_HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
