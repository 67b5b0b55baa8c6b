"""What every environment shares. Values come from the environment; .env.example lists each of them."""

from pathlib import Path

import django_stubs_ext
import environ

from config.settings.addresses import broker_url, events_url, origin
from config.settings.logs import logging_config
from config.settings.sso import single_sign_on

django_stubs_ext.monkeypatch()  # lets code say ModelForm[Lead] and ModelAdmin[Lead] at run time too

BASE_DIR = Path(__file__).resolve().parents[2]

environ.Env.read_env(BASE_DIR / ".env")  # real variables win over the file
env = environ.Env()

# --- Who we are -------------------------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SALT_KEY = env.list("SALT_KEY", default=[])  # several: the first encrypts, the others still decrypt
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")  # for links in mails and alerts
EVENTS_URL = (env.str("EVENTS_URL", default="") or events_url(BASE_URL)).rstrip(
    "/"
)  # where open pages are told at once
EVENTS_STREAM_URL = f"{EVENTS_URL}/stream"
EVENTS_ORIGINS = [origin(BASE_URL)]  # whose pages may read that stream

# Google and Microsoft know some of our people: only when configured.
SSO = single_sign_on(
    google_id=env.str("GOOGLE_CLIENT_ID", default=""),
    google_secret=env.str("GOOGLE_CLIENT_SECRET", default=""),
    microsoft_id=env.str("MICROSOFT_CLIENT_ID", default=""),
    microsoft_secret=env.str("MICROSOFT_CLIENT_SECRET", default=""),
    microsoft_tenant=env.str("MICROSOFT_TENANT", default=""),
)

# --- The parts --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "handoff",
    "leads",
    "notifications",
    "teams",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",  # before staticfiles, so that runserver serves static files as production does
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    *SSO.apps,
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "ninja",  # serves the API's documentation from our own host; the policy below allows no other
    "pghistory",
    "pgtrigger",
    "phonenumber_field",
    "template_partials",
]
MIDDLEWARE = [
    "config.telemetry.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.telemetry.requests.HistoryMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "teams.middleware.CurrentTeamMiddleware",
    "teams.middleware.SessionStampMiddleware",
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
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "teams.context.team",
                "notifications.context.inbox",
                "handoff.context.transfer",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- The one truth: PostgreSQL. Sessions, cache and rate limits live there too, so that no page needs Redis -----------
# Behind a pooler that shares connections between transactions: the way past it, for LISTEN.
DATABASE_DIRECT = env.db_url("DATABASE_DIRECT_URL") if env.str("DATABASE_DIRECT_URL", default="") else {}
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres:///baton"),
        "ATOMIC_REQUESTS": False,  # a verb opens its own transaction, and no network call may happen inside one
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": bool(DATABASE_DIRECT),  # such a pooler gives each FETCH another connection
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# --- The doorbell: Redis behind Celery. It may vanish at any moment and cost a few seconds at most --------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 180,  # the default hour is how long tasks in flight at a kill -9 would have waited
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 0.2,  # a dead broker may cost a page 200 ms; the worker is given more, see config.celery
    "socket_timeout": 0.2,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # the worker waits for its broker for as long as it takes
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_RETRY_ON_WORKER_LOST = True  # bounds the line above by max_retries: a poison task does not loop for ever
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_DEFAULT_QUEUE = "notify"
CELERY_TASK_ROUTES = {name: {"queue": "ring"} for name in ("notifications.send_rings", "notifications.answer_in_slack")}
CELERY_TASK_CREATE_MISSING_QUEUES = True  # ring, notify, bulk: listened to by the workers
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_DB_REUSE_MAX = 1000  # without it Celery closes the database connection around every task: half the throughput

# --- Who may come in --------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "teams.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the email is unique whatever its case, by a constraint that the check misses
AUTHENTICATION_BACKENDS = ["teams.signed_in.Members"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.login.InvitedPeopleOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # a team lead enters the address; nobody signs up
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# How many proxies of ours write X-Forwarded-For: limits go by the visitor's address then, not by the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
ACCOUNT_RATE_LIMITS = {  # beside allauth's own; all are counted in PostgreSQL
    "setup_code": "10/m/ip",
    "unsubscribe": "10/m/key,300/m/ip",  # by link, and by who asks: mail programs ask from few addresses
    "client_change": "30/h/key",  # of one client's link: what is sent
    "client_times": "60/m/key",  # and looks at free times, which cost a search each
}
MFA_ADAPTER = "config.login.EncryptedSecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # true for the demo, which has no TLS: browsers trust localhost as it is
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address was proven by an invitation, or entered by who runs this
ACCOUNT_CHANGE_EMAIL = True  # one address each: a new one takes the old one's place once its mail was answered
SOCIALACCOUNT_ADAPTER = "config.login.KnownPeopleOnly"
SOCIALACCOUNT_PROVIDERS = SSO.providers
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # by an address that the provider has verified, and only by such a one
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
MFA_TOTP_ISSUER = "Baton"

# --- What a page may load ---------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # data: is how Bootstrap's stylesheet draws check marks and arrows
        "font-src": ["'self'"],
        "connect-src": ["'self'", origin(EVENTS_URL)],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],  # the offline page's
        "media-src": ["'self'", "https:"],  # call recordings lie at the recorder's
        "frame-src": ["'self'"],  # the demo outbox shows each mail in a frame
        "form-action": ["'self'", *SSO.hosts],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 14 * 24 * 3600
FILE_UPLOAD_HANDLERS = [
    "teams.uploads.SizeCap",  # nothing larger than any page takes is even kept on disk
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes; a form or an API call that is larger is refused

# --- Language, time, places -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
PHONENUMBER_DEFAULT_REGION = "US"
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = None  # only production collects
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- Mail and chat ----------------------------------------------------------------------------------------------------
DEMO_LOGINS = env.bool("DEMO_LOGINS", default=False)  # the sign-in page offers the demo's people; never in production
DEMO_OUTBOX = not env.str("EMAIL_URL", default="")  # mails and cards are shown in the app and leave it for nobody
if DEMO_OUTBOX:
    EMAIL_BACKEND = "notifications.outbox.backend.OutboxEmailBackend"
else:
    _mail = env.email_url("EMAIL_URL")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail["EMAIL_HOST"]
    EMAIL_PORT = _mail["EMAIL_PORT"]
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Baton <baton@example.com>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SLACK_API_URL = env.str("SLACK_API_URL", default="https://slack.com/api/")
TWILIO_API_URL = env.str("TWILIO_API_URL", default="https://api.twilio.com/2010-04-01/")
ALLOW_PRIVATE_OUTBOUND = env.bool("ALLOW_PRIVATE_OUTBOUND", default=False)  # loopback peers in development and tests

# --- Watching ---------------------------------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # who may read /metrics; without one, this machine alone
SENTRY_DSN = env.str("SENTRY_DSN", default="")  # where errors are told; off without one
HEARTBEAT_URL = env.str("HEARTBEAT_URL", default="")  # asked for every minute in which nothing that is owed is late

# --- Logs -------------------------------------------------------------------------------------------------------------
LOGGING = logging_config(as_json=False)
