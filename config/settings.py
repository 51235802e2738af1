"""Every setting, and the only reader of the environment (docs/operators.md has the table)."""

import json
import logging
import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config.bootstrap.folders import LOCAL_ENV, ROOT, var_folder
from config.bounds import Bounds
from config.logs import configure_structlog, logging_of_mode
from config.nudges import broker_settings
from config.production import Installation, refusals
from config.subscriptions import SUBSCRIPTIONS as TOPICS

env = environ.Env()
VAR_DIR = var_folder()
# The real environment wins: read_env only fills in what is unset.
environ.Env.read_env(VAR_DIR / LOCAL_ENV)

# -- What this installation is -------------------------------------------------------------------
TESTAMUR_MODE = env.str("TESTAMUR_MODE", default="production")
if TESTAMUR_MODE not in {"demo", "test", "production"}:
    raise ImproperlyConfigured(f"TESTAMUR_MODE is {TESTAMUR_MODE!r}; it is one of demo, test, production.")
IN_PRODUCTION = TESTAMUR_MODE == "production"
IN_TESTS = TESTAMUR_MODE == "test"
DEBUG = env.bool("DEBUG", default=False)
PUBLIC_URL = env.str("PUBLIC_URL", default="" if IN_PRODUCTION else "http://localhost:8000").rstrip("/")
VC_API = env.bool("VC_API", default=False)
SAFE_FETCH_ALLOW: tuple[str, ...] = tuple(env.list("SAFE_FETCH_ALLOW", default=[])) if IN_TESTS else ()


def _secret_key() -> str:
    if path := env.str("SECRET_KEY_FILE", default=""):
        return Path(path).read_text(encoding="ascii").strip()
    return str(env.str("SECRET_KEY", default="insecure-key-of-the-test-mode" if IN_TESTS else ""))


def _providers(path: str) -> list[dict[str, object]]:
    """Return the identity providers in a JSON file: a list of objects (docs/operators.md)."""
    try:
        entries = json.loads(Path(path).read_text(encoding="utf-8")) if path else []
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"SIGN_IN_PROVIDERS_FILE {path}: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ImproperlyConfigured(f"SIGN_IN_PROVIDERS_FILE {path}: write a list of objects.")
    return entries


SECRET_KEY = _secret_key()
# Claim links and sessions made under an older key hold until it leaves this list.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS: list[str] = [
    *env.list("ALLOWED_HOSTS", default=[]),
    *filter(None, {urlsplit(PUBLIC_URL).hostname}),
    *([] if IN_PRODUCTION else ["localhost", "127.0.0.1"]),
]

