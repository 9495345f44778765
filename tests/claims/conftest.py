"""Published claims for the tests of search, pages and API."""

import pytest

from tests.claims.public.published import publish
from tests.claims.search.cases import CLAIMS, record_for
from tests.conftest import Cast


@pytest.fixture
def library(cast: Cast) -> None:
    """The shared set of claims, published in their order."""
    for one in CLAIMS:
        publish(cast.editor, cast.publisher, record_for(one), state=one.state)
