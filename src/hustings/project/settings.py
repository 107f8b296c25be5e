"""Settings: read from the environment, so that a laptop and a cluster run the same code.

DATABASE_URL                  the application's own role (no superuser)
HUSTINGS_OWNER_DATABASE_URL   the owner, used by migrations only
HUSTINGS_HOME                 where keys, objects and the embedded database live
HUSTINGS_BASE_URL             the address people type, for links in mail and the origin check
HUSTINGS_SECRET_KEY           else the key file in HUSTINGS_HOME
HUSTINGS_SMTP_URL             where mail leaves: smtp://user:password@host:587, smtps://host:465
HUSTINGS_LMTP                 where mail is taken: host:port (127.0.0.1:8024)
HUSTINGS_TRUSTED_SPAM_HEADER  the header of our own mail server that says junk, where it writes one
HUSTINGS_BEHIND_PROXY         "1": a proxy of ours stands before us and sets X-Forwarded-Proto and X-Forwarded-For
HUSTINGS_OIDC_ISSUER          single sign-on beside those of the settings page: https://… of an OpenID Connect provider,
                              with HUSTINGS_OIDC_CLIENT_ID, HUSTINGS_OIDC_CLIENT_SECRET, HUSTINGS_OIDC_NAME
HUSTINGS_WEBHOOKS_PRIVATE     "1": rules may call addresses within our own network, and without encryption
HUSTINGS_ERASURES             the list of erasures kept outside the database, for a restore: a file (in HUSTINGS_HOME)
HUSTINGS_DEMO                 "1": the sample campaign; outgoing mail is caught, one-click sign-in works
HUSTINGS_DEBUG                "1": reload and tracebacks, for development only
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("HUSTINGS_HOME", ".hustings")).expanduser().resolve()
BASE_URL = os.environ.get("HUSTINGS_BASE_URL", "http://localhost:8000").rstrip("/")
DEMO = os.environ.get("HUSTINGS_DEMO") == "1"
DEBUG = os.environ.get("HUSTINGS_DEBUG") == "1"


def _secret_key() -> str:
    if key := os.environ.get("HUSTINGS_SECRET_KEY"):
        return key
    path = HOME / "secret.key"
    if path.exists():
        return path.read_text().strip()
    if DEBUG or os.environ.get("PYTEST_VERSION"):
        return "only-for-tests-and-development-" + "0" * 40
    # Reading pages with a key nobody keeps would sign everyone out at each start; commands that need no key go on.
    return os.urandom(48).hex()


def database(url: str) -> dict[str, object]:
    """A Django database entry from postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "hustings",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "")) or parts.hostname or "",
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "hustings"},
    }


SECRET_KEY = _secret_key()
DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///hustings"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    # Of allauth: second factors and single sign-on, under pages of our own; none of its addresses is routed.
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "hustings.foundation.core",
    "hustings.foundation.ui",
    "hustings.foundation.channels",
    "hustings.foundation.geography",
    "hustings.foundation.access",
    "hustings.foundation.retention",
    "hustings.foundation.feed",
    "hustings.foundation.objects",
    "hustings.foundation.automation",
    "hustings.constituents.people",
    "hustings.constituents.timeline",
    "hustings.constituents.topics",
    "hustings.constituents.insight",
    "hustings.constituents.confidences",
    "hustings.service.answers",
    "hustings.service.desk",
    "hustings.service.campaigns",
    "hustings.service.incidents",
    "hustings.service.calls",
    "hustings.service.correspondence",
    "hustings.service.bulk",
    "hustings.service.surge",
    "hustings.foundation.tasks",  # after the rooms whose records tasks are about: erasing asks in this order
    "hustings.project.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hustings.foundation.ui.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hustings.foundation.core.live.middleware.LiveMark",
    "hustings.foundation.access.middleware.ApiAccess",
    # Every view asks for sign-in unless it is marked login_not_required; a house test holds the list of those.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "hustings.foundation.access.middleware.AccessHolds",
    "hustings.foundation.access.middleware.SecondFactor",
    "allauth.account.middleware.AccountMiddleware",
    # From here in, guarded fields are read as the one who asks may read them.
    "hustings.foundation.access.middleware.FieldSecurity",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "hustings.project.urls"
WSGI_APPLICATION = "hustings.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hustings.foundation.ui.context.frame",
            ],
            # template_partials wraps cotton's loader (Django 5.2 has no partials of its own).
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "hustings.foundation.ui.templatetags.ui",
            ],
        },
    }
]
COTTON_ISOLATE_BY_DEFAULT = True

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Second factors and single sign-on (allauth), as `access` uses them.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "hustings.foundation.access.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
SOCIALACCOUNT_ADAPTER = "hustings.foundation.access.single_sign_on.Adapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link, since forms may not lead to another origin
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = True
HUSTINGS_OIDC = {
    "issuer": os.environ.get("HUSTINGS_OIDC_ISSUER", ""),
    "client_id": os.environ.get("HUSTINGS_OIDC_CLIENT_ID", ""),
    "client_secret": os.environ.get("HUSTINGS_OIDC_CLIENT_SECRET", ""),
    "name": os.environ.get("HUSTINGS_OIDC_NAME", "") or _("Single sign-on"),
}

LOGIN_URL = "access:sign_in"
LOGIN_REDIRECT_URL = "desk:home"

_secure = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [host for host in os.environ.get("HUSTINGS_HOSTS", "").split(",") if host] or [
    urlsplit(BASE_URL).hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "testserver",
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "hustings.foundation.access.sessions"
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("HUSTINGS_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [PACKAGE / "project" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "foundation" / "ui" / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 31_536_000  # every asset's name carries its hash
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "objects"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A service that tells polling places as Google's Civic Information API does (voterInfoQuery), and its key.
HUSTINGS_CIVIC_URL = os.environ.get("HUSTINGS_CIVIC_URL", "")
HUSTINGS_CIVIC_KEY = os.environ.get("HUSTINGS_CIVIC_KEY", "")
# Outgoing mail: the smarthost the campaign uses. In the demo it is caught in a local mailbox.
HUSTINGS_SMTP_URL = os.environ.get("HUSTINGS_SMTP_URL", "caught://" if DEMO else "")
# The header in which our own mail server gives its verdict (X-Spam-Flag, X-Spam-Status); others' verdicts are ignored.
HUSTINGS_TRUSTED_SPAM_HEADER = os.environ.get("HUSTINGS_TRUSTED_SPAM_HEADER", "X-Spam-Flag" if DEMO else "")
HUSTINGS_WEBHOOKS_PRIVATE = os.environ.get("HUSTINGS_WEBHOOKS_PRIVATE") == "1"
# The list of erasures, outside the database (foundation.retention).
HUSTINGS_ERASURES = Path(os.environ.get("HUSTINGS_ERASURES") or HOME / "erasures.jsonl")
HUSTINGS_LMTP = os.environ.get("HUSTINGS_LMTP", "127.0.0.1:8024")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("HUSTINGS_LOG", "WARNING")},
}
