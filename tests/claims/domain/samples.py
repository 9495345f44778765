"""A record and a dossier with something in every field, about invented places and offices."""

from claims.domain import dossier_v1 as dossier
from claims.domain import record_parts as parts
from claims.domain import record_v1 as record

ID = "00000000-0000-4000-8000-{:012d}"


def source(number: int = 1) -> parts.RecordSource:
    return parts.RecordSource(
        id=ID.format(number),
        kind="web",
        title="Quay report",
        url="http://127.0.0.1:8010/quay.html",
        publisher=parts.RecordPublisher(ID.format(90), "Harbour office"),
        author="The clerk",
        published=parts.record_date("2025-03", "March 2025"),
        language="en",
        description="",
        rights="quoted",
        is_demonstration=True,
    )


def capture(number: int = 1) -> parts.RecordCapture:
    return parts.RecordCapture(
        id=ID.format(100 + number),
        captured_at="2026-03-01T10:00:00Z",
        method="http",
        custody="fetched by us",
        usability="usable",
        usability_reason="",
        http_status=200,
        final_url="http://127.0.0.1:8010/quay.html",
        media_type="text/html",
        body_sha256="a" * 64,
        warc_sha256="b" * 64,
        text_sha256="c" * 64,
    )


def passage(number: int = 1, chosen_by: str = "editor") -> parts.RecordPassage:
    return parts.RecordPassage(
        id=ID.format(200 + number),
        exact="twelve berths",
        prefix="There are ",
        suffix=" at the quay.",
        start=10,
        end=23,
        text_sha256="c" * 64,
        chosen_by=chosen_by,
    )


def who(kind: str = "speaker") -> parts.RecordWho:
    role = parts.RecordRole(
        "harbour master", "Harbour office", "Quillhaven", parts.record_date("2024/..", is_period=True)
    )
    if kind == "speaker":
        return parts.RecordWho(kind, ID.format(7), "The harbour master", "person", False, role)
    return parts.RecordWho(kind, ID.format(1) if kind == "source" else "", "The Lantern")


def citation(**changes: object) -> record.RecordCitation:
    given: dict[str, object] = {
        "id": ID.format(300),
        "number": 1,
        "kind": "demonstration_document",
        "bears_on": "both",
        "is_repetition": False,
        "part": "",
        "origin": "the quay report",
        "note": "see page 2",
        "url_typed": "127.0.0.1:8010/quay.html",
        "unobtainable_reason": "",
        "source": source(),
        "capture": capture(),
        "passages": (passage(), passage(2, "A")),
        "findings": (
            record.RecordFinding("A", "first", "a", "supports", "the same number"),
            record.RecordFinding("B", "first", "a", "contradicts", ""),
        ),
        "withdrawn": record.RecordWithdrawal("withdrawn by its publisher", "2026-03-05"),
    }
    return record.RecordCitation(**{**given, **changes})  # type: ignore[arg-type]


def verdict(**changes: object) -> record.RecordVerdict:
    given: dict[str, object] = {
        "attribution": "said_it",
        "support": "mixed",
        "confidence": "moderate",
        "how": "agreed_after_discussion",
        "differing": (),
        "quorum": 2,
        "raters": 2,
        "re_rated_by_same_reviewers": False,
        "rubric": "1",
    }
    return record.RecordVerdict(**{**given, **changes})  # type: ignore[arg-type]


def revision_record(**changes: object) -> record.RevisionRecord:
    rating = record.RecordRating(
        "A", "first", "said_it", "mixed", "high", "Because.", "", (record.RecordLinkAnswer(ID.format(11), "shown"),)
    )
    given: dict[str, object] = {
        "kind": record.KIND,
        "claim": record.RecordClaim(
            id=ID.format(1),
            slug="twelve-berths",
            version=3,
            language="en",
            statement="The quay has twelve berths",
            quote=parts.RecordQuote("Zwölf Plätze", "de", "twelve places", "the desk"),
            parts=(parts.RecordPart("a", "twelve"), parts.RecordPart("b", "berths")),
            topics=(parts.RecordTopic("harbour", "Harbour"),),
            sensitivity="none",
            demonstration=True,
            why_chosen="It was repeated.",
            context="A quay in an invented town.",
        ),
        "chain": (
            record.RecordLink(ID.format(10), 1, "said", who(), parts.record_date("2025-03-04"), "the quay", True),
            record.RecordLink(ID.format(11), 2, "reported", who("source"), parts.record_date(""), "", False, "shown"),
        ),
        "appearances": (record.RecordAppearance(ID.format(20), source(2), "twelve places", "p. 2", capture(2)),),
        "citations": (citation(),),
        "independent_origins": 1,
        "single_origin_reason": "There is one office that counts.",
        "verdict": verdict(),
        "ratings": (rating,),
        "adjudication": record.RecordAdjudication("for_one", "A", rating, "said_it", "mixed", "low", "A is right."),
        "reply": parts.RecordReply("asked", "the office", "", "2026-02-01T00:00:00Z", "2026-02-08T00:00:00Z"),
        "interests": (record.RecordInterest("rater", "lives there", "everybody does"),),
        "relations": (record.RecordRelation("repeats", ID.format(2), "to", ""),),
        "headline": "Twelve berths, of which two are closed",
        "summary": "Two are closed.",
        "revision": record.RecordRevision(
            2, "correction", "The month.", "2026-03-06T09:00:00Z", "2026-03-02T09:00:00Z"
        ),
        "responsible_editor": "The editor",
        "dossier_sha256": "d" * 64,
    }
    return record.RevisionRecord(**{**given, **changes})  # type: ignore[arg-type]


def dossier_of_a_round(**changes: object) -> dossier.Dossier:
    described = dossier.DossierSource(
        ID.format(1),
        "web",
        "Quay report",
        "http://127.0.0.1:8010/quay.html",
        "Harbour office",
        "The clerk",
        parts.record_date("2025-03"),
        "",
        True,
    )
    given: dict[str, object] = {
        "kind": dossier.KIND,
        "claim": dossier.DossierClaim(
            ID.format(1),
            3,
            "en",
            "The quay has twelve berths",
            parts.RecordQuote(),
            (parts.RecordPart("a", "twelve"),),
            "",
            "none",
            True,
        ),
        "chain": (
            dossier.DossierLink(ID.format(10), 1, "said", who(), parts.record_date("2025"), "", True),
            dossier.DossierLink(ID.format(11), 2, "reported", who("source"), parts.record_date(""), "", False),
        ),
        "appearances": (dossier.DossierAppearance(ID.format(20), described, "twelve", "", capture(2), ""),),
        "citations": (
            dossier.DossierCitation(
                ID.format(300),
                1,
                "first_hand",
                "both",
                False,
                "",
                "",
                "",
                "http://127.0.0.1:8010/quay.html",
                "",
                described,
                capture(),
                (passage(),),
            ),
        ),
        "independent_origins": 1,
        "single_origin_reason": "one office counts",
        "reply": None,
        "rubric": "1",
        "quorum": 2,
        "frozen_at": "2026-03-01T12:00:00Z",
    }
    return dossier.Dossier(**{**given, **changes})  # type: ignore[arg-type]
