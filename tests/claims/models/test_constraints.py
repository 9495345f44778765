"""The database guards what it can: every constraint has a name and a sentence, and the important ones refuse."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from claims.models import Claim, Link, Notice, PublicClaim, Relation, Role, Speaker
from claims.models.index import PublicCorrection, PublicName, PublicSource, PublicSpeaker, PublicTopic
from sources.models import Capture, Source
from tests.claims.services.publication_factory import a_published_claim
from tests.claims.services.round_factory import a_ready_claim, an_open_round

DISPOSABLE = (PublicClaim, PublicCorrection, PublicName, PublicSource, PublicSpeaker, PublicTopic)
"""Index rows are written by programs alone; nobody would read a sentence of theirs."""


UNIQUE = {
    "link_one_attributed": "claims_link.claim_id",
    "round_one_open": "claims_round.claim_id",
    "capture_one_open": "sources_capture.source_id",
}
"""Of a unique index SQLite names the columns only."""


def _constraints() -> list[Any]:
    found = []
    for application in ("claims", "sources"):
        for model in apps.get_app_config(application).get_models():
            if model not in DISPOSABLE:
                found += [pytest.param(model, row, id=row.name) for row in model._meta.constraints]
    return found


@pytest.mark.parametrize(("model", "constraint"), _constraints())
def test_every_constraint_has_a_sentence_for_people(model, constraint):
    assert constraint.violation_error_message != models.BaseConstraint.default_violation_error_message
    assert constraint.violation_error_message.endswith(".")


def _speaker(name: str = "Port Office") -> Speaker:
    return Speaker.objects.create(kind="organisation", name=name, name_folded=name.lower())


@pytest.fixture
def claim(cast: Any) -> Claim:
    return Claim.objects.create(statement="The port is open.", created_by=cast.editor)


def _refused(name: str, act: Any) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act()
    words = str(refusal.value)
    if name in UNIQUE and connection.vendor == "sqlite":
        assert words.startswith(f"UNIQUE constraint failed: {UNIQUE[name]}")
    else:
        assert name in words


def test_a_link_names_exactly_one(cast, claim):
    paper = Source.objects.create(kind="offline", title="The Paper", created_by=cast.editor)
    for who in ({}, {"speaker": _speaker(), "unnamed": "experts"}, {"source": paper, "unnamed": "experts"}):
        _refused("link_exactly_one_who", lambda who=who: Link.objects.create(claim=claim, position=1, **who))


def test_a_claim_has_one_attributed_link(claim):
    Link.objects.create(claim=claim, position=1, unnamed="experts", is_attributed=True)
    _refused(
        "link_one_attributed",
        lambda: Link.objects.create(claim=claim, position=2, unnamed="others", is_attributed=True),
    )


def test_a_period_does_not_end_before_it_begins(claim):
    _refused(
        "role_held_ordered",
        lambda: Role.objects.create(
            speaker=_speaker(), title="Director", held_earliest_on=date(2018, 1, 2), held_latest_on=date(2018, 1, 1)
        ),
    )


def test_an_open_end_is_no_disorder(claim):
    assert Role.objects.create(speaker=_speaker(), title="Director", held_earliest_on=date(2018, 1, 2)).pk


def test_a_claim_is_not_related_to_itself(claim):
    _refused("relation_of_two", lambda: Relation.objects.create(claim=claim, kind="repeats", other=claim))


def test_one_round_of_a_claim_is_open(cast):
    round_ = an_open_round(cast)
    again = {field.name: getattr(round_, field.name) for field in round_._meta.concrete_fields}
    for name in ("id", "public_id"):
        del again[name]
    dossier = round_.dossier
    copy = type(dossier).objects.create(
        claim=dossier.claim, claim_version=1, schema=1, text="{}", sha256="b" * 64, created_at=timezone.now()
    )
    _refused("round_one_open", lambda: type(round_).objects.create(**{**again, "number": 2, "dossier": copy}))


def test_a_stored_capture_has_its_digests(cast, claim):
    source = a_ready_claim(cast.editor).citations.first().source
    now = timezone.now()
    _refused(
        "capture_stored_has_digests",
        lambda: Capture.objects.create(
            source=source, state="stored", requested_by=cast.editor, requested_at=now, closed_at=now
        ),
    )


def test_one_capture_of_a_source_and_method_is_open(cast):
    source = a_ready_claim(cast.editor).citations.first().source
    values = {"source": source, "requested_by": cast.editor, "requested_at": timezone.now()}
    Capture.objects.create(**values)
    _refused("capture_one_open", lambda: Capture.objects.create(**values))
    assert Capture.objects.create(**values, method="memento").pk


def test_nobody_lifts_their_own_notice(cast):
    claim = a_published_claim(cast)
    notice = Notice.objects.create(
        claim=claim, kind="rechecking", text="Why.", put_up_by=cast.publisher, put_up_at=timezone.now()
    )
    _refused(
        "notice_lifted_by_another",
        lambda: Notice.objects.filter(pk=notice.pk).update(lifted_by=cast.publisher, lifted_at=timezone.now()),
    )
