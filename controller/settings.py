"""Under which settings does Django run? All of them from the environment, none from a file.

`DENTINEL_CONTROLLER_HOME` is the controller's folder: database and keys lie there. Without it the
database is in memory and the key is thrown away at the end, which is what tests and checkers want.
`DENTINEL_CONTROLLER_URL` is the address at which people open the pages; an https address turns on
Secure cookies and HSTS. `DENTINEL_CONTROLLER_AGENTS` is the HOST:PORT at which machines find the
controller, as join strings say it. `DENTINEL_CONTROLLER_ALLOW_TO` are addresses and networks beside
the public internet that messages may go to (controller.alerts.outgoing), split by commas.
`DENTINEL_CONTROLLER_PEOPLE_CERT` is the certificate that people are shown, so that its end is told;
`serve` sets it. `DENTINEL_CONTROLLER_LOCKOUT_SECONDS` is for how long too many wrong passwords or
codes count.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured


def _seconds(name: str, usual: int) -> int:
    """A whole number of seconds from the environment, a week at most."""
    text = os.environ.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 7 * 24 * 3600):
        raise ImproperlyConfigured(f"{name}: {text!r} is no number of seconds from 1 to 604800")
    return int(text)


_home = os.environ.get("DENTINEL_CONTROLLER_HOME")
HOME = Path(_home) if _home else None
PUBLIC_URL = os.environ.get("DENTINEL_CONTROLLER_URL", "http://localhost:8444").rstrip("/")

_url = urlsplit(PUBLIC_URL)
_agents = urlsplit(f"//{os.environ.get('DENTINEL_CONTROLLER_AGENTS', 'localhost:8443')}")
AGENTS_HOST, AGENTS_PORT = _agents.hostname or "localhost", _agents.port or 8443
_people_cert = os.environ.get("DENTINEL_CONTROLLER_PEOPLE_CERT")
PEOPLE_CERT = Path(_people_cert) if _people_cert else None
ALLOW_TO = os.environ.get("DENTINEL_CONTROLLER_ALLOW_TO", "")
LOCKOUT_SECONDS = _seconds("DENTINEL_CONTROLLER_LOCKOUT_SECONDS", 15 * 60)
_is_tls = _url.scheme == "https"


def _session_key(home: Path | None) -> str:
    """The key that signs cookies and links, derived from the controller's one seed.

    HKDF-SHA256 (RFC 5869) for one block, with the salt and the info of the controller's other
    keys; written out here because settings stand on the lowest floor.
    """
    if home is None:
        return secrets.token_hex(32)
    try:
        seed = (home / "keys" / "seed").read_bytes()
    except FileNotFoundError as error:
        raise ImproperlyConfigured(
            f"there are no keys in {home}: run `dentinel-controller init --home {home}` first"
        ) from error
    drawn = hmac.digest(b"dentinel/v1", seed, hashlib.sha256)
    return hmac.digest(drawn, b"django\0sessions\0" + b"1" + b"\x01", hashlib.sha256).hex()


SECRET_KEY = _session_key(HOME)
DEBUG = False
ALLOWED_HOSTS = sorted({_url.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if _is_tls else []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    # Before allauth: templates of ours stand in the place of its own.
    "controller.tenants",
    "controller.backlog",
    "controller.ledger",
    "controller.people",
    "controller.fleet",
    "controller.inventory",
    "controller.policy",
    "controller.findings",
    "controller.traces",
    "controller.paperwork",
    "controller.oversight",
    "controller.alerts",
    "controller.exports",
    "controller.pages",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "controller.pages.files.OwnFiles",
    "controller.pages.timing.timed",
    "csp.middleware.CSPMiddleware",
    "controller.pages.headers.no_store",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "controller.pages.headers.nothing_unseen",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "controller.people.logoff.automatic_logoff",
    "allauth.account.middleware.AccountMiddleware",
    "controller.people.second_factor.second_factor",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "controller.pages.failures.TellErrors",
]
ROOT_URLCONF = "controller.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "controller.pages.appearance.in_every_template",
            ],
            "builtins": ["controller.pages.templatetags.words"],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "controller.sqlite" if HOME else ":memory:",
        "OPTIONS": {
            # Waits for the intake's writer instead of failing; a transaction takes the write lock
            # when it begins, so that it never has to be given up half-way.
            "timeout": 10,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536;"
            ),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["controller.people.backend.ByEmail"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# Nobody signs up. A second factor is forced for everybody (controller.people.second_factor).
ACCOUNT_ADAPTER = "controller.people.accounts.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# What weighs much is asked for again after five minutes.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Of a second factor: five wrong codes of a person, ten a minute from an address. Passwords are
# counted by controller.people.throttle.
ACCOUNT_RATE_LIMITS = {"login_failed": f"10/m/ip,5/{LOCKOUT_SECONDS}s/key"}
MFA_ADAPTER = "controller.people.accounts.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "login_webauthn": "controller.people.passkeys.SignIn",
    "authenticate_webauthn": "controller.people.passkeys.SecondFactor",
    "reauthenticate_webauthn": "controller.people.passkeys.Again",
}
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers speak of passkeys over https, and to localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _is_tls
# A phone's clock may be half a minute off either way.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True

# 12 hours at most whatever happens; without a click what the org sets (controller.people.logoff).
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_tls
SESSION_COOKIE_NAME = "__Host-dentinel" if _is_tls else "dentinel"
CSRF_COOKIE_NAME = "__Host-dentinel-csrf" if _is_tls else "dentinel-csrf"
CSRF_FAILURE_VIEW = "controller.pages.failures.forged"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _is_tls else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # data: is for the picture of a code that a phone reads.
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
# Served as they lie in the package: nothing has to be collected before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "controller.faults.Lines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
