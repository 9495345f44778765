"""What the tests of services share."""

import pytest


@pytest.fixture(autouse=True)
def _heart_at_rest(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a test that is one transaction no heart beats: on its own connection it would not see the test's rows.

    On PostgreSQL it would call every capture lost that takes longer than a second, and the attempt would end there.
    """
    if "transactional_db" in request.fixturenames:
        return
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        return
    monkeypatch.setattr("sources.services.heart._tell_stages", lambda beats: None)
    monkeypatch.setattr("sources.services.heart._extend", lambda beats: None)
