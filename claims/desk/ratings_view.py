"""Revealed ratings side by side, under letters, with what differs marked."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from claims.domain.answers import parts_asked
from claims.domain.dossier_v1 import Dossier
from claims.domain.scales import Label, scale
from claims.models import Pin, Rating, RatingStage, Round
from claims.querysets import dossier_of
from claims.services.lettering import letters_of


@dataclass(frozen=True)
class Cell:
    """One rater's answer to one question: its word, its shape and tone, a note, and the passages pinned for it.

    ``is_beside`` marks the adjudicator's own answer, which stands beside those that are compared.
    """

    who: str
    word: str
    shape: str
    tone: str
    note: str = ""
    quotes: tuple[str, ...] = ()
    is_beside: bool = False


@dataclass(frozen=True)
class Row:
    """One question with everybody's answer."""

    question: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether not all of those who are compared answered alike."""
        return len({cell.word for cell in self.cells if not cell.is_beside}) > 1


@dataclass(frozen=True)
class Column:
    """One rating: its letter, its stage, its reasons."""

    id: str
    letter: str
    who: str
    is_own: bool
    stage: str
    reasons: str
    change_reason: str
    verdict: str


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

    Half a discussion is not shown: while reviewers confer, second ratings come up together. Until the decision an
    adjudicator sees their own blind rating beside those that they compare; afterwards it stands by itself.
    """
    letters = letters_of(round_)
    table = Table(round_, dossier_of(round_), letters, for_person)
    rows = list(round_.ratings.prefetch_related("findings", "link_answers").order_by("pk"))
    own = [row for row in rows if row.stage == RatingStage.ADJUDICATOR and row.person_id == for_person]
    found: list[Comparison] = []
    for stage in RatingStage:
        ratings = sorted((row for row in rows if row.stage == stage), key=lambda row: letters.get(row.person_id, ""))
        if stage is RatingStage.AFTER_DISCUSSION and round_.state == "differing" and len(ratings) < len(letters):
            ratings = [row for row in ratings if row.person_id == for_person]
        if stage is RatingStage.ADJUDICATOR and round_.state != "decided":
            continue
        if ratings:
            found.append(table.comparison(stage, ratings, own if round_.state == "in_adjudication" else []))
    return tuple(found)


class Table:
    """Makes the comparisons of one round; reads its pins once."""

    def __init__(self, round_: Round, dossier: Dossier, letters: dict[int, str], for_person: int) -> None:
        self.dossier, self.letters, self.for_person = dossier, letters, for_person
        self.rubric = scale(round_.rubric_version)
        self.pins: dict[tuple[int, str], list[str]] = defaultdict(list)
        for pin in Pin.objects.filter(round=round_).select_related("passage").order_by("passage__start", "pk"):
            self.pins[(pin.person_id, str(pin.citation_id))].append(pin.passage.exact)

    def comparison(self, stage: RatingStage, ratings: list[Rating], beside: list[Rating]) -> Comparison:
        """The ratings of one stage, and those that stand beside them."""
        shown = [*ratings, *beside]
        return Comparison(
            title=TITLES[stage], columns=tuple(map(self._column, shown)), rows=self._rows(shown, set(beside))
        )

    def _who(self, row: Rating) -> str:
        if row.stage == RatingStage.ADJUDICATOR:
            return "You, blind" if row.person_id == self.for_person else "Adjudicator"
        letter = self.letters.get(row.person_id, "")
        return f"Reviewer {letter} (you)" if row.person_id == self.for_person else f"Reviewer {letter}"

    def _column(self, row: Rating) -> Column:
        attribution, support = self.rubric.attribution_label(row.attribution), self.rubric.support_label(row.support)
        confidence = self.rubric.confidence_label(row.confidence)
        return Column(
            id=str(row.public_id),
            letter="adjudicator"
            if row.stage == RatingStage.ADJUDICATOR
            else self.letters.get(row.person_id, "adjudicator"),
            who=self._who(row),
            is_own=row.person_id == self.for_person,
            stage=row.stage,
            reasons=row.reasons,
            change_reason=row.change_reason,
            verdict=f"{support.label} · {attribution.label} · confidence {confidence.label.lower()}",
        )

    def _rows(self, shown: list[Rating], beside: set[Rating]) -> tuple[Row, ...]:
        def row(question: str, cells: Callable[[Rating], Cell | None]) -> Row:
            made = [(each, cells(each)) for each in shown]
            return Row(
                question, tuple(replace(cell, is_beside=each in beside) for each, cell in made if cell is not None)
            )

        rubric = self.rubric
        rows = [
            row("Did they say it?", lambda each: self._cell(each, rubric.attribution_label(each.attribution))),
            row("Support", lambda each: self._cell(each, rubric.support_label(each.support))),
            row("Confidence", lambda each: self._cell(each, rubric.confidence_label(each.confidence))),
        ]
        for link in self.dossier.other_links:
            rows.append(row(f"Step {link.position} of the chain", partial(self._link_cell, link_id=link.id)))
        for citation in self.dossier.citations:
            parts = parts_asked(self.dossier, citation)
            for part in parts:
                about = f", part {part}" if part else ""
                find = partial(self._finding_cell, citation_id=citation.id, part=part, with_pins=part == parts[0])
                rows.append(row(f"Source {citation.number}{about}", find))
        return tuple(made for made in rows if made.cells)

    def _cell(self, row: Rating, label: Label, note: str = "", quotes: tuple[str, ...] = ()) -> Cell:
        return Cell(self._who(row), label.label, label.shape, label.tone, note, quotes)

    def _link_cell(self, row: Rating, *, link_id: str) -> Cell | None:
        answer = next((each.answer for each in row.link_answers.all() if str(each.link_id) == link_id), "")
        return self._cell(row, self.rubric.link_label(answer)) if answer else None

    def _finding_cell(self, row: Rating, *, citation_id: str, part: str, with_pins: bool) -> Cell | None:
        """A finding; the passages pinned in the source stand with the first finding on it, at the first stage."""
        found = next(
            (each for each in row.findings.all() if (str(each.citation_id), each.part) == (citation_id, part)), None
        )
        if found is None:
            return None
        has_pins = with_pins and row.stage != RatingStage.AFTER_DISCUSSION
        quotes = tuple(self.pins[(row.person_id, citation_id)]) if has_pins else ()
        return self._cell(row, self.rubric.finding_label(found.answer), found.note, quotes)
