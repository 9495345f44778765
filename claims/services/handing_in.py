"""Writing a rating down, whoever hands it in and at whatever stage; and what the ratings of a round come to."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.domain import lifecycle
from claims.domain.answers import RatingForm, attribution_set_by_itself, faults_of
from claims.domain.outcomes import Labels, Outcome, OutcomeKind, Settled, outcome_of
from claims.domain.scales import scale
from claims.domain.separation import is_rerated_by_same
from claims.models import Finding, LinkAnswer, Rating, RatingDraft, RatingStage, Round
from claims.querysets import dossier_of, raters_of
from sources.domain.errors import Several, WrongState
from sources.services.history import record_event


def check_form(*, round_: Round, form: RatingForm) -> None:
    """Raise :class:`Several` with everything that keeps ``form`` from being handed in."""
    faults = faults_of(form, dossier_of(round_), scale(round_.rubric_version))
    if faults:
        raise Several(faults)


def check_not_handed_in(*, by: User, round_: Round, stage: RatingStage) -> None:
    """Raise ``WrongState`` (``handed_in_already``): handing in is final."""
    if Rating.objects.filter(round=round_, person=by, stage=stage).exists():
        raise WrongState("handed_in_already", "You have handed in your rating of this round already. It is final.")


def write_rating(*, by: User, round_: Round, form: RatingForm, stage: RatingStage) -> Rating:
    """Insert the rating with its findings and answers, drop the draft, and write the Event.

    The caller holds the round's lock and has checked everything. The Event's subject is the rating and it holds no
    label: before the reveal an event tells nothing (DESIGN 5.6).
    """
    dossier = dossier_of(round_)
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                round=round_,
                person=by,
                stage=stage,
                dossier_sha256=round_.dossier.sha256,
                attribution=form.attribution or attribution_set_by_itself(dossier),
                support=form.support,
                confidence=form.confidence,
                reasons=form.reasons.strip(),
                change_reason=form.change_reason.strip(),
                handed_in_at=timezone.now(),
            )
    except IntegrityError as error:
        raise WrongState(
            "handed_in_already", "You have handed in your rating of this round already. It is final."
        ) from error
    Finding.objects.bulk_create(
        Finding(rating=rating, citation_id=row.citation_id, part=row.part, answer=row.answer, note=row.note.strip())
        for row in form.findings
    )
    LinkAnswer.objects.bulk_create(
        LinkAnswer(rating=rating, link_id=row.link_id, answer=row.answer) for row in form.links
    )
    RatingDraft.objects.filter(round=round_, person=by).delete()
    record_event(by=by, action="rating_handed_in", subject=rating)
    return rating


def labels_by_rater(round_: Round, stage: RatingStage) -> dict[int, Labels]:
    """The labels of each rater at one stage, by user."""
    rows = Rating.objects.filter(round=round_, stage=stage).order_by("pk")
    return {row.person_id: Labels(row.attribution, row.support, row.confidence) for row in rows}


def compare(round_: Round) -> Outcome:
    """What the ratings of ``round_`` come to. Raises ``WrongState`` (``quorum_not_met``)."""
    first = labels_by_rater(round_, RatingStage.FIRST)
    second = labels_by_rater(round_, RatingStage.AFTER_DISCUSSION)
    return outcome_of(first, second, quorum=round_.quorum)


def reveal_if_complete(*, by: User, round_: Round) -> bool:
    """At the quorum: reveal the ratings to the raters, and decide the round where they agree.

    The caller holds the round's lock, so that two last hand-ins at once cannot both find the other one missing. The
    row is written once: PostgreSQL checks the foreign keys of a row that is changed twice in one transaction, and so
    waits for the claim, which an editor may hold while waiting for the round.
    """
    if len(raters_of(round_)) < round_.quorum:
        return False
    outcome = compare(round_)
    has_agreed = outcome.kind is OutcomeKind.AGREED
    target = lifecycle.check_round_move("reveal_agreed" if has_agreed else "reveal_differing", round_.state)
    round_.revealed_at = timezone.now()
    earlier = (
        Rating.objects.filter(round__claim=round_.claim_id, round__number__lt=round_.number)
        .exclude(stage=RatingStage.ADJUDICATOR)
        .values_list("person_id", flat=True)
    )
    round_.is_rerated_by_same = is_rerated_by_same(raters_of(round_), set(earlier))
    record_event(by=by, action="round_revealed", subject=round_, version=round_.claim_version)
    revealing = ("revealed_at", "is_rerated_by_same")
    if outcome.labels is None:
        round_.state = target.value
        round_.save(update_fields=[*revealing, "state"])
    else:
        decide(by=by, round_=round_, target=target, how=Settled.AGREED, labels=outcome.labels, also=revealing)
    return True


def decide(
    *,
    by: User,
    round_: Round,
    target: lifecycle.RoundState,
    how: Settled,
    labels: Labels | None,
    action: str = "round_decided",
    reason: str = "",
    also: tuple[str, ...] = (),
) -> None:
    """Close ``round_`` with its outcome; ``labels`` is ``None`` where reviewers differ; ``also`` is saved too."""
    before = round_.state
    round_.state, round_.outcome, round_.closed_at = target.value, how.value, timezone.now()
    round_.closed_reason = reason
    if labels is not None:
        round_.attribution, round_.support, round_.confidence = labels.attribution, labels.support, labels.confidence
    closing = ("state", "outcome", "closed_at", "closed_reason", "attribution", "support", "confidence")
    round_.save(update_fields=[*also, *closing])
    record_event(
        by=by,
        action=action,
        subject=round_,
        version=round_.claim_version,
        reason=reason,
        before={"state": before},
        after={
            "state": round_.state,
            "outcome": round_.outcome,
            "attribution": round_.attribution,
            "support": round_.support,
            "confidence": round_.confidence,
        },
    )
