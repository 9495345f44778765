"""Rows written with statements that are made once: the same rows as ``save()`` writes."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from sources.models import Artefact, Derivation, Event, HostRest, Source
from sources.services.statements import insert, insert_unless_there, update

pytestmark = pytest.mark.django_db

DIGEST = "a" * 64


def a_source(cast: Any) -> Source:
    return Source(
        url="https://example.org/", url_key_sha256=DIGEST, title="Ünïcode “title” 100%s", created_by=cast.editor
    )


def test_a_row_is_written_as_save_writes_it(cast: Any) -> None:
    inserted = insert(a_source(cast))
    assert not inserted._state.adding
    read = Source.objects.get(pk=inserted.pk)
    assert model_to_dict(read) == model_to_dict(inserted)
    assert read.public_id == inserted.public_id
    saved = a_source(cast)
    saved.url_key_sha256 = "b" * 64
    saved.save()
    differing = {"id", "public_id", "url_key_sha256"}
    assert {k: v for k, v in model_to_dict(Source.objects.get(pk=saved.pk)).items() if k not in differing} == {
        k: v for k, v in model_to_dict(read).items() if k not in differing
    }


def test_nothing_a_person_and_a_moment_are_kept(cast: Any) -> None:
    now = timezone.now()
    event = Event(at=now, by=None, door="code", action="x", subject_kind="source", subject_id=uuid.uuid4())
    read = Event.objects.get(pk=insert(event).pk)
    assert (read.at, read.by, read.version, read.subject_id) == (now, None, None, event.subject_id)


def test_the_constraints_of_the_database_hold(cast: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Artefact(capture_id=1, role="nothing", sha256=DIGEST, bytes=1, created_at=timezone.now()))


def test_what_is_there_already_stays_and_what_is_wrong_is_refused() -> None:
    row = {"input_sha256": DIGEST, "producer": "p", "version": "1", "created_at": timezone.now()}
    insert_unless_there(Derivation(**row, is_ok=True, output_sha256=DIGEST))
    insert_unless_there(Derivation(**row, is_ok=False, code="c"))
    assert Derivation.objects.get().is_ok
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_unless_there(Derivation(**{**row, "version": "2"}, is_ok=True, output_sha256="no digest"))


def test_named_fields_are_updated_and_no_others() -> None:
    row = insert(HostRest(host="one.example", until=timezone.now()))
    before = row.until
    row.host, row.until = "two.example", timezone.now()
    assert update(row, "host")
    read = HostRest.objects.get(pk=row.pk)
    assert (read.host, read.until) == ("two.example", before)
    read.delete()
    row.host = "three.example"
    assert not update(row, "host")
