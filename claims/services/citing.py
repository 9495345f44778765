"""Citations and appearances: what is wrong with them, writing them, and which sources now want a capture."""

from collections.abc import Iterator
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import F

from claims.models import Appearance, Bearing, Citation, CitationKind, CitedPassage, Claim, Part
from claims.services.drafting_checks import NOTE_LIMIT, room_in
from claims.services.drafts import AppearanceDraft, CitationDraft, ClaimDraft
from sources.domain.errors import BadInput, DeskError
from sources.domain.typed_text import check_typed
from sources.models import CaptureMethod, CaptureState, Source, SourceKind
from sources.services import capture
from sources.services.citing_urls import check_url, find_or_make_web_source

_OUT_OF_THE_WAY = 10_000


class _Named(NamedTuple):
    """What a row's source or address comes to: a key that is the same for the same work, and what is wrong."""

    key: str
    errors: list[DeskError]


def _named(source: Source | None, url_typed: str, field: str) -> _Named:
    typed = url_typed.strip()
    if source is None and not typed:
        missing = BadInput(
            "source_missing", "Type the address, or choose a source that is here already.", field=field
        )
        return _Named("", [missing])
    if not typed:
        return _Named(_key_of(source), [])
    if source is not None and source.kind != SourceKind.WEB.value:
        return _Named(
            _key_of(source),
            [
                BadInput(
                    "address_of_no_web_source",
                    "The chosen source has no address. Take one of the two out.",
                    field=field,
                )
            ],
        )
    try:
        key = check_url(typed)
    except DeskError as error:
        return _Named("", [type(error)(error.code, error.sentence, field=field)])
    if source is not None and key != source.url_key_sha256:
        return _Named(
            _key_of(source),
            [
                BadInput(
                    "address_of_another_source",
                    "This address is not that of the chosen source. Take one out.",
                    field=field,
                )
            ],
        )
    return _Named(f"web:{key}", [])


def _key_of(source: Source | None) -> str:
    if source is None:
        return ""
    return f"web:{source.url_key_sha256}" if source.kind == SourceKind.WEB.value else f"source:{source.pk}"


def citation_errors(draft: ClaimDraft) -> Iterator[DeskError]:
    """What is wrong with each citation, at its field."""
    letters = {part.letter for part in draft.parts}
    voices = {_key_of(link.source) for link in draft.links if link.source is not None}
    seen: dict[tuple[str, str], int] = {}
    for number, citation in enumerate(draft.citations):
        prefix = f"citations-{number}"
        named = _named(citation.source, citation.url_typed, f"{prefix}-url_typed")
        yield from named.errors
        if named.key and (named.key, citation.part) in seen:
            earlier = seen[named.key, citation.part] + 1
            yield BadInput(
                "already_cited",
                f"This source is cited already, as citation {earlier}. Change that one, or name another part.",
                field=f"{prefix}-url_typed",
            )
        seen.setdefault((named.key, citation.part), number)
        if citation.part and citation.part not in letters:
            yield BadInput("part_unknown", f"The claim has no part ({citation.part}).", field=f"{prefix}-part")
        yield from _bearing_errors(citation, prefix, is_own_voice=named.key in voices)
        yield from _citation_text_errors(citation, prefix)


def _bearing_errors(citation: CitationDraft, prefix: str, *, is_own_voice: bool) -> Iterator[DeskError]:
    if citation.bears_on not in Bearing.values:
        yield BadInput(
            "bearing_unknown", "Choose what the source bears on from the list.", field=f"{prefix}-bears_on"
        )
    elif citation.bears_on != Bearing.WHO_SAID_IT.value and citation.is_repetition:
        yield BadInput(
            "repetition_bearing",
            "A source that only repeats somebody shows who said it, never whether it is so.",
            field=f"{prefix}-bears_on",
        )
    elif citation.bears_on != Bearing.WHO_SAID_IT.value and is_own_voice:
        yield BadInput(
            "repetition_bearing",
            "This source is a link of the chain itself: it shows who said it, never whether it is so.",
            field=f"{prefix}-bears_on",
        )
    if citation.kind not in CitationKind.values:
        yield BadInput("kind_unknown", "Choose the kind of source from the list.", field=f"{prefix}-kind")


def _citation_text_errors(citation: CitationDraft, prefix: str) -> Iterator[DeskError]:
    yield from check_typed(citation.title, field=f"{prefix}-title", what="The title", limit=room_in(Source, "title"))
    yield from check_typed(
        citation.origin, field=f"{prefix}-origin", what="The origin", limit=room_in(Citation, "origin")
    )
    yield from check_typed(citation.note, field=f"{prefix}-note", what="The note", limit=NOTE_LIMIT)
    yield from check_typed(
        citation.unobtainable_reason, field=f"{prefix}-unobtainable_reason", what="The reason", limit=NOTE_LIMIT
    )


def appearance_source_errors(appearances: tuple[AppearanceDraft, ...]) -> Iterator[DeskError]:
    """What is wrong with the sources of the appearances."""
    seen: set[str] = set()
    for number, appearance in enumerate(appearances):
        field = f"appearances-{number}-{'source' if appearance.source is not None else 'url_typed'}"
        named = _named(appearance.source, appearance.url_typed, field)
        yield from named.errors
        if named.key and named.key in seen:
            yield BadInput("appearance_twice", "This source is on the list of appearances already.", field=field)
        seen.add(named.key)


