"""How we rate, made from the scale file and the tables of moves, so that the page cannot drift from what is done."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from claims.domain.lifecycle import PUBLICATION_MOVES, ROUND_MOVES
from claims.domain.scales import Label, current
from claims.presenters.labels import REVIEWERS_DIFFER, spoken, view_of
from claims.presenters.parts import LabelView
from claims.presenters.wording import day, sentence, term


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
            _("Did they say it?"),
            _("Asked first, about the one speaker to whom the words are attributed."),
            _views(rubric.attribution),
        ),
        Question(
            _("How well do the cited sources support it?"),
            _(
                "Rated for the claim as a whole, for the time it speaks of, and for the sources as they read when we "
                "looked. Five labels stand in an order, from the least to the most supported."
            ),
            _views(rubric.ordered_support),
        ),
        Question(
            _("Answers that stand off the scale"),
            _("They carry no number and are no middle of the scale."),
            (*_views(rubric.off_scale_support), spoken(REVIEWERS_DIFFER)),
        ),
        Question(_("What each source says"), _("Answered for every citation, part by part."), _views(rubric.finding)),
        Question(
            _("Each step of the chain"), _("Answered for every link but the attributed one."), _views(rubric.link)
        ),
        Question(
            _("Confidence"),
            _("Kept apart from the verdict. Where reviewers agree and differ in it, the lower one is printed."),
            _views(rubric.confidence),
        ),
    )
    return Methodology(
        version=rubric.version,
        since=day(date.fromisoformat(str(rubric.since))),
        questions=questions,
        review=tuple(_line(move.label, move.groups, move.second_person) for move in ROUND_MOVES.values()),
        publication=tuple(_line(move.label, move.groups, move.second_person) for move in PUBLICATION_MOVES.values()),
    )


def _line(label: str, groups: tuple[str, ...], second: str) -> MoveLine:
    named = [term(group).lower() for group in groups]
    who = (
        _("{most} or {last}").format(most=", ".join(named[:-1]), last=named[-1]) if len(named) > 1 else "".join(named)
    )
    return MoveLine(sentence(term(label)), who, term(second))
