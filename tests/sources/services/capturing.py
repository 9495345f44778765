"""What the tests of captures share: a source on a server of one's own, and taking what is due."""

from django.conf import LazySettings
from django.contrib.auth.models import User

from sources.models import Capture, Source
from sources.services import capture, lease
from sources.services.citing_urls import find_or_make_web_source
from sources.services.lease import Taken
from tests.sources.servers import PageServer


def allow(settings: LazySettings, *servers: PageServer) -> None:
    """Name these servers in CAPTURE_ALLOW_PRIVATE."""
    settings.CAPTURE_ALLOW_PRIVATE = frozenset({("127.0.0.1", server.port) for server in servers})


def asked_for(by: User, url: str) -> Capture:
    """A source with this address and an open capture of it."""
    source: Source = find_or_make_web_source(by=by, url=url)
    return capture.request(by=by, source=source)


def take_one(owner: str = "worker") -> Taken:
    [taken] = lease.claim_due(owner=owner, limit=1)
    return taken
