"""The verdict of a record: the ratings under letters, the settlement, and what was decided."""

from claims.domain import record_v1
from claims.domain.outcomes import Settled
from claims.models import Rating, RatingStage, Round
from claims.services.lettering import final_ratings, letters_of
from claims.services.redacting import left_out_of, redacted


def ratings_of(round_: Round) -> tuple[record_v1.RecordRating, ...]:
    """The raters' ratings, first and after discussion, by letter and stage; no names, no times."""
    letters = letters_of(round_)
    rows = round_.ratings.exclude(stage=RatingStage.ADJUDICATOR).prefetch_related("link_answers").order_by("pk")
    stages = list(RatingStage)
    ordered = sorted(rows, key=lambda row: (letters[row.person_id], stages.index(RatingStage(row.stage))))
    left_out = left_out_of(round_)
    return tuple(_rating(row, letters[row.person_id], left_out.get(row.person_id, [])) for row in ordered)


def verdict_of(round_: Round) -> record_v1.RecordVerdict:
    """What was decided, and how."""
    differ = round_.outcome == Settled.REVIEWERS_DIFFER.value
    return record_v1.RecordVerdict(
        attribution="" if differ else round_.attribution,
        support="" if differ else round_.support,
        confidence="" if differ else round_.confidence,
        how=round_.outcome,
        differing=_differing(round_) if differ else (),
        quorum=round_.quorum,
        raters=len(letters_of(round_)),
        re_rated_by_same_reviewers=round_.is_rerated_by_same,
        rubric=round_.rubric_version,
    )


def adjudication_of(round_: Round) -> record_v1.RecordAdjudication | None:
    """The settlement, with what the adjudicator answered before seeing any rating."""
    settlement = getattr(round_, "adjudication", None)
    if settlement is None:
        return None
    blind = round_.ratings.filter(stage=RatingStage.ADJUDICATOR, person=settlement.person).first()
    letters = letters_of(round_)
    left_out = left_out_of(round_).get(settlement.person_id, [])
    return record_v1.RecordAdjudication(
        kind=settlement.kind,
        chosen=letters.get(settlement.chosen.person_id, "") if settlement.chosen else "",
        blind=_rating(blind, "", left_out) if blind else None,
        attribution=settlement.attribution,
        support=settlement.support,
        confidence=settlement.confidence,
        reasons=redacted(settlement.reasons, left_out),
    )


def _differing(round_: Round) -> tuple[record_v1.RecordLabels, ...]:
    letters = letters_of(round_)
    given: dict[tuple[str, str, str], list[str]] = {}
    for rating in final_ratings(round_):
        key = (rating.attribution, rating.support, rating.confidence)
        given.setdefault(key, []).append(letters[rating.person_id])
    return tuple(
        record_v1.RecordLabels(letters=tuple(who), attribution=attribution, support=support, confidence=confidence)
        for (attribution, support, confidence), who in given.items()
    )


def _rating(rating: Rating, letter: str, left_out: list[str]) -> record_v1.RecordRating:
    return record_v1.RecordRating(
        letter=letter,
        stage=rating.stage,
        attribution=rating.attribution,
        support=rating.support,
        confidence=rating.confidence,
        reasons=redacted(rating.reasons, left_out),
        change_reason=redacted(rating.change_reason, left_out),
        links=tuple(
            record_v1.RecordLinkAnswer(link=str(answer.link_id), answer=answer.answer)
            for answer in rating.link_answers.all()
        ),
    )
