"""The frozen evidence of a round beside the questions: each citation's archived text with its passages marked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from claims.desk.looks import Look, Looks
from claims.domain.answers import finding_field, parts_asked
from claims.domain.dossier_v1 import Dossier, DossierCitation, DossierSource
from claims.domain.record_parts import RecordCapture
from claims.domain.scales import Scale
from claims.models import Bearing, CitationKind, Pin
from sources.domain.errors import DeskError
from sources.domain.text_blocks import Mark, blocks_with_marks
from sources.models import Artefact, UsabilityVerdict
from sources.models.artefacts import READ
from sources.services.quote import texts_of

FINDING_KEYS = "ghjkl"


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen."""

    code: str
    label: str
    meaning: str
    key: str = ""
    is_chosen: bool = False
    shape: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Run:
    """Words of the text under one kind of mark: ``""``, ``editor`` or ``own``; ``ids`` are places to link to."""

    text: str
    kind: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph or heading; ``start`` is its offset in code points."""

    start: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class FindingQuestion:
    """What one citation says on one part."""

    field: str
    part: str
    part_text: str
    choices: tuple[Choice, ...]
    note: str
    error: str


@dataclass(frozen=True)
class PinView:
    """A passage of one's own."""

    id: str
    exact: str
    note: str


@dataclass(frozen=True)
class Paper:
    """One citation as it stands in the evidence pane. ``look_of`` dates a copy shown in the frozen one's place."""

    id: str
    number: int
    title: str
    facts: tuple[str, ...]
    note: str
    copy_url: str
    live_url: str
    blocks: tuple[Block, ...]
    nothing: str
    looks: tuple[Look, ...]
    look_of: str
    pins: tuple[PinView, ...]
    editor_passages: tuple[str, ...]
    questions: tuple[FindingQuestion, ...]
    by_ocr: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether every finding asked of it is given."""
        return all(any(choice.is_chosen for choice in question.choices) for question in self.questions)


def papers_of(
    dossier: Dossier,
    *,
    rubric: Scale,
    pins: Iterable[Pin],
    typed: dict[str, str],
    errors: dict[str, str],
    look: str = "",
) -> tuple[Paper, ...]:
    """Each citation of ``dossier``, with the ``pins`` of the person who looks and what they ``typed`` so far.

    ``look`` names a copy to show in place of the frozen one, see :class:`claims.desk.looks.Looks`.
    """
    held = _artefacts_of(dossier)
    texts, looks = _texts_of(held), Looks(dossier, look)
    own: dict[str, list[Pin]] = defaultdict(list)
    for pin in pins:
        own[str(pin.citation_id)].append(pin)
    return tuple(
        replace(
            _paper(citation, dossier, rubric, texts.get(citation.id, ""), own[citation.id], typed, errors, looks),
            by_ocr=looks.by_ocr(citation, held.get(citation.id)),
        )
        for citation in dossier.citations
    )


def _artefacts_of(dossier: Dossier) -> dict[str, Artefact]:
    """The text artefact of each frozen copy, by citation, in one query."""
    wanted = {(row.capture.id, row.capture.text_sha256): row.id for row in dossier.citations if row.capture}
    found = Artefact.objects.filter(
        role__in=READ,
        capture__public_id__in=[capture for capture, _ in wanted],
        sha256__in=[sha256 for _, sha256 in wanted],
    ).select_related("capture")
    by_key = {(str(row.capture.public_id), row.sha256): row for row in found}
    held: dict[str, Artefact] = {}
    for row in dossier.citations:
        artefact = by_key.get((row.capture.id, row.capture.text_sha256)) if row.capture else None
        if artefact is not None:
            held[row.id] = artefact
    return held


def _texts_of(held: dict[str, Artefact]) -> dict[str, str]:
    """The texts themselves, or why one cannot be read; one query for all."""
    read = texts_of(list(held.values()))
    return {
        id_: f"\x00{text.sentence}" if isinstance(text, DeskError) else text
        for id_, text in zip(held, read, strict=True)
    }


def _paper(
    citation: DossierCitation,
    dossier: Dossier,
    rubric: Scale,
    text: str,
    pins: list[Pin],
    typed: dict[str, str],
    errors: dict[str, str],
    looks: Looks,
) -> Paper:
    shown = looks.shown(citation)
    nothing = shown.nothing if shown else _why_nothing(citation, text)
    marks = [] if nothing or shown else _marks(citation, pins)
    words = shown.text if shown else text
    source = citation.source
    return Paper(
        id=citation.id,
        number=citation.number,
        title=source.title or source.url,
        facts=_facts(citation),
        note=citation.note,
        copy_url=_copy_url(source, citation.capture) if citation.capture else "",
        live_url=source.url,
        blocks=() if nothing else _blocks(words, marks, {str(pin.public_id) for pin in pins}),
        nothing=nothing,
        looks=looks.of(citation),
        look_of=shown.when if shown else "",
        pins=tuple(PinView(str(pin.public_id), pin.passage.exact, pin.note) for pin in pins),
        editor_passages=tuple(str(passage.exact) for passage in citation.passages),
        questions=_questions(citation, dossier, rubric, typed, errors),
    )


def _why_nothing(citation: DossierCitation, text: str) -> str:
    if citation.capture is None:
        return citation.unobtainable_reason or "There is no copy of this source."
    if text.startswith("\x00"):
        return text[1:]
    return "" if text else "The text of this copy cannot be found in the archive."


def _copy_url(source: DossierSource, capture: RecordCapture) -> str:
    return reverse("desk:copy", args=(source.id, capture.id))


def _facts(citation: DossierCitation) -> tuple[str, ...]:
    source, capture = citation.source, citation.capture
    kind = CitationKind(citation.kind).label
    bearing = (
        f"on {Bearing(citation.bears_on).label}"
        if citation.bears_on != Bearing.BOTH
        else "on who said it and whether it is so"
    )
    facts = [f"{kind}, {bearing}"]
    if citation.is_repetition:
        facts.append("only repeats the chain")
    if source.publisher or source.author:
        facts.append(", ".join(word for word in (str(source.publisher), str(source.author)) if word))
    if source.published.edtf or source.published.printed:
        facts.append(f"says it is of {source.published.printed or source.published.display}")
    if capture:
        moment = parse_datetime(capture.captured_at)
        when = f"{moment.day} {moment:%B %Y, %H:%M} UTC" if moment else capture.captured_at
        facts.append(f"captured {when}, {capture.custody}, {UsabilityVerdict(capture.usability).label}")
    return tuple(facts)


def _marks(citation: DossierCitation, pins: list[Pin]) -> list[Mark]:
    digest = citation.capture.text_sha256 if citation.capture else ""
    editors = [Mark(row.start, row.end, row.id) for row in citation.passages if row.text_sha256 == digest]
    own = [
        Mark(pin.passage.start, pin.passage.end, str(pin.public_id))
        for pin in pins
        if pin.passage.text_sha256 == digest
    ]
    return [*editors, *own]


def _blocks(text: str, marks: list[Mark], own: set[str]) -> tuple[Block, ...]:
    return tuple(
        Block(
            block.start,
            tuple(
                Run(run.text, _kind(run.passage_ids, own), tuple(f"passage-{id_}" for id_ in run.begins))
                for run in block.segments
            ),
        )
        for block in blocks_with_marks(text, marks)
    )


def _kind(ids: tuple[str, ...], own: set[str]) -> str:
    if not ids:
        return ""
    return "own" if set(ids) & own else "editor"


def _questions(
    citation: DossierCitation, dossier: Dossier, rubric: Scale, typed: dict[str, str], errors: dict[str, str]
) -> tuple[FindingQuestion, ...]:
    words = {part.letter: str(part.text) for part in dossier.claim.parts}
    questions = []
    for part in parts_asked(dossier, citation):
        field = finding_field(citation.id, part)
        chosen = typed.get(field, "")
        labels = (
            rubric.finding if citation.capture else [row for row in rubric.finding if row.code == "could_not_be_read"]
        )
        questions.append(
            FindingQuestion(
                field=field,
                part=part,
                part_text=words.get(part, ""),
                choices=tuple(
                    Choice(row.code, row.label, row.meaning, key, row.code == chosen, row.shape, row.tone)
                    for row, key in zip(labels, FINDING_KEYS, strict=False)
                ),
                note=typed.get(f"note-{field}", ""),
                error=errors.get(field, "") or errors.get(f"{field}-note", ""),
            )
        )
    return tuple(questions)
