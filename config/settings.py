"""Django's settings, from the environment (config/env.py)."""

import sys
from datetime import timedelta
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from config import addresses, env, servers

try:
    ENV = env.read()
except env.EnvironmentTrouble as trouble:
    print(trouble, file=sys.stderr)
    raise SystemExit(2) from None

BASE_DIR = env.ROOT
DATA_DIR = ENV["DATA_DIR"]
SOURCES_DIR = BASE_DIR / ENV["SOURCES_DIR"] if ENV["SOURCES_DIR"] else DATA_DIR / "sources"
PRODUCTION = ENV["ENVIRONMENT"] == "production"
USUAL_PORT = 8000
DEBUG = ENV["DEBUG"] and not PRODUCTION
SERVERS = servers.plan_of(ENV)

SECRET_KEY = ENV["SECRET_KEY"]
FIELD_KEYS = ENV["FIELD_KEYS"]
INDEX_KEY = ENV["INDEX_KEY"]
ALLOWED_HOSTS = ENV["ALLOWED_HOSTS"]
CSRF_TRUSTED_ORIGINS = ENV["CSRF_TRUSTED_ORIGINS"]

INSTALLED_APPS = [
    "config.technical_site.TechnicalSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.static.StaticFilesConfig",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "knox",
    "oauth2_provider",
    "axes",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "common",
    "accounts",
    "households",
    "assistance",
    "reports",
    "exchange",
    "demo",
    "config",
]

MIDDLEWARE = [
    "demo.middleware.DemonstrationPeriod",  # first, so that every page can name the demonstration, also a refusal's
    "django.middleware.security.SecurityMiddleware",
    "common.rate_api.RateHeaders",
    "config.middleware.Files",
    "config.middleware.Compression",
    "config.middleware.Policy",
    "config.middleware.Sessions",
    "config.middleware.Languages",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.Forms",
    "config.middleware.People",
    "households.middleware.ReadersScope",
    "households.middleware.SecondFactorFirst",
    "config.middleware.Messages",
    "config.middleware.Frames",
    "common.middleware.RefusalPages",
    "config.middleware.Parameters",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "demo.notices.demonstration",
                "reports.navigation.navigation",
            ]
        },
    }
]

# Records
DATABASES: dict[str, dict[str, Any]] = {"default": addresses.database(ENV, SERVERS)}
if ENV["DATABASE_REPLICA_URL"]:
    DATABASES["replica"] = addresses.replica(ENV)
DATABASE_OWNER = addresses.owner(ENV, SERVERS)
DATABASE_APPLICATION_ROLE = DATABASES["default"]["USER"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and cache
REDIS_URL = addresses.redis(ENV, SERVERS)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},  # nobody waits for a cache that is away
    }
}
CELERY_BROKER_URL = addresses.broker(REDIS_URL)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"
# What a killed worker had taken is free again after the second time, and no job lives that long: none is lost, and
# none is done twice at a time. Work that takes longer is cut off, and goes on by the schedule.
CELERY_TASK_TIME_LIMIT = 90 * 60
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Nobody waits for a broker that is away, or is there and does not answer; a worker asks anew each second.
    "socket_connect_timeout": 2,
    "socket_timeout": 3,
    "visibility_timeout": 2 * 60 * 60,
}


def every(seconds: int) -> dict[str, Any]:
    """A job that is queued so often; what no worker took by then is void, so that a long absence leaves no heap."""
    return {"schedule": float(seconds), "options": {"expires": seconds}}


CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "seal audit trail": {"task": "accounts.tasks.seal_audit_trail", "schedule": crontab(minute="*/5")},
    "end tokens": {"task": "accounts.tasks.clear_ended_tokens", "schedule": crontab(hour=0, minute=40)},
    "forget answers": {"task": "accounts.tasks.forget_answers", "schedule": crontab(minute=50)},
    "escalate-deadlines": {"task": "households.tasks.escalate_deadlines", "schedule": crontab(hour=1, minute=10)},
    "quality": {"task": "assistance.tasks.check_quality_everywhere", "schedule": crontab(hour=2, minute=30)},
    "quality of changes": {"task": "assistance.tasks.check_quality_of_changes", "schedule": crontab(minute="*/10")},
    "clues": {"task": "households.tasks.propose_clues_everywhere", "schedule": crontab(hour=3, minute=10)},
    "registry messages": {"task": "exchange.registry_tasks.send_registry_messages", **every(5)},
    "registry notices": {"task": "exchange.registry_tasks.notify_registry_subscribers", **every(60)},
    "registry forgets": {
        "task": "exchange.registry_tasks.forget_registry_messages",
        "schedule": crontab(hour=0, minute=55),
    },
    "webhooks": {"task": "exchange.tasks.send_webhooks", **every(15)},
    "settle changes": {"task": "exchange.tasks.settle_changes", **every(60)},
    "exports": {"task": "exchange.tasks.look_after_exports", **every(15)},
    "clues of changes": {"task": "households.tasks.propose_clues_of_changes", "schedule": crontab(minute="5-59/10")},
    "resume runs": {"task": "exchange.tasks.resume_runs", **every(15)},
    "tidy runs": {"task": "exchange.tasks.tidy_runs", "schedule": crontab(hour=3, minute=40)},
}

