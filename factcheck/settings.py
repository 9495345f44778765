"""Django's settings, made from :mod:`factcheck.env` alone."""

from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import schedule
from csp.constants import NONE, SELF
from kombu import Queue

from factcheck import database, env

ENV = env.load()
ROOT = env.ROOT
FACTCHECK_VAR = (
    Path(ENV["FACTCHECK_VAR"]) if Path(ENV["FACTCHECK_VAR"]).is_absolute() else ROOT / ENV["FACTCHECK_VAR"]
)

SECRET_KEY = database.secret_key(ENV["SECRET_KEY"], FACTCHECK_VAR)
DEBUG = ENV["DEBUG"]
REPLAY_URL = ENV["REPLAY_URL"]
ALLOWED_HOSTS = [*ENV["ALLOWED_HOSTS"], *([urlsplit(REPLAY_URL).hostname or ""] if REPLAY_URL else [])]
SITE_URL = ENV["SITE_URL"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
IS_HTTPS = SITE_URL.startswith("https:")
IS_LOOPBACK = urlsplit(SITE_URL).hostname in ("127.0.0.1", "localhost", "::1")

PURGE_URL = ENV["PURGE_URL"]
DESK_NAME = ENV["DESK_NAME"]
DESK_CONTACT_URL = ENV["DESK_CONTACT_URL"]
IFCN_URL = ENV["IFCN_URL"]
QUORUM = ENV["QUORUM"]
REVIEW_DAYS = ENV["REVIEW_DAYS"]
REMINDERS = ENV["REMINDERS"]
REMIND_DAYS = ENV["REMIND_DAYS"]
DEMO = ENV["DEMO"]
DEMO_PASSWORD = ENV["DEMO_PASSWORD"]
DOCUMENTS_BASE_URL = ENV["DOCUMENTS_BASE_URL"]
DOCUMENTS_STATE = FACTCHECK_VAR / "documents-state.yaml"

CAPTURE_ALLOW_PRIVATE = frozenset(ENV["CAPTURE_ALLOW_PRIVATE"])
CAPTURE_PORTS = frozenset(ENV["CAPTURE_PORTS"])
CAPTURE_MAX_BYTES = ENV["CAPTURE_MAX_BYTES"]
CAPTURE_DEADLINE_SECONDS = ENV["CAPTURE_DEADLINE_SECONDS"]
CAPTURE_LEASE_SECONDS = ENV["CAPTURE_LEASE_SECONDS"]
CAPTURE_HOST_GAP_MS = ENV["CAPTURE_HOST_GAP_MS"]
CAPTURE_RETRY_SECONDS = ENV["CAPTURE_RETRY_SECONDS"]
CAPTURE_RETRY_AFTER_SECONDS = ENV["CAPTURE_RETRY_AFTER_SECONDS"]
CAPTURE_FRESH_SECONDS = ENV["CAPTURE_FRESH_SECONDS"]
CAPTURE_IN_FLIGHT = ENV["CAPTURE_IN_FLIGHT"]
CAPTURE_USER_AGENT = ENV["CAPTURE_USER_AGENT"] or "Factcheck/1.0" + (
    f" (+{DESK_CONTACT_URL})" if DESK_CONTACT_URL else ""
)
CAPTURE_BROWSER = ENV["CAPTURE_BROWSER"]
CAPTURE_BROWSER_SANDBOX = ENV["CAPTURE_BROWSER_SANDBOX"]
CAPTURE_BROWSER_SECONDS = ENV["CAPTURE_BROWSER_SECONDS"]
CAPTURE_BROWSER_MEMORY_MB = ENV["CAPTURE_BROWSER_MEMORY_MB"]
CAPTURE_OCR = ENV["CAPTURE_OCR"]
CAPTURE_OCR_LANGUAGES = ENV["CAPTURE_OCR_LANGUAGES"]
CAPTURE_ROBOTS_PEOPLE = ENV["CAPTURE_ROBOTS_PEOPLE"]
CAPTURE_ROBOTS_SCHEDULES = ENV["CAPTURE_ROBOTS_SCHEDULES"]
CAPTURE_PROXY = ENV["CAPTURE_PROXY"]
MEMENTO_ARCHIVES = ENV["MEMENTO_ARCHIVES"]
ARCHIVE_TOO = ENV["ARCHIVE_TOO"]
TIMESTAMP_AUTHORITIES = ENV["TIMESTAMP_AUTHORITIES"]
TIMESTAMP_ROOTS = ENV["TIMESTAMP_ROOTS"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "factcheck.admin_apps.DeskAdminConfig",
    "django.contrib.humanize",
    "axes",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "factcheck",
    "sources",
    "claims",
]

MIDDLEWARE = [
    "factcheck.middleware.NotModifiedMiddleware",
    "factcheck.middleware.ReplayHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "factcheck.middleware.PolicyMiddleware",
    "factcheck.kept_pages.KeptPageMiddleware",
    "factcheck.compression.ReadersGzip",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "factcheck.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "factcheck.middleware.DoorMiddleware",
    "factcheck.middleware.DeskErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"
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
                "factcheck.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "factcheck.shapes"],
        },
    }
]

