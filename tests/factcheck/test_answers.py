"""What every answer carries, and what the health page says."""

import signal
import time
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection
from django.test import Client

from factcheck import health
from factcheck.middleware import door_of
from tests.plugins.servers import Valkey

pytestmark = pytest.mark.django_db


def test_healthy_when_database_and_broker_answer(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "broker": True})


def test_names_a_broker_that_does_not_answer(client: Client, settings: LazySettings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "broker": False})


def test_names_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Any:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", refuse)
    assert health._database() is False


def test_every_page_has_a_strict_policy_and_the_usual_headers(client: Client) -> None:
    answer = client.get("/account/login/")
    policy = answer["Content-Security-Policy"]
    for rule in ("default-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("path", "door"),
    [("/admin/claims/", "admin"), ("/desk/", "desk"), ("/api/v1/claims/", "api"), ("/claims/x/", "public")],
)
def test_a_path_belongs_to_a_door(path: str, door: str) -> None:
    assert door_of(path) == door


def test_a_person_who_guesses_is_locked_out(client: Client, cast: Any) -> None:
    name = cast.editor.username
    for _ in range(8):
        client.post("/account/login/", {"username": name, "password": "wrong"})
    answer = client.post("/account/login/", {"username": name, "password": "correct-horse-battery-9"})
    assert answer.status_code == 429


@pytest.mark.processes
def test_health_does_not_wait_for_a_broker_that_is_frozen(client: Client, settings: LazySettings) -> None:
    broker = Valkey().start()
    try:
        settings.CELERY_BROKER_URL = broker.url
        assert client.get("/healthz").json()["broker"] is True
        assert broker.process is not None
        broker.process.send_signal(signal.SIGSTOP)
        since = time.monotonic()
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()) == (503, {"database": True, "broker": False})
        assert time.monotonic() - since < 20
    finally:
        broker.process.send_signal(signal.SIGCONT)
        broker.stop()