# -- Rooms -----------------------------------------------------------------------------------------
ROOMS = ["registry", "catalogue", "issuing", "verification", "wallet", "console", "integrations", "bench"]
INSTALLED_APPS = [
    "config.apps.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "rest_framework",
    "drf_spectacular",
    *ROOMS,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.ContentSecurityPolicy",
    "config.middleware.PlainRequests",
    "config.middleware.NoCircles",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.NothingKept",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.RefusedAtTheDoor",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.request_log.RequestLog",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.Refusals",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# -- Database --------------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    "timeout": 20,
    # Without IMMEDIATE a reader that turns writer fails at once instead of waiting its turn.
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
# An award once acknowledged is never lost, whatever the server's own default says.
# The threshold is for the few statements that are prepared at all: see registry.postgresql.
POSTGRESQL_OPTIONS = {"connect_timeout": 5, "options": "-c synchronous_commit=on", "prepare_threshold": 0}
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'testamur.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"] |= {"OPTIONS": SQLITE_OPTIONS, "CONN_MAX_AGE": 60}
else:
    DATABASES["default"] |= {
        "ENGINE": "registry.postgresql",
        "OPTIONS": DATABASES["default"].get("OPTIONS", {}) | POSTGRESQL_OPTIONS,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
# What rooms behind issuing add to fsck.
FSCK_OF_FURTHER_ROOMS = ("verification.agreement.checks_agree",)
# How long a process keeps counts of checks before it writes them together; tests write them themselves.
CHECKS_WRITTEN_AFTER_SECONDS = 0 if IN_TESTS else 5
# Limits and login attempts are counted in the database: a cache over Redis would hang with Redis.
CACHES = {
    # Its entries are counts of limits. Django's 300 would let whoever makes more of them push out the others.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages", "TIMEOUT": 5},
}

# -- Tasks: Redis, or a folder on the first run, carries nudges and nothing else -------------------
REDIS_URL = env.str("REDIS_URL", default="")
vars().update({f"CELERY_{name.upper()}": value for name, value in broker_settings(REDIS_URL, VAR_DIR).items()})
SUBSCRIPTIONS = TOPICS
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# The health check of the worker's container asks through Redis; a folder carries nudges alone.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# -- People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "registry.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
SIGN_UP_OPEN = env.bool("SIGN_UP_OPEN", default=False)
ACCOUNT_ADAPTER = "registry.adapters.AccountAdapter"
MFA_ADAPTER = "registry.adapters.SecondStepAdapter"
SOCIALACCOUNT_ADAPTER = "registry.federation.FederationAdapter"
# A provider that may link an account needs no code on top.
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SIGN_IN_PROVIDERS = _providers(env.str("SIGN_IN_PROVIDERS_FILE", default=""))
# Codes instead of links: a program that looks at mails uses none up, and no mail needs an address of ours.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8}
# No mail to an address that only a stranger named.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# The daily ones: a code of six or eight digits is found by whoever may try for ever.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/5m/ip,10/5m/key,100/d/key",
    "request_login_code": "10/m/ip,3/10m/key,20/d/key",
    # Whoever may apply for an achievement may make an account: a lecture hall behind one address, not a list of strangers.
    "signup": "20/m/ip,60/h/ip,300/d/ip",
}
ACCOUNT_FORMS = {
    name: f"registry.forms.{form}"
    for name, form in {
        "login": "LoginForm",
        "request_login_code": "RequestLoginCodeForm",
        "confirm_login_code": "ConfirmLoginCodeForm",
        "confirm_email_verification_code": "ConfirmEmailForm",
        "signup": "SignupForm",
        "add_email": "AddEmailForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reauthenticate": "ReauthenticateForm",
    }.items()
}
MFA_FORMS = {
    name: f"registry.forms.{form}"
    for name, form in {
        "authenticate": "SecondStepForm",
        "reauthenticate": "SecondStepAgainForm",
        "activate_totp": "ActivateAppForm",
        "add_webauthn": "AddSecurityKeyForm",
        "login_webauthn": "PasskeyForm",
        "edit_webauthn": "EditSecurityKeyForm",
    }.items()
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Clocks of phones differ a little: one step either way (RFC 6238 §5.2).
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IN_PRODUCTION

# -- Safety of the browser -------------------------------------------------------------------------
OVER_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = OVER_HTTPS
CSRF_COOKIE_SECURE = OVER_HTTPS
LANGUAGE_COOKIE_SECURE = OVER_HTTPS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Not "no-referrer": under it browsers send forms with the origin "null", which CSRF protection refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31_536_000 if IN_PRODUCTION else 0
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
if BEHIND_PROXY := env.bool("BEHIND_PROXY", default=False):
    MIDDLEWARE.insert(0, "config.middleware.VisitorBehindProxy")
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- What strangers may hold: of each of the two web processes; docs/operators.md explains them ----
WEB_POOLS = {
    name: Bounds(
        at_once=env.int(f"WEB_{name.upper()}_AT_ONCE", default=at_once),
        waiting=env.int(f"WEB_{name.upper()}_WAITING", default=waiting),
        wait_seconds=env.float(f"WEB_{name.upper()}_WAIT_SECONDS", default=wait_seconds),
        work_seconds=env.float(f"WEB_{name.upper()}_SECONDS", default=work_seconds),
    )
    for name, at_once, waiting, wait_seconds, work_seconds in (
        ("checks", 2, 8, 5.0, 10.0),
        ("files", 2, 4, 30.0, 120.0),
        ("waits", 2, 8, 3.0, 5.0),
        ("acts", 4, 256, 20.0, 60.0),
    )
}
# Two seconds for each server of names: longer than a fetch may take, and a name that hangs holds a thread meanwhile.
os.environ.setdefault("RES_OPTIONS", "timeout:1 attempts:2")
WEB_BODIES = env.int("WEB_BODIES", default=128)
WEB_BODY_MEBIBYTES = env.int("WEB_BODY_MEBIBYTES", default=64)
WEB_BODY_SECONDS = env.float("WEB_BODY_SECONDS", default=10.0)
WEB_BODY_BYTES_PER_SECOND = env.int("WEB_BODY_BYTES_PER_SECOND", default=50_000)

# -- Mail ------------------------------------------------------------------------------------------
DEMO_MAIL_DIR: Path | None = None
if EMAIL_URL := env.str("EMAIL_URL", default=""):
    vars().update(environ.Env.email_url_config(EMAIL_URL))
elif TESTAMUR_MODE == "demo":
    DEMO_MAIL_DIR = VAR_DIR / "mail"
    EMAIL_BACKEND = "registry.mail.DemoFolderBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Testamur <no-reply@{urlsplit(PUBLIC_URL).hostname}>")

# -- Words, times, files ---------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [ROOT / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "config.static_files.PagesFinder"]
MEDIA_ROOT = VAR_DIR / "media"
# Imprint, privacy and the like, a text file per page and language.
OPERATOR_PAGES_DIR = Path(env.str("OPERATOR_PAGES_DIR", default=str(VAR_DIR / "pages")))
# In tests and with DEBUG they are read where they lie: what was changed is there at the next request.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = IN_TESTS or DEBUG
_static_storage = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if WHITENOISE_USE_FINDERS
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}

# -- API -------------------------------------------------------------------------------------------
REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Testamur",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    # Two kinds of field named "state": unnamed, their shape would be called after a hash, with a warning on the terminal.
    "ENUM_NAME_OVERRIDES": {
        "AwardState": "issuing.models.AwardState.values",
        "BatchState": "issuing.models.BatchState.values",
        "BatchDuplicates": "issuing.services.DUPLICATES",
        "AchievementState": "catalogue.models.AchievementState.values",
    },
}

# -- Logs ------------------------------------------------------------------------------------------
LOGGING = logging_of_mode(TESTAMUR_MODE, env.str("LOG_LEVEL", default=""))
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# Whose request it was is nobody's business here, and a wrong address is no alarm.
DJANGO_STRUCTLOG_USER_ID_FIELD = None
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
configure_structlog()

if IN_PRODUCTION:
    reasons = refusals(
        Installation(
            debug=DEBUG,
            secret_key=SECRET_KEY,
            allowed_hosts=ALLOWED_HOSTS,
            public_url=PUBLIC_URL,
            vc_api=VC_API,
            email_backend=EMAIL_BACKEND,
        )
    )
    if reasons:
        raise ImproperlyConfigured(" ".join(reasons))
