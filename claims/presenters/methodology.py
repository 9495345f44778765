"""How we rate, made from the scale file and the tables of moves, so that the page cannot drift from what is done."""

from dataclasses import dataclass

from claims.domain.lifecycle import PUBLICATION_MOVES, ROUND_MOVES
from claims.domain.scales import Label, current
from claims.presenters.labels import REVIEWERS_DIFFER, view_of
from claims.presenters.parts import LabelView
from claims.presenters.wording import listed, sentence


@dataclass(frozen=True)
class Question:
    """One question of the rubric with its answers."""

    title: str
    note: str
    labels: tuple[LabelView, ...]


@dataclass(frozen=True)
class MoveLine:
    """One step that somebody may take, and who."""

    what: str
    who: str
    second: str


@dataclass(frozen=True)
class Methodology:
    """The page's content."""

    version: str
    since: str
    questions: tuple[Question, ...]
    review: tuple[MoveLine, ...]
    publication: tuple[MoveLine, ...]


def _views(labels: tuple[Label, ...]) -> tuple[LabelView, ...]:
    return tuple(view_of(label) for label in labels)


def methodology() -> Methodology:
    """The rubric in use and the moves of the lifecycle."""
    rubric = current()
    questions = (
        Question(
            "Did they say it?",
            "Asked first, about the one speaker to whom the words are attributed.",
            _views(rubric.attribution),
        ),
        Question(
            "How well do the cited sources support it?",
            "Rated for the claim as a whole, for the time it speaks of, and for the sources as they read when we "
            "looked. Five labels stand in an order, from the least to the most supported.",
            _views(rubric.ordered_support),
        ),
        Question(
            "Answers that stand off the scale",
            "They carry no number and are no middle of the scale.",
            (*_views(rubric.off_scale_support), REVIEWERS_DIFFER),
        ),
        Question("What each source says", "Answered for every citation, part by part.", _views(rubric.finding)),
        Question("Each step of the chain", "Answered for every link but the attributed one.", _views(rubric.link)),
        Question(
            "Confidence",
            "Kept apart from the verdict. Where reviewers agree and differ in it, the lower one is printed.",
            _views(rubric.confidence),
        ),
    )
    return Methodology(
        version=rubric.version,
        since=rubric.since,
        questions=questions,
        review=tuple(_line(move.label, move.groups, move.second_person) for move in ROUND_MOVES.values()),
        publication=tuple(_line(move.label, move.groups, move.second_person) for move in PUBLICATION_MOVES.values()),
    )


def _line(label: str, groups: tuple[str, ...], second: str) -> MoveLine:
    who = listed([group.lower() for group in groups]).replace(" and ", " or ")
    return MoveLine(sentence(label), who, f"{second}" if second else "")
