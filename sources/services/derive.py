"""Making text of a capture's body, and judging whether it is the work that was cited.

Two steps, because no file and no child process is touched inside a transaction: :func:`derive_body` reads the body
in a child process and keeps the text under its digest; :func:`write_derived` writes the rows, and is called inside
the transaction that closes the capture.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from w3lib.encoding import http_content_type_encoding

from sources.archive import store
from sources.domain.extracted import Extracted
from sources.domain.media_types import HEAD_BYTES, sniff
from sources.domain.ocr import PRODUCER as OCR
from sources.domain.usability import PRODUCER, VERSION, Answer, Judgement, judge
from sources.extractors.pool import extract_in_child, never
from sources.extractors.reading import LIBRARY as READING_VIEW
from sources.models import Artefact, ArtefactRole, Capture, Derivation, Usability
from sources.services.statements import insert, insert_unless_there

TEXT_TYPE = "text/plain; charset=utf-8"
_PASSING = frozenset({"no_child"})
"""Failures of ours, not of the document: no row is written, so that it can be tried again."""


@dataclass(frozen=True)
class Derived:
    """What was made of a body. ``text_sha256`` is "" where there is no text."""

    input_sha256: str
    media_type: str
    charset: str
    extracted: Extracted
    judgement: Judgement
    version: str
    text_sha256: str = ""
    text_bytes: int = 0

    @property
    def title(self) -> str:
        """As claimed by the page."""
        return self.extracted.title


def derive_body(
    body: bytes | Path,
    *,
    body_sha256: str,
    declared: str = "",
    status: int | None = None,
    damage: str = "",
    is_truncated: bool = False,
    url: str = "",
    final_url: str = "",
    password: str = "",
    is_stopping: Callable[[], bool] = never,
) -> Derived:
    """Sniff, extract, judge, and keep the text in the store. Call it outside any transaction.

    ``body`` is the answer's body with its codings undone (bytes, or a file of them), ``body_sha256`` the digest that
    the capture keeps for it (the derivation's input), ``status`` None for what was handed to us, ``declared`` the
    Content-Type value as received, ``damage`` a sentence for a transfer that broke. Raises ``StorageFailed``, and
    ``Abandoned`` where ``is_stopping`` says that it is not wanted any more.
    """
    head, size = _head(body)
    media_type = sniff(declared, head)
    extracted = extract_in_child(
        body, media_type=media_type, declared=declared, password=password, is_stopping=is_stopping
    )
    if extracted.is_ok and not extracted.text:
        extracted = replace(extracted, is_ok=False, code="no_text", sentence="There is no text in it.")
    if is_truncated and not damage:
        damage = "The body was cut off at the size that is kept at most."
    judgement = judge(
        Answer(
            status=status,
            media_type=media_type,
            body_bytes=size,
            text=extracted.text,
            title=extracted.title,
            headings=extracted.first_headings(),
            signals=extracted.signals,
            damage=damage,
            extraction_code=extracted.code,
            extraction_sentence=extracted.sentence,
            url=url,
            final_url=final_url,
        )
    )
    raw = extracted.text.encode()
    return Derived(
        input_sha256=body_sha256,
        media_type=media_type,
        charset=extracted.charset[:40],
        extracted=extracted,
        judgement=judgement,
        version=version_key(extracted.version, declared, is_unlocked=bool(password)),
        text_sha256=store.keep_bytes(raw) if raw else "",
        text_bytes=len(raw),
    )


def write_derived(
    capture: Capture, derived: Derived, *, at: datetime, is_judged: bool = True, is_first: bool = False
) -> Artefact | None:
    """Write the text artefact, the derivation and, if ``is_judged``, the judgement; returns the artefact, if any.

    Call it inside the transaction that closes the capture, at ``at``; ``is_first``: nothing was derived for this
    capture before.
    """
    extracted = derived.extracted
    artefact: Artefact | None = None
    if derived.text_sha256:
        named = {"capture": capture, "role": ArtefactRole.TEXT, "sha256": derived.text_sha256}
        artefact = None if is_first else Artefact.objects.filter(**named).first()
        artefact = artefact or insert(
            Artefact(
                **named,
                bytes=derived.text_bytes,
                media_type=TEXT_TYPE,
                producer=extracted.producer,
                version=derived.version,
                created_at=at,
            )
        )
    if extracted.code not in _PASSING:
        derivation = Derivation(
            input_sha256=derived.input_sha256,
            producer=extracted.producer,
            version=derived.version,
            is_ok=extracted.is_ok,
            code=extracted.code,
            sentence=extracted.sentence,
            output_sha256=derived.text_sha256,
            metadata=json.dumps(extracted.claimed(), ensure_ascii=False, sort_keys=True),
            seconds=extracted.seconds,
            created_at=at,
        )
        insert_unless_there(derivation)
    if is_judged:
        insert(
            Usability(
                capture=capture,
                verdict=derived.judgement.verdict.value,
                reason=derived.judgement.reason,
                producer=PRODUCER,
                version=VERSION,
                created_at=at,
            )
        )
    return artefact


def claimed_by_page(capture: Capture) -> dict[str, object]:
    """What the page claims of itself, as the newest derivation with its whole text says; empty if unknown."""
    rows = Derivation.objects.filter(input_sha256=capture.body_sha256, is_ok=True).exclude(metadata="")
    row = rows.exclude(producer__in=(READING_VIEW, OCR)).first()
    claimed = json.loads(row.metadata) if row is not None and capture.body_sha256 else {}
    return dict(claimed)


def version_key(version: str, declared: str, *, is_unlocked: bool = False) -> str:
    """The producer's version, the charset that the server named and whether a password was given: all decide."""
    charset = http_content_type_encoding(declared) if declared else None
    parts = (version, "unlocked" if is_unlocked else "", charset or "")
    return " ".join(part for part in parts if part)[:60]


def _head(body: bytes | Path) -> tuple[bytes, int]:
    if isinstance(body, bytes):
        return body[:HEAD_BYTES], len(body)
    with body.open("rb") as file:
        return file.read(HEAD_BYTES), body.stat().st_size
