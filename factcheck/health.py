"""Health: whether the database and the broker answer."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import OperationalError

_PATIENCE = {"socket_timeout": 2, "socket_connect_timeout": 2}
"""Seconds: a broker that is frozen takes connections and answers nothing."""


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all answer, else 503 with what does not."""
    found = {"database": _database(), "broker": _broker()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        return False


def _broker() -> bool:
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=2, transport_options=_PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
            return True
    except (OperationalError, OSError):
        return False
