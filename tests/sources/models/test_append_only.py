"""The triggers of append-only tables, on whichever database the suite runs."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from claims.models.guards import GUARDS as CLAIMS_GUARDS
from sources.models import Event, Removal, Source, append_only
from sources.models.captures import Capture
from sources.models.guards import GUARDS as SOURCES_GUARDS
from sources.services.history import acting_through, record_event

ALL = (*SOURCES_GUARDS, *CLAIMS_GUARDS)


def _event(cast) -> Event:
    source = Source.objects.create(kind="offline", title="A hearing", created_by=cast.editor)
    return record_event(by=cast.editor, action="source_made", subject=source, reason="first words")


def test_every_append_only_table_carries_its_guard(db):
    assert append_only.installed(connection) == {guard.table for guard in ALL}


def test_installing_twice_changes_nothing(db):
    append_only.install(connection, ALL)
    append_only.install(connection, ALL)
    assert append_only.installed(connection) == {guard.table for guard in ALL}


def test_an_event_cannot_be_changed_or_deleted(cast):
    event = _event(cast)
    for change in (lambda: Event.objects.filter(pk=event.pk).update(reason="other words"), event.delete):
        with pytest.raises(DatabaseError, match="append_only_sources_event"), transaction.atomic():
            change()
    event.refresh_from_db()
    assert event.reason == "first words"


def test_without_the_guard_the_change_would_go_through(cast):
    event = _event(cast)
    append_only.take_away(connection, SOURCES_GUARDS)
    try:
        assert Event.objects.filter(pk=event.pk).update(reason="other words") == 1
    finally:
        append_only.install(connection, SOURCES_GUARDS)


def test_a_removal_by_two_people_lets_only_the_removable_column_be_blanked(cast):
    event = _event(cast)
    now = timezone.now()
    removal = Removal.objects.create(
        subject_kind="event",
        subject_id=event.public_id,
        reason="personal_data",
        basis="a request",
        asked_by=cast.editor,
        asked_at=now,
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(reason="")
    Removal.objects.filter(pk=removal.pk).update(done_by=cast.publisher, done_at=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(reason="", action="something_else")
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(reason="new words")
    assert Event.objects.filter(pk=event.pk).update(reason="") == 1


def test_one_person_alone_cannot_carry_out_a_removal(cast):
    removal = Removal.objects.create(
        subject_kind="event",
        subject_id=uuid.uuid4(),
        reason="personal_data",
        basis="a request",
        asked_by=cast.editor,
        asked_at=timezone.now(),
    )
    with pytest.raises(DatabaseError, match="removal_two_people"), transaction.atomic():
        Removal.objects.filter(pk=removal.pk).update(done_by=cast.editor, done_at=timezone.now())


def test_a_capture_moves_while_open_and_is_frozen_once_closed(cast):
    source = Source.objects.create(
        kind="web", url="https://example.org/", url_key="k", url_key_sha256="a" * 64, created_by=cast.editor
    )
    capture = Capture.objects.create(source=source, requested_by=cast.editor, requested_at=timezone.now())
    assert Capture.objects.filter(pk=capture.pk).update(robots="allowed") == 1
    Capture.objects.filter(pk=capture.pk).update(
        state="failed", failure_code="timeout", failure_sentence="It took too long.", closed_at=timezone.now()
    )
    with pytest.raises(DatabaseError, match="append_only_sources_capture"), transaction.atomic():
        Capture.objects.filter(pk=capture.pk).update(robots="denied")


def test_an_event_names_the_door_it_came_through(cast):
    with acting_through("desk"):
        event = _event(cast)
    assert (event.door, event.subject_kind) == ("desk", "source")