def withdrawal_errors(claim: Claim, draft: ClaimDraft) -> Iterator[DeskError]:
    """Citations that a published page speaks of cannot be taken out, only shown as withdrawn."""
    kept = {citation.public_id for citation in draft.citations if citation.public_id is not None}
    for citation in claim.citations.exclude(public_id__in=kept):
        if citation.notices.exists() or claim.writeups.filter(withdrawn_citation=citation).exists():
            yield BadInput(
                "citation_on_record",
                f"Citation {citation.position} is spoken of on the published page. It stays on the list.",
                field="citations",
            )


def write_parts(*, claim: Claim, draft: ClaimDraft) -> dict[str, Part]:
    """Make the claim's parts read as in ``draft``; return them by letter. Unused letters go last, see below."""
    parts = {part.letter: part for part in claim.parts.all()}
    for wanted in draft.parts:
        part = parts.get(wanted.letter) or Part(claim=claim, letter=wanted.letter)
        part.text = wanted.text.strip()
        part.save()
        parts[wanted.letter] = part
    return parts


def take_out_parts(*, claim: Claim, draft: ClaimDraft) -> None:
    """Remove parts that the draft does not name, once no citation points at them any more."""
    claim.parts.exclude(letter__in=[part.letter for part in draft.parts]).delete()


def write_citations(*, by: User, claim: Claim, draft: ClaimDraft, parts: dict[str, Part]) -> list[Source]:
    """Make the citations read as in ``draft``; return the web sources that want a capture."""
    sources = [
        _source_for(
            by,
            row.source,
            row.url_typed,
            row.title,
            is_demonstration=row.kind == CitationKind.DEMONSTRATION_DOCUMENT.value,
        )
        for row in draft.citations
    ]
    kept = {row.public_id: row for row in claim.citations.select_related("source")}
    staying = {
        row.public_id
        for row, source in zip(draft.citations, sources, strict=True)
        if row.public_id in kept and kept[row.public_id].source_id == source.pk
    }
    leaving = claim.citations.exclude(public_id__in=staying)
    CitedPassage.objects.filter(citation__in=leaving).delete()
    leaving.delete()
    claim.citations.update(position=F("position") + _OUT_OF_THE_WAY)
    wanting: list[Source] = []
    for position, (row, source) in enumerate(zip(draft.citations, sources, strict=True), start=1):
        standing = kept.get(row.public_id) if row.public_id in staying and row.public_id is not None else None
        is_new = standing is None
        citation = standing or Citation(claim=claim, source=source)
        _fill(citation, row, position=position, part=parts.get(row.part))
        citation.save()
        if not row.unobtainable_reason.strip() and _wants_capture(source, is_new=is_new):
            wanting.append(source)
    return wanting


def _fill(citation: Citation, row: CitationDraft, *, position: int, part: Part | None) -> None:
    citation.position = position
    citation.url_typed = row.url_typed.strip()
    citation.bears_on, citation.kind, citation.is_repetition = row.bears_on, row.kind, row.is_repetition
    citation.part = part
    citation.origin = row.origin.strip()
    citation.note = row.note.strip()
    citation.unobtainable_reason = row.unobtainable_reason.strip()


def write_appearances(*, by: User, claim: Claim, drafts: tuple[AppearanceDraft, ...]) -> list[Source]:
    """Make the appearances read as ``drafts``; return the web sources that want a capture."""
    sources = [_source_for(by, row.source, row.url_typed, "") for row in drafts]
    kept = {row.source_id: row for row in claim.appearances.all()}
    claim.appearances.exclude(source__in=sources).delete()
    wanting: list[Source] = []
    for position, (row, source) in enumerate(zip(drafts, sources, strict=True), start=1):
        appearance = kept.get(source.pk) or Appearance(claim=claim, source=source)
        is_new = appearance.pk is None
        appearance.position = position
        appearance.wording = row.wording.strip()
        appearance.locator = row.locator.strip()
        appearance.no_capture_reason = row.no_capture_reason.strip()
        appearance.save()
        if not row.no_capture_reason.strip() and _wants_capture(source, is_new=is_new):
            wanting.append(source)
    return wanting


def make_sources(*, by: User, draft: ClaimDraft) -> None:
    """Make the sources of new addresses, in the order of their keys.

    Two claims saved at once that name the same new addresses in another order would else wait for each other.
    """
    new = [(row.url_typed, "", False) for row in draft.appearances if row.source is None]
    new += [
        (row.url_typed, row.title, row.kind == CitationKind.DEMONSTRATION_DOCUMENT.value)
        for row in draft.citations
        if row.source is None
    ]
    for url_typed, title, is_demonstration in sorted(new, key=lambda row: check_url(row[0])):
        _source_for(by, None, url_typed, title, is_demonstration=is_demonstration)


def _source_for(
    by: User, source: Source | None, url_typed: str, title: str, *, is_demonstration: bool = False
) -> Source:
    if source is not None:
        return source
    return find_or_make_web_source(
        by=by, url=url_typed.strip(), title=title.strip(), is_demonstration=is_demonstration
    )


def _wants_capture(source: Source, *, is_new: bool) -> bool:
    if source.kind != SourceKind.WEB.value:
        return False
    if source.captures.filter(state=CaptureState.OPEN.value).exists():
        return False
    return is_new or not source.captures.exists()


def request_captures(*, by: User, sources: list[Source]) -> None:
    """Ask for one capture of each source, once; in the order of their keys, as it locks those that are open."""
    for _, source in sorted({source.pk: source for source in sources}.items()):
        capture.request(by=by, source=source, method=CaptureMethod.HTTP.value, reason="person")
