"""What the tests of the two short ways share."""

import pytest
from django.test import Client

from tests.claims.presenters.records import a_record
from tests.claims.public.published import Published, publish
from tests.conftest import Cast


@pytest.fixture
def kept(cast: Cast) -> Published:
    """A published claim whose page is kept in both languages."""
    made = publish(cast.editor, cast.publisher, a_record())
    for language in ("en", "es"):
        Client().get(made.path, headers={"accept-language": language})
    return made
