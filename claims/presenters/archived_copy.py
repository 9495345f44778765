"""The page of one archived copy: what of its text may be shown, and the record line that goes with it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from claims.domain.records import Removed
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.excerpts import Excerpt, quoted
from claims.presenters.parts import Fact
from claims.presenters.wording import day, moment, sentence, term
from claims.presenters.works import (
    RIGHTS,
    CaptureLine,
    Known,
    capture_lines,
    excerpt_for,
    look_words,
    marks_in,
    public_captures,
)
from sources.domain.custody import MOST, Custody
from sources.domain.media_types import is_html, is_image
from sources.models import ArtefactRole, Capture, Source
from sources.models.artefacts import READ
from sources.services.derive import claimed_by_page
from sources.services.ocr_notes import name_of, note_of
from sources.services.standing import NOT_TIMESTAMPED, Standing, standing_of
from sources.services.texts import the_text

LONGEST_CLAIMED = 500
MOST_BACK = 3
"""Claims named at the top of a copy, for the way back; the source's page has them all."""

NOTHING_QUOTED = gettext_noop("No published claim quotes a passage of this copy.")
NOTHING_SHOWN = gettext_noop("Nothing of the text of this copy may be shown.")
NOTHING_KEPT = gettext_noop("No readable text was kept of this look.")
DAMAGED = gettext_noop("Our copy is damaged: what is stored has another digest than what came, so we do not show it.")


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
    page_path: str = ""
    is_rendered: bool = False
    warc_path: str = ""
    wacz_path: str = ""
    original_path: str = ""
    claimed: tuple[Fact, ...] = ()
    by_ocr: str = ""
    claims: tuple[ClaimCard, ...] = ()


def text_digest_of(capture: Capture, known: Known) -> str:
    """The text artefact that readers see: the one that a record's passages point into, else the newest."""
    texts = list(capture.artefacts.filter(role__in=READ))
    text = the_text([row for row in texts if row.sha256 in known.text_digests]) or the_text(texts)
    return text.sha256 if text is not None else ""


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
        nothing=term(nothing),
        rights=term(RIGHTS[source.rights]),
        facts=_facts(capture, standing),
        digests=_digests(capture, digest, standing),
        captures=capture_lines(source, public_captures(source, known), capture),
        page_path=_page_path(source, capture) if not is_damaged else "",
        is_rendered=capture.method == "browser",
        warc_path=_file_path(source, capture, "copy.warc.gz") if capture.warc_sha256 else "",
        wacz_path=_file_path(source, capture, "copy.wacz") if capture.warc_sha256 else "",
        original_path=_file_path(source, capture, "original") if capture.body_offset is not None else "",
        claimed=_claimed(source, capture),
        by_ocr=ocr_words(capture, digest),
        claims=tuple(card_of(row) for row in known.rows[:MOST_BACK]),
        is_demonstration=known.source.is_demonstration or any(row.is_demonstration for row in known.rows),
    )


def ocr_words(capture: Capture, digest: str) -> str:
    """That the text of ``digest`` was read from pictures and may be wrong, in the reader's language; else ``""``."""
    note = note_of(capture.artefacts.filter(role=ArtefactRole.OCR, sha256=digest).first()) if digest else None
    if note is None:
        return ""
    named = ", ".join(name_of(code, is_translated=True) for code in note.languages)
    parts = [
        _("This text was read by OCR from the picture and may be wrong."),
        _("Read by Tesseract {version}, set to: {languages}.").format(version=note.engine, languages=named),
    ]
    if note.unread or note.left_out:
        parts.append(_("Not every page could be read."))
    return " ".join(parts)


def _file_path(source: Source, capture: Capture, name: str) -> str:
    """Where a file of this copy is handed out, if the rights allow that."""
    is_given = source.rights == "full" and capture.state == "stored"
    return f"/sources/{source.public_id}/captures/{capture.public_id}/{name}" if is_given else ""


def _claimed(source: Source, capture: Capture) -> tuple[Fact, ...]:
    """What the page says of itself, unchecked; nothing where only a digest may be shown."""
    if source.rights == "digest" or capture.state != "stored":
        return ()
    said = claimed_by_page(capture)
    named = [
        (_("Title"), said.get("title")),
        (_("Author"), said.get("author")),
        (_("Date"), said.get("published")),
        (_("Site"), said.get("site_name")),
        (_("Language"), said.get("language")),
    ]
    return tuple(Fact(name, str(text)[:LONGEST_CLAIMED]) for name, text in named if text)


def _page_path(source: Source, capture: Capture) -> str:
    """Where the page can be looked at as it was sent, if the rights allow that and it is one."""
    may_look = source.rights == "full" and capture.state == "stored"
    if not may_look or not (is_html(capture.media_type) or is_image(capture.media_type)):
        return ""
    return f"/sources/{source.public_id}/captures/{capture.public_id}/page/"


def _lead(capture: Capture) -> str:
    words = look_words(capture)
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
        (_("Asked for"), capture.url_requested),
        (_("Redirected to"), " → ".join(redirects)),
        (_("Final address"), capture.final_url),
        (_("Answer"), f"HTTP {capture.http_status}" if capture.http_status else ""),
        (_("When"), f"{moment(at):%Y-%m-%d %H:%M:%S %Z}" if at else ""),
        (_("Custody"), _custody(standing.custody)),
        (_("Where it comes from"), capture.provenance),
        (_("Time vouched for"), _stamps(standing) if capture.state == "stored" else ""),
        (_("Kind of file"), capture.media_type),
        (_("Size"), _("{count} bytes").format(count=f"{capture.body_bytes:,}") if capture.state == "stored" else ""),
        (_("Cut off"), _("The answer was longer than we keep; its end is missing.") if capture.is_truncated else ""),
    ]
    return tuple(Fact(name, text) for name, text in facts if text)


def _digests(capture: Capture, text_sha256: str, standing: Standing) -> tuple[Fact, ...]:
    named = [
        (_("Answer’s body, SHA-256"), capture.body_sha256),
        (_("WARC file, SHA-256"), capture.warc_sha256),
        (_("Text for quoting, SHA-256"), text_sha256),
        (_("Manifest, SHA-256"), standing.manifest_sha256),
        (_("Our log, entry {number}, SHA-256").format(number=standing.log_position), standing.log_sha256),
    ]
    return tuple(Fact(name, digest) for name, digest in named if digest)


def _custody(custody: Custody) -> str:
    graded = _("{label}, grade {grade} of {most}. {meaning}")
    return graded.format(
        label=sentence(term(custody.label)), grade=custody.grade, most=MOST, meaning=term(custody.meaning)
    )


def _stamps(standing: Standing) -> str:
    """The timestamps in words; that there is none where no authority has given one."""
    given = [
        _("{time} UTC by {authority}").format(time=f"{stamp.at:%Y-%m-%d %H:%M:%S}", authority=stamp.authority)
        for stamp in standing.stamps
        if stamp.at
    ]
    return "; ".join(given) or sentence(term(NOT_TIMESTAMPED))
