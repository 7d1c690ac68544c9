"""What is the same on every instance: nothing here is read from the environment."""

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF

# --- People

MFA_FORMS = {
    "activate_totp": "accounts.second_factor_forms.ActivateAppForm",
    "add_webauthn": "accounts.second_factor_forms.AddKeyForm",
    "authenticate": "accounts.second_factor_forms.AuthenticateForm",
    "authenticate_webauthn": "accounts.second_factor_forms.AuthenticateKeyForm",
    "login_webauthn": "accounts.second_factor_forms.LoginKeyForm",
    "reauthenticate": "accounts.second_factor_forms.ReauthenticateForm",
    "reauthenticate_webauthn": "accounts.second_factor_forms.ReauthenticateKeyForm",
}

# --- Programs

OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth_apps.Application"
OAUTH2_PROVIDER_GRANT_MODEL = "oauth_apps.Grant"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "oauth_apps.AccessToken"
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "oauth_apps.RefreshToken"
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "oauth_apps.IDToken"
OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "oauth_apps.DeviceGrant"
CODE_LIFETIME = timedelta(minutes=5)
# Within it a second use of a code or refresh token is refused, after it is taken for theft.
SAME_MOMENT = timedelta(seconds=10)
ACCESS_TOKEN_LIFETIME = timedelta(days=10)
# Counted from the end of the access token: twenty days after both were issued.
REFRESH_TOKEN_EXTRA_LIFETIME = timedelta(days=10)
FIRST_PARTY_TOKEN_LIFETIME = timedelta(days=30)
PERSONAL_TOKEN_LONGEST_LIFETIME = timedelta(days=366)
DEVICE_CODE_LIFETIME = timedelta(minutes=15)
OAUTH2_PROVIDER: dict[str, Any] = {
    "OAUTH2_SERVER_CLASS": "oauth_apps.server.TokenServer",
    "OAUTH2_BACKEND_CLASS": "oauth_apps.server.TokenCore",
    "OAUTH2_VALIDATOR_CLASS": "oauth_apps.validators.Validator",
    "SCOPES_BACKEND_CLASS": "oauth_apps.scopes.ApplicationScopes",
    "DEFAULT_SCOPES": [],
    "CLIENT_ID_GENERATOR_CLASS": "oauth_apps.random_texts.ClientIdGenerator",
    "ACCESS_TOKEN_GENERATOR": "oauth_apps.random_texts.new_access_token",
    "REFRESH_TOKEN_GENERATOR": "oauth_apps.random_texts.new_refresh_token",
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": int(CODE_LIFETIME.total_seconds()),
    "ACCESS_TOKEN_EXPIRE_SECONDS": int(ACCESS_TOKEN_LIFETIME.total_seconds()),
    "REFRESH_TOKEN_EXPIRE_SECONDS": int(REFRESH_TOKEN_EXTRA_LIFETIME.total_seconds()),
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "OAUTH_PRE_TOKEN_VALIDATION": [],
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

# --- Languages, time and numbers

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Safety

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = [
    # A redirect would lose the body of a program's POST; the proxy in front decides instead.
    "security.W008",
    # Whether other hosts of the domain speak HTTPS is the operator's to say, not ours.
    "security.W005",
    "security.W021",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Every job at its start and at its end is more than an operator wants to know.
    "loggers": {"django_tasks": {"level": "WARNING"}},
}
