"""Published claims in the states that a page of its own look is needed for."""

from dataclasses import replace

from django.utils import timezone

from claims.domain import record_v1 as v1
from claims.domain.record_parts import UNNAMED_SOURCE, RecordDate, RecordSource
from claims.models import NoticeKind
from claims.services.publication_moves import put_up_notice
from claims.services.suspending import put_up_recheck, suspend
from sources.models import Removal, RemovalReason
from tests.claims.presenters.records import a_capture, a_citation, a_record, a_source, with_claim, with_verdict
from tests.claims.public.conftest import Publish
from tests.claims.public.published import Published
from tests.conftest import Cast

LATER = "2026-04-02T12:00:00Z"


def in_every_state(put_up: Publish, cast: Cast) -> list[str]:
    """The paths of a suspended and a retracted claim, one with notices, one in Spanish, one that nothing checks."""
    suspended = put_up(with_claim(a_record(), slug="suspended"))
    suspend(by=cast.publisher, claim=suspended.claim, text="The record that we cite is of another quay.")
    noticed = put_up(with_claim(a_record(), slug="noticed"))
    put_up_recheck(by=cast.publisher, claim=noticed.claim, text="We were sent a new table.")
    put_up_notice(
        by=cast.publisher, claim=noticed.claim, kind=NoticeKind.LATE_REPLY, text="“The district was meant.”"
    )
    first = with_claim(a_record(), slug="retracted")
    put_up(first)
    again = v1.RecordRevision(2, "retraction", "It was another harbour.", LATER, first.revision.first_published_at)
    retracted = put_up(replace(first, revision=again), state="retracted")
    return [one.path for one in (suspended, noticed, retracted, put_up(settled()), put_up(unchecked()))]


def settled() -> v1.RevisionRecord:
    """A claim in Spanish that an adjudicator settled, with an interest declared and a reply that was not asked for."""
    record = with_claim(a_record(), slug="empleo", language="es", statement="El puerto emplea a cuatro mil personas.")
    blind = v1.RecordRating("", "blind", "said_it", "mixed", "low", "La mitad se sostiene.", "")
    decided = v1.RecordAdjudication("for_one", "A", blind, "said_it", "mixed", "moderate", "El año es otro.")
    interest = v1.RecordInterest("adjudicator", "Mi hermano trabaja allí.", "No decide nada.")
    record = replace(record, adjudication=decided, interests=(interest,), single_origin_reason="Nadie más lo cuenta.")
    return with_verdict(record, how="adjudicated")


def unchecked() -> v1.RevisionRecord:
    """A claim of which no source could be read: protected, withdrawn, behind a wall, never obtained, a digest alone."""
    unread = (v1.RecordFinding("A", "first", "", "could_not_be_read"),)
    protected = RecordSource(
        "", "", UNNAMED_SOURCE, "", None, "", RecordDate(), "", "", "", True, "They would lose their work."
    )
    citations = (
        v1.RecordCitation("", 1, "first_hand", "both", False, "", "", "", "", "", protected, None, (), unread),
        a_citation(withdrawn=v1.RecordWithdrawal("It was made up.", "2026-03-01"), source=a_source(title="A blog")),
        a_citation(
            source=a_source(title="Behind a wall"),
            capture=a_capture(usability="paywall", usability_reason="“Subscribe to read on.”"),
            passages=(),
            findings=unread,
        ),
        a_citation(capture=None, passages=(), unobtainable_reason="No minutes were taken.", findings=unread),
        a_citation(source=a_source(title="An audit", rights="digest"), capture=a_capture(), findings=unread),
    )
    record = with_claim(a_record(), slug="unchecked", parts=())
    record = replace(record, citations=citations, reply=None)
    return with_verdict(record, support="could_not_be_checked", attribution="cannot_be_established", confidence="low")


def remove(cast: Cast, made: Published, status: int) -> None:
    """That the whole of a page was removed by two people; it answers with ``status`` from then on."""
    now = timezone.now()
    Removal.objects.create(
        subject_kind="claim",
        subject_id=made.claim.public_id,
        reason=RemovalReason.values[0],
        basis="An order.",
        http_status=status,
        asked_by=cast.editor,
        asked_at=now,
        done_by=cast.publisher,
        done_at=now,
    )
