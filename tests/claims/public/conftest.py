"""Published claims for the tests of readers' pages."""

from collections.abc import Callable
from typing import Any

import pytest

from claims.domain.record_v1 import RevisionRecord
from tests.claims.presenters.records import a_record
from tests.claims.public.published import Published, publish
from tests.conftest import Cast

Publish = Callable[..., Published]


@pytest.fixture
def put_up(cast: Cast) -> Publish:
    """A function that publishes a record (a new one unless given)."""

    def put(record: RevisionRecord | None = None, **more: Any) -> Published:
        return publish(cast.editor, cast.publisher, record or a_record(), **more)

    return put
