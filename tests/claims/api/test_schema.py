"""The API keeps to its own schema, whatever it is asked (schemathesis), and answers for each published thing."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12
PLAIN = {"Accept-Encoding": "identity"}
"""The checks read the body as it comes and undo no compression."""


@pytest.fixture
def schema(library: None) -> Iterator[Any]:
    """The schema as the server gives it out; the connection of the test's transaction outlives each request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler())
    for signal in signals:
        signal.connect(close_old_connections)


def test_every_answer_is_one_that_the_schema_names(schema: Any) -> None:
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) >= 8
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
            database=None,
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(checks=CHECKS, headers=PLAIN)

        ask()


def test_what_is_published_answers_as_the_schema_says(schema: Any, client: Any) -> None:
    seen = 0
    for operation in (one.ok() for one in schema.get_all_operations()):
        if "{" in operation.path:
            continue
        listed = operation.Case()
        answer = listed.call_and_validate(checks=CHECKS, headers=PLAIN)
        if not operation.path.rstrip("/").endswith(("claims", "speakers", "sources")):
            continue
        one = schema[f"{operation.path}{{public_id}}/"]["GET"]
        for line in answer.json()["results"][:4]:
            one.Case(path_parameters={"public_id": line["id"]}).call_and_validate(checks=CHECKS, headers=PLAIN)
            seen += 1
    assert seen >= 10
