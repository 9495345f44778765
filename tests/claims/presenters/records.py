"""A record made by hand, and short ways to change it."""

import uuid
from dataclasses import replace
from typing import Any

from claims.domain import record_v1 as v1
from claims.domain.record_parts import (
    RecordCapture,
    RecordDate,
    RecordPart,
    RecordPassage,
    RecordPublisher,
    RecordQuote,
    RecordReply,
    RecordRole,
    RecordSource,
    RecordTopic,
    RecordWho,
    record_date,
)

TEXT = (
    "The harbour’s year\n\nIn 2016 the harbour handled 1.9 million containers, its own report says. "
    "It had handled two million the year before.\n\nThe quay was mended in autumn."
)
EXACT = "handled 1.9 million containers"
DAY = "2026-03-02T12:00:00Z"


def new_id() -> str:
    return str(uuid.uuid4())


def a_source(**changes: Any) -> RecordSource:
    source = RecordSource(
        id=new_id(),
        kind="web",
        title="The harbour’s year",
        url="https://harbour.example/2016",
        publisher=RecordPublisher(new_id(), "Harbour office"),
        author="",
        published=record_date("2017-01"),
        language="en",
        description="",
        rights="quoted",
    )
    return replace(source, **changes)


def a_capture(**changes: Any) -> RecordCapture:
    capture = RecordCapture(
        id=new_id(),
        captured_at="2026-02-20T09:30:00Z",
        method="http",
        custody="fetched by us",
        usability="usable",
        usability_reason="",
        http_status=200,
        final_url="https://harbour.example/2016",
        media_type="text/html",
        body_sha256="ab" * 32,
        warc_sha256="cd" * 32,
        text_sha256="ef" * 32,
    )
    return replace(capture, **changes)


def a_passage(text_sha256: str = "ef" * 32, **changes: Any) -> RecordPassage:
    start = TEXT.index(EXACT)
    end = start + len(EXACT)
    passage = RecordPassage(
        id=new_id(),
        exact=EXACT,
        prefix=TEXT[max(0, start - 32) : start],
        suffix=TEXT[end : end + 32],
        start=start,
        end=end,
        text_sha256=text_sha256,
        part="a",
    )
    return replace(passage, **changes)


def a_citation(**changes: Any) -> v1.RecordCitation:
    citation = v1.RecordCitation(
        id=new_id(),
        number=1,
        kind="primary_record",
        bears_on="whether_it_is_so",
        is_repetition=False,
        part="",
        origin="Harbour office",
        note="",
        url_typed="https://harbour.example/2016",
        unobtainable_reason="",
        source=a_source(),
        capture=a_capture(),
        passages=(a_passage(),),
        findings=(
            v1.RecordFinding("A", "first", "a", "contradicts", "The year before had two million."),
            v1.RecordFinding("B", "first", "a", "contradicts"),
            v1.RecordFinding("A", "first", "b", "supports"),
            v1.RecordFinding("B", "first", "b", "silent"),
        ),
    )
    return replace(citation, **changes)


def a_record(**changes: Any) -> v1.RevisionRecord:
    """A speaker said something of a harbour; two reviewers agree that it is mixed."""
    attributed = v1.RecordLink(
        id=new_id(),
        position=1,
        verb="said",
        who=RecordWho(
            kind="speaker",
            id=new_id(),
            name="Ana Ruiz",
            speaker_kind="person",
            role=RecordRole("Minister of ports", "Government of Quillhaven", "", RecordDate()),
        ),
        date=record_date("2017-05-04"),
        place="a press conference",
        is_attributed=True,
    )
    outlet = a_source(title="The Quillhaven Lantern", url="https://lantern.example/harbour")
    record = v1.RevisionRecord(
        kind=v1.KIND,
        claim=v1.RecordClaim(
            id=new_id(),
            slug="the-harbour-handled-two-million-containers",
            version=1,
            language="en",
            statement="The harbour handled two million containers in 2016, more than ever before.",
            quote=RecordQuote("Dos millones de contenedores.", "es", "Two million containers.", "the desk"),
            parts=(RecordPart("a", "two million containers in 2016"), RecordPart("b", "more than ever before")),
            topics=(RecordTopic("harbours", "Harbours"),),
            sensitivity="none",
            demonstration=False,
            why_chosen="Two papers repeated it.",
            context="Containers are counted in units of twenty feet.",
        ),
        chain=(
            attributed,
            v1.RecordLink(
                id=new_id(),
                position=2,
                verb="reported",
                who=RecordWho(kind="source", id=outlet.id, name=outlet.title),
                date=record_date("2017-05"),
                place="",
                is_attributed=False,
                answer="shown",
            ),
        ),
        appearances=(
            v1.RecordAppearance(new_id(), outlet, "two million", "page 3", None, "It is behind a paywall."),
        ),
        citations=(a_citation(),),
        independent_origins=1,
        single_origin_reason="The harbour office alone counts containers.",
        verdict=v1.RecordVerdict("said_it", "mixed", "moderate", "agreed", (), 2, 2, False, "1"),
        ratings=(
            v1.RecordRating("A", "first", "said_it", "mixed", "high", "The number is of another year.", ""),
            v1.RecordRating("B", "first", "said_it", "mixed", "moderate", "Half of it stands.", ""),
        ),
        adjudication=None,
        reply=RecordReply("not_asked", reason="The office answers no letters."),
        interests=(),
        relations=(),
        headline="The number belongs to the year before.",
        summary="The harbour’s own report gives 1.9 million for 2016.\n\nThe year before had two million.",
        revision=v1.RecordRevision(1, "first", "", DAY, DAY),
        responsible_editor="editor",
        dossier_sha256="12" * 32,
    )
    return replace(record, **changes)


def with_claim(record: v1.RevisionRecord, **changes: Any) -> v1.RevisionRecord:
    return replace(record, claim=replace(record.claim, **changes))


def with_verdict(record: v1.RevisionRecord, **changes: Any) -> v1.RevisionRecord:
    return replace(record, verdict=replace(record.verdict, **changes))


def with_source(record: v1.RevisionRecord, source: RecordSource, **changes: Any) -> v1.RevisionRecord:
    return replace(record, citations=(replace(record.citations[0], source=source, **changes),))
