import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, transaction
from django.utils import timezone
from rfc3161_client import decode_timestamp_response

from sources.archive import store, timestamps
from sources.models import ArtefactRole, Event, LogEntry, Timestamp, TimestampState
from sources.services import timestamping
from sources.services.chain_checking import breaks_in_the_chain
from sources.services.sealing import seal_due
from sources.services.timestamping import stamp_due
from tests.conftest import Cast
from tests.sources.services.capturing import allow
from tests.sources.services.copies import PAGE, make_copy, make_source
from tests.sources.timestamp_authority import TimestampAuthority, timestamp_authority

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def authority() -> Iterator[TimestampAuthority]:
    with timestamp_authority() as made:
        yield made


@pytest.fixture
def configured(settings: LazySettings, authority: TimestampAuthority) -> LazySettings:
    allow(settings, authority.server)
    settings.TIMESTAMP_AUTHORITIES, settings.TIMESTAMP_ROOTS = (authority.url,), authority.roots
    return settings


def sealed(cast: Cast) -> LogEntry:
    make_copy(make_source(cast.editor))
    seal_due()
    return LogEntry.objects.get()


def test_an_entry_is_stamped_and_the_reply_is_kept_as_it_came(cast: Cast, configured: LazySettings) -> None:
    entry = sealed(cast)
    assert stamp_due() == 1
    row = entry.timestamps.get()
    assert row.state == TimestampState.DONE and row.token is not None and row.stamped_at is not None
    assert "signature agree" in row.checked and "openssl" in row.checked
    assert row.token.role == ArtefactRole.TIMESTAMP
    assert timestamps.imprint_of(store.read(row.token.sha256)) == entry.sha256
    assert Event.objects.get(action="capture_timestamped").subject_id == row.token.capture.public_id
    assert list(breaks_in_the_chain()) == []
    assert stamp_due() == 0
    with pytest.raises(DatabaseError, match="append_only_sources_timestamp"), transaction.atomic():
        Timestamp.objects.update(checked="otherwise")


def test_a_token_with_unsorted_certificates_is_read_all_the_same(authority: TimestampAuthority) -> None:
    query = timestamps.query_for("an entry")
    reply = authority.stamp(query.raw)
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        decode_timestamp_response(reply)
    assert "openssl" in timestamps.read_reply(reply, query, roots=authority.roots).checked
    assert "not checked" in timestamps.read_reply(reply, query, roots="").checked


def test_a_token_for_something_else_of_another_request_or_another_root_is_refused(
    authority: TimestampAuthority,
) -> None:
    query, other = timestamps.query_for("an entry"), timestamps.query_for("another entry")
    reply = authority.stamp(query.raw)
    again = timestamps.query_for("an entry")
    with timestamp_authority() as stranger:
        for asked, roots, says in (
            (other, authority.roots, "something else"),
            (again, authority.roots, "another request"),
            (query, stranger.roots, "does not hold"),
        ):
            with pytest.raises(timestamps.TimestampRefused, match=says):
                timestamps.read_reply(reply, asked, roots=roots)
    altered = reply.replace(hashlib.sha256(b"an entry").digest(), hashlib.sha256(b"another entry").digest())
    with pytest.raises(timestamps.TimestampRefused):
        timestamps.read_reply(altered, query, roots=authority.roots)


@pytest.mark.parametrize("reply", [b"", b"<html>busy", b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x30\x01\x00"])
def test_what_is_no_token_is_a_sentence(reply: bytes) -> None:
    with pytest.raises(timestamps.TimestampRefused, match="no timestamp"):
        timestamps.read_reply(reply, timestamps.query_for("x"), roots="")


def test_an_authority_that_is_busy_is_asked_again_later_and_at_last_given_up(
    cast: Cast, configured: LazySettings, authority: TimestampAuthority
) -> None:
    configured.TIMESTAMP_AUTHORITIES = (f"{authority.server.url}/busy",)
    row = sealed(cast).timestamps.get()
    assert stamp_due() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_code) == (TimestampState.WAITING, 1, "timestamp_status")
    assert row.next_at > timezone.now() + timedelta(minutes=1)
    Timestamp.objects.update(attempts=timestamping.MOST_ATTEMPTS - 1, next_at=timezone.now())
    assert stamp_due() == 0
    row.refresh_from_db()
    assert (row.state, row.last_sentence) == (TimestampState.FAILED, "The authority answered HTTP 503.")
    assert Event.objects.filter(action="timestamp_failed").count() == 1


def test_an_authority_at_a_private_address_is_not_asked(cast: Cast, settings: LazySettings) -> None:
    settings.TIMESTAMP_AUTHORITIES = ("http://10.0.0.1/stamp",)
    row = sealed(cast).timestamps.get()
    stamp_due()
    row.refresh_from_db()
    assert (row.state, row.last_code) == (TimestampState.FAILED, "address_private")


def test_a_token_put_in_the_place_of_another_is_a_break(cast: Cast, configured: LazySettings) -> None:
    source = make_source(cast.editor)
    for days in range(2):
        make_copy(source, PAGE + str(days), days=days)
    seal_due()
    first, second = Timestamp.objects.order_by("pk")
    stamp_due(limit=1)
    first.refresh_from_db()
    second.state, second.token, second.stamped_at = TimestampState.DONE, first.token, first.stamped_at
    second.save()
    assert ["for something else" in broken.sentence for broken in breaks_in_the_chain()] == [True]