# People
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses who failed too often, before any password is looked at
    "django.contrib.auth.backends.ModelBackend",
]
AXES_HANDLER = "accounts.lockouts.Lockouts"
AXES_CLIENT_IP_CALLABLE = "accounts.lockouts.client_address"
AXES_COOLOFF_TIME = timedelta(minutes=ENV["SIGN_IN_LOCK_MINUTES"])
AXES_FAILURE_LIMIT = ENV["SIGN_IN_FAILURES"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
SIGN_IN_LIMITS = [AXES_FAILURE_LIMIT, ENV["SIGN_IN_FAILURES_OF_NAME"], ENV["SIGN_IN_FAILURES_OF_ADDRESS"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on does not make anybody wait longer
AXES_DISABLE_ACCESS_LOG = True  # who signed in when stands with the account
AXES_SENSITIVE_PARAMETERS = ["code"]  # kept as stars, as passwords are
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # its middleware: each door says itself when to come back
SECOND_FACTOR_REQUIRED_FOR = frozenset(ENV["SECOND_FACTOR_REQUIRED_FOR"])
if SECOND_FACTOR_REQUIRED_FOR - set(Role):
    print(f"SECOND_FACTOR_REQUIRED_FOR names no role: choose from {', '.join(Role)}.", file=sys.stderr)
    raise SystemExit(2)
# Systems sign in by client credentials alone; only what a token hashes to is kept.
KNOX_TOKEN_MODEL = "knox.AuthToken"  # noqa: S105 (a class)
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": ENV["CLIENT_TOKEN_MINUTES"] * 60,
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "accounts.oauth_api.ClientValidator",
    "SCOPES_BACKEND_CLASS": "accounts.oauth_api.ScopesOfClients",
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
}
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Languages and days
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS: list[Any] = [
    entry
    for entry in (
        BASE_DIR / "static",
        ("vendor/tabler", BASE_DIR / "node_modules/@tabler/core/dist"),
        ("vendor/htmx", BASE_DIR / "node_modules/htmx.org/dist"),
        ("vendor/echarts", BASE_DIR / "node_modules/echarts/dist"),
    )
    if (entry[1] if isinstance(entry, tuple) else entry).is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.StaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = DATA_DIR / "files"
MOST_UPLOADED = 100 * 2**20  # bytes of a request, before any of its files is judged
FILE_UPLOAD_HANDLERS = [
    "common.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
EXPORTS_DIR = DATA_DIR / "exports"  # of files that are being written
EXPORT_ROWS_AT_ONCE = ENV["EXPORT_ROWS_AT_ONCE"]
EXPORTS_KEPT_FOR = timedelta(hours=ENV["EXPORTS_KEPT_HOURS"])
DEMONSTRATIONS_KEPT_FOR = 5  # seconds, in each process

# API
SIGN_IN_BY_TOKEN = "households.token_api.ByToken"  # noqa: S105 (a class)
WEBHOOK_NETWORKS = ENV["WEBHOOK_NETWORKS"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.credentials_api.ByPassword",  # the first one decides that strangers get a 401
        SIGN_IN_BY_TOKEN,
        "accounts.credentials_api.BySession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["households.scope_api.InOwnScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.json_api.StrictJSON"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.problem_api.handler",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# The social registry: how we are called in messages, whether all have to be signed, and the seed of our own key.
SPDCI_RECEIVER_ID = ENV["SPDCI_RECEIVER_ID"]
SPDCI_SIGNATURES = ENV["SPDCI_SIGNATURES"]
SPDCI_SIGNING_KEY = ENV["SPDCI_SIGNING_KEY"] or ""
SPDCI_KEPT_DAYS = ENV["SPDCI_KEPT_DAYS"]
# Where answers to writing calls are kept, and for how long they are given again.
KEPT_ANSWERS = "accounts.operations.answers"
IDEMPOTENCY_HOURS = ENV["IDEMPOTENCY_HOURS"]
# Calls a minute of one client, by kind; 0 is without limit.
API_RATES = {
    "read": ENV["RATE_READS"],
    "write": ENV["RATE_WRITES"],
    "sign_in": ENV["RATE_SIGN_INS"],
    "export": ENV["RATE_EXPORTS"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Shouwang",
    "DESCRIPTION": "Case tracker for preventing a return to poverty.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.openapi.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Allowance": "households.condition_api.ALLOWANCE_CHOICES",
        "Category": "reports.rows_api.CATEGORY_CHOICES",
        "Basis": "reports.values_api.BASIS_CHOICES",
        "ChangeEnum": "assistance.change_api.CHANGE_CHOICES",
        "ChangeOfRecord": "exchange.change_api.WHAT_CHOICES",
        "KindOfChange": "exchange.webhook_api.KIND_CHOICES",
        "MessageState": "exchange.webhook_api.STATE_CHOICES",
        "FeedKind": "exchange.change_api.KIND_CHOICES",
        "CaseStatus": "households.clue_api.STATUS_CHOICES",
        "EliminationWay": "assistance.step_api.WAY_CHOICES",
        "Risk": "households.clue_api.RISK_CHOICES",
        "RecordKind": "exchange.import_api.RECORD_KINDS",
        "StepKind": "assistance.step_api.KIND_CHOICES",
        "StandardKind": "households.standard_api.KIND_CHOICES",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# Security: nothing from elsewhere, nothing inline
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Sites on two ports of one machine share the browser's cookies: each keeps its own.
if not PRODUCTION and ENV["PORT"] != USUAL_PORT:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"sessionid_{ENV['PORT']}", f"csrftoken_{ENV['PORT']}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "common.views.forged"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = ENV["HSTS_SECONDS"] if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
BEHIND_PROXY = ENV["BEHIND_PROXY"]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"axes": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": ENV["LOG_LEVEL"].upper()},
}
