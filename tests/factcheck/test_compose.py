"""The compose file and the image are about this product: its queues, its variables, its folders."""

import re
from typing import Any

import pytest
import yaml
from django.conf import settings

from factcheck.embedded.programs import workers
from factcheck.env import VARIABLES
from tests.architecture.code import ROOT


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read["services"]


def _queues(command: list[str]) -> set[str]:
    return set(command[command.index("-Q") + 1].split(",")) if "-Q" in command else set()


ALL_QUEUES = {queue.name for queue in settings.CELERY_TASK_QUEUES}


def test_every_queue_has_a_worker(services: dict[str, Any]) -> None:
    served = [_queues(service["command"]) for service in services.values() if "command" in service]
    assert set().union(*served) == ALL_QUEUES


def test_every_queue_has_a_worker_on_one_machine_too() -> None:
    assert set().union(*(_queues(list(program.command)) for program in workers())) == ALL_QUEUES


def test_the_parts_of_a_large_desk_are_there(services: dict[str, Any]) -> None:
    assert {"web", "worker-fetch", "worker-derive", "worker-desk", "beat", "postgres", "valkey", "migrate"} == set(
        services
    )


def test_only_known_variables_are_set(services: dict[str, Any]) -> None:
    known = {variable.name for variable in VARIABLES}
    ours = [service for service in services.values() if service.get("image") == "factcheck"]
    assert len(ours) == 6
    assert all(set(service["environment"]) <= known for service in ours)


def test_the_image_copies_what_there_is() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE) for name in line.split()]
    assert {"manage.py", "factcheck", "sources", "claims", "templates"} <= set(copied)
    assert all((ROOT / name).exists() for name in copied)
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    assert all(f"!{name}\n" in allowed for name in copied)


def test_programs_that_a_desk_may_do_without_are_chosen_when_the_image_is_built() -> None:
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert re.search(r'^ARG PROGRAMS="tesseract-ocr"$', image, re.MULTILINE)
    assert "--build-arg PROGRAMS=" in image
    assert "--build-arg PROGRAMS=" in compose
    named = set(re.findall(r"CAPTURE_[A-Z_]+", compose))
    assert named
    assert named <= {variable.name for variable in VARIABLES}
