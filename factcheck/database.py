"""The database and the file store, as chosen by ``DATABASE_URL`` and ``STORAGE_URL``."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from factcheck.env import BadEnvironment

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000; PRAGMA foreign_keys=ON;"
)


def database(url: str, var: Path) -> dict[str, Any]:
    """Return Django's ``DATABASES["default"]``.

    SQLite runs in WAL mode with immediate transactions: with Django's defaults most concurrent writers fail as
    locked. It syncs fully, so that what a person was told is saved survives a power cut. Connections are kept, and
    not opened anew for each request. On PostgreSQL a statement of a cursor that binds on the
    server is planned once in a connection (``claims.services.finding_pages`` has the one); Django's own never are.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": var / "factcheck.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": SQLITE_PRAGMAS},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadEnvironment("DATABASE_URL has to begin with postgresql://, or be empty for SQLite.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "factcheck",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", parts.port or "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"prepare_threshold": 0, **options},
    }


LARGEST_HELD = 2 << 20
"""An object that is read is kept in memory up to here, in bytes; the rest in a temporary file."""


def storage(url: str, var: Path) -> dict[str, Any]:
    """Return the entry ``archive`` of Django's ``STORAGES``."""
    if not url:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(var / "archive"), "base_url": None, "file_permissions_mode": 0o640},
        }
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise BadEnvironment("STORAGE_URL has to be s3://bucket?endpoint_url=…, or empty for a local folder.")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": True,
            "max_memory_size": LARGEST_HELD,
            **dict(parse_qsl(parts.query)),
        },
    }


def mail(url: str) -> dict[str, Any]:
    """Return Django's mail settings for ``EMAIL_URL``."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme != "smtp" or not parts.hostname:
        raise BadEnvironment("EMAIL_URL has to be smtp://user:password@host:port, or console:.")
    options = dict(parse_qsl(parts.query))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": options.get("tls") == "1",
        "EMAIL_USE_SSL": options.get("ssl") == "1",
    }


def secret_key(given: str, var: Path) -> str:
    """Return the key given, or the one kept in ``var``, made on first need and readable by its owner alone."""
    if given:
        return given
    path = var / "secret-key"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"secret-key.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text().strip()