DATABASES = {"default": database.database(ENV["DATABASE_URL"], FACTCHECK_VAR)}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "archive": database.storage(ENV["STORAGE_URL"], FACTCHECK_VAR),
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = FACTCHECK_VAR / "static"
STATICFILES_DIRS = [ROOT / "factcheck" / "static"]
STATICFILES_FINDERS = [
    "factcheck.stylesheets.SheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]

LANGUAGE_CODE = ENV["LANGUAGE_CODE"]
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [ROOT / "factcheck" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENV["TIME_ZONE"]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 86400
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 1
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "errors/locked_out.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "claims.desk.entrance.form_expired"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31536000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
X_FRAME_OPTIONS = "DENY"
TRUST_PROXY = ENV["TRUST_PROXY"]
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
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

for _name, _value in database.mail(ENV["EMAIL_URL"]).items():
    globals()[_name] = _value
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV["EMAIL_FROM"]

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "claims.api.errors.answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Factcheck",
    "DESCRIPTION": "Published claims and the evidence behind them, read only.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "ClaimStateEnum": ("up", "suspended", "retracted"),
        "CaptureStateEnum": ("stored", "failed", "refused"),
    },
}

CELERY_BROKER_URL = ENV["REDIS_URL"] or f"redis+socket://{FACTCHECK_VAR / 'broker.sock'}"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 15, "socket_connect_timeout": 5}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_DEFAULT_QUEUE = "desk"
CELERY_TASK_QUEUES = [Queue(name) for name in ("desk", "fetch", "render", "derive")]
CELERY_TASK_ROUTES = {
    "sources.tasks.fetch_due": {"queue": "fetch"},
    "sources.tasks.make_reading": {"queue": "derive"},
    "sources.tasks.learn_words": {"queue": "derive"},
    "sources.tasks.learn_words_left": {"queue": "derive"},
    "sources.tasks.read_pictures": {"queue": "derive"},
    "claims.tasks.render_due": {"queue": "render"},
    "sources.tasks.render_due": {"queue": "render"},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(FACTCHECK_VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep captures": {"task": "sources.tasks.sweep", "schedule": schedule(10.0)},
    "seal captures": {"task": "sources.tasks.seal_due", "schedule": schedule(15.0)},
    "seal what was left": {"task": "sources.tasks.seal_left", "schedule": schedule(3600.0)},
    "learn the words of texts": {"task": "sources.tasks.learn_words", "schedule": schedule(15.0)},
    "learn words that were left": {"task": "sources.tasks.learn_words_left", "schedule": schedule(3600.0)},
    "ask for timestamps": {"task": "sources.tasks.stamp_due", "schedule": schedule(30.0)},
    "ask archives to keep a copy": {"task": "sources.tasks.ask_to_keep", "schedule": schedule(120.0)},
    "check stored files": {"task": "sources.tasks.check_files", "schedule": schedule(600.0)},
    "collect files without a row": {"task": "sources.tasks.collect", "schedule": schedule(3600.0)},
    "read pictures": {"task": "sources.tasks.read_pictures", "schedule": schedule(30.0)},
    "look for passages again": {"task": "sources.tasks.reanchor_due", "schedule": schedule(60.0)},
    "publish what is due": {"task": "claims.tasks.publish_due", "schedule": schedule(30.0)},
    "render what is due": {"task": "claims.tasks.render_due", "schedule": schedule(5.0)},
    "veil what was protected": {"task": "claims.tasks.veil_protected", "schedule": schedule(15.0)},
    "remind by mail": {"task": "claims.tasks.send_reminders", "schedule": schedule(60.0)},
    "look again at cited sources": {"task": "claims.tasks.notice_changes", "schedule": schedule(60.0)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"axes": {"level": "WARNING"}},
}
