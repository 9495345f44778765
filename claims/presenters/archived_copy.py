"""The page of one archived copy: what of its text may be shown, and the record line that goes with it."""

from dataclasses import dataclass

from claims.domain.records import Removed
from claims.presenters.excerpts import Excerpt, quoted
from claims.presenters.parts import Fact
from claims.presenters.wording import day, moment, sentence
from claims.presenters.works import (
    RIGHTS,
    CaptureLine,
    Known,
    capture_lines,
    excerpt_for,
    marks_in,
    public_captures,
    state_words,
)
from sources.models import ArtefactRole, Capture, CaptureMethod, Source
from sources.services.standing import Standing, standing_of

NOTHING_QUOTED = "No published claim quotes a passage of this copy."
NOTHING_SHOWN = "Nothing of the text of this copy may be shown."
DAMAGED = "Our copy is damaged: what is stored has another digest than what came, so we do not show it."
NOTHING_KEPT = "No readable text was kept of this look."


@dataclass(frozen=True)
class ArchivedCopy:
    """The page's content. ``excerpt`` is ``None``, and ``nothing`` says why, where no text may be shown."""

    title: str
    source_path: str
    day: str
    lead: str
    language: str
    excerpt: Excerpt | None
    nothing: str
    rights: str
    facts: tuple[Fact, ...]
    digests: tuple[Fact, ...]
    captures: tuple[CaptureLine, ...]
    is_demonstration: bool


def text_digest_of(capture: Capture, known: Known) -> str:
    """The text artefact that readers see: the one that a record's passages point into, else the newest."""
    digests = [
        artefact.sha256 for artefact in capture.artefacts.filter(role=ArtefactRole.TEXT).order_by("created_at", "pk")
    ]
    quoted_from = [digest for digest in digests if digest in known.text_digests]
    return (quoted_from or digests or [""])[-1]


def archived_copy(
    source: Source, capture: Capture, known: Known, *, text: str | None, digest: str, is_damaged: bool = False
) -> ArchivedCopy:
    """The page of ``capture``. ``text`` is the artefact of ``digest``, or ``None`` where it cannot be read.

    ``is_damaged`` says that the file was found to be another one than was written.
    """
    at = capture.captured_at or capture.closed_at or capture.requested_at
    standing = standing_of(capture)
    excerpt = None if is_damaged else _excerpt(source, capture, known, text, digest)
    nothing = NOTHING_SHOWN if source.rights == "digest" else NOTHING_QUOTED
    if capture.state != "stored" or not digest:
        nothing = NOTHING_KEPT
    elif is_damaged:
        nothing = DAMAGED
    return ArchivedCopy(
        title=known.source.title or known.source.url,
        source_path=f"/sources/{source.public_id}/",
        day=day(at),
        lead=_lead(capture),
        language=known.source.language,
        excerpt=excerpt if excerpt and excerpt.blocks else None,
        nothing=nothing,
        rights=RIGHTS[source.rights],
        facts=_facts(capture, standing),
        digests=_digests(capture, digest, standing),
        captures=capture_lines(source, public_captures(source, known), capture),
        is_demonstration=known.source.is_demonstration or any(row.is_demonstration for row in known.rows),
    )


def _lead(capture: Capture) -> str:
    words = sentence(f"{CaptureMethod(capture.method).label}: {state_words(capture)}")
    return words if words.endswith(".") else f"{words}."


def _excerpt(source: Source, capture: Capture, known: Known, text: str | None, digest: str) -> Excerpt | None:
    if capture.state != "stored" or not digest:
        return None
    if text is not None:
        return excerpt_for(source.rights, text, marks_in(capture, known, digest))
    if source.rights == "digest":
        return None
    return quoted(
        (passage.prefix, passage.exact, passage.suffix)
        for passage in known.passages
        if passage.text_sha256 == digest and not isinstance(passage.exact, Removed)
    )


def _facts(capture: Capture, standing: Standing) -> tuple[Fact, ...]:
    redirects = [
        exchange.location for exchange in capture.exchanges.all() if exchange.kind == "redirect" and exchange.location
    ]
    at = capture.captured_at
    facts = [
        ("Asked for", capture.url_requested),
        ("Redirected to", " → ".join(redirects)),
        ("Final address", capture.final_url),
        ("Answer", f"HTTP {capture.http_status}" if capture.http_status else ""),
        ("When", f"{moment(at):%Y-%m-%d %H:%M:%S %Z}" if at else ""),
        ("Custody", standing.custody.words),
        ("Where it comes from", capture.provenance),
        ("Time vouched for", standing.time_words if capture.state == "stored" else ""),
        ("Kind of file", capture.media_type),
        ("Size", f"{capture.body_bytes:,} bytes" if capture.state == "stored" else ""),
        ("Cut off", "The answer was longer than we keep; its end is missing." if capture.is_truncated else ""),
    ]
    return tuple(Fact(name, text) for name, text in facts if text)


def _digests(capture: Capture, text_sha256: str, standing: Standing) -> tuple[Fact, ...]:
    named = [
        ("Answer’s body, SHA-256", capture.body_sha256),
        ("WARC file, SHA-256", capture.warc_sha256),
        ("Text for quoting, SHA-256", text_sha256),
        ("Manifest, SHA-256", standing.manifest_sha256),
        (f"Our log, {standing.log_words}, SHA-256", standing.log_sha256),
    ]
    return tuple(Fact(name, digest) for name, digest in named if digest)
