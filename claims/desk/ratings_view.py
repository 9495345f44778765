"""Revealed ratings side by side, under letters, with what differs marked."""

from dataclasses import dataclass

from claims.domain.answers import parts_asked
from claims.domain.dossier_v1 import Dossier
from claims.domain.scales import Label, scale
from claims.models import Rating, RatingStage, Round
from claims.querysets import dossier_of
from claims.services.lettering import letters_of


@dataclass(frozen=True)
class Cell:
    """One rater's answer to one question: its word, its shape and tone, and a note."""

    letter: str
    word: str
    shape: str
    tone: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One question with everybody's answer."""

    question: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether not everybody answered alike."""
        return len({cell.word for cell in self.cells}) > 1


@dataclass(frozen=True)
class Column:
    """One rating: its letter, its stage, its reasons."""

    id: str
    letter: str
    is_own: bool
    stage: str
    reasons: str
    change_reason: str
    support: str


@dataclass(frozen=True)
class Comparison:
    """Ratings of one stage, side by side."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


TITLES = {
    RatingStage.FIRST: "First ratings, each made without seeing the other",
    RatingStage.AFTER_DISCUSSION: "Second ratings, after discussion",
    RatingStage.ADJUDICATOR: "The adjudicator’s own rating, made blind",
}


def comparisons_of(round_: Round, *, for_person: int) -> tuple[Comparison, ...]:
    """One comparison for each stage that has ratings. The caller has asked ``visibility`` whether they may be seen.

    Half a discussion is not shown: while reviewers confer, second ratings come up together.
    """
    dossier, letters = dossier_of(round_), letters_of(round_)
    rows = list(round_.ratings.prefetch_related("findings", "link_answers").order_by("pk"))
    found: list[Comparison] = []
    for stage in RatingStage:
        ratings = sorted((row for row in rows if row.stage == stage), key=lambda row: letters.get(row.person_id, ""))
        if stage is RatingStage.AFTER_DISCUSSION and round_.state == "differing" and len(ratings) < len(letters):
            ratings = [row for row in ratings if row.person_id == for_person]
        if stage is RatingStage.ADJUDICATOR and round_.state != "decided":
            ratings = [row for row in ratings if row.person_id == for_person]
        if ratings:
            found.append(_comparison(stage, ratings, dossier, letters, for_person))
    return tuple(found)


def _comparison(
    stage: RatingStage, ratings: list[Rating], dossier: Dossier, letters: dict[int, str], for_person: int
) -> Comparison:
    named = [(row, letters.get(row.person_id, "adjudicator")) for row in ratings]
    return Comparison(
        title=TITLES[stage],
        columns=tuple(
            Column(
                id=str(row.public_id),
                letter=letter,
                is_own=row.person_id == for_person,
                stage=row.stage,
                reasons=row.reasons,
                change_reason=row.change_reason,
                support=scale(row.round.rubric_version).support_label(row.support).label,
            )
            for row, letter in named
        ),
        rows=_rows(named, dossier),
    )


def _rows(named: list[tuple[Rating, str]], dossier: Dossier) -> tuple[Row, ...]:
    rubric = scale(dossier.rubric)
    rows = [
        Row(
            "Did they say it?",
            tuple(_cell(letter, rubric.attribution_label(row.attribution)) for row, letter in named),
        ),
        Row("Support", tuple(_cell(letter, rubric.support_label(row.support)) for row, letter in named)),
        Row("Confidence", tuple(_cell(letter, rubric.confidence_label(row.confidence)) for row, letter in named)),
    ]
    for link in dossier.other_links:
        cells = []
        for row, letter in named:
            answer = next((each.answer for each in row.link_answers.all() if str(each.link_id) == link.id), "")
            if answer:
                cells.append(_cell(letter, rubric.link_label(answer)))
        rows.append(Row(f"Step {link.position} of the chain", tuple(cells)))
    for citation in dossier.citations:
        for part in parts_asked(dossier, citation):
            cells = []
            for row, letter in named:
                key = (citation.id, part)
                finding = next(
                    (each for each in row.findings.all() if (str(each.citation_id), each.part) == key), None
                )
                if finding:
                    cells.append(_cell(letter, rubric.finding_label(finding.answer), finding.note))
            about = f", part {part}" if part else ""
            rows.append(Row(f"Source {citation.number}{about}", tuple(cells)))
    return tuple(row for row in rows if row.cells)


def _cell(letter: str, label: Label, note: str = "") -> Cell:
    return Cell(letter, label.label, label.shape, label.tone, note)
