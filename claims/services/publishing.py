"""Approving a text: the second person's step that makes a revision, now or at a set time."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.domain import record_v1, separation
from claims.domain.lifecycle import PublicationState
from claims.domain.slugs import candidates
from claims.models import Claim, Revision, RevisionKind, Slug, Writeup, WriteupState
from claims.querysets import latest_revision_of
from claims.services.indexing import index_claim
from claims.services.publication_moves import check_may_publish, check_move, check_not_held, lock_claim, set_state
from claims.services.record_store import keep_parts
from claims.services.recording import RecordRequest, seal_record
from claims.services.suspending import close_notices_of_suspension
from claims.services.writing import awaiting, check_publication_of
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.services.history import record_event

LATEST_YEAR = 2999
"""A time near the year 9999 cannot be told in every zone."""


def approve(*, by: User, writeup: Writeup, publish_at: datetime | None = None) -> Claim:
    """Approve a text, and publish it, or schedule the first publication for ``publish_at``.

    Raises ``WrongState`` (``text_answered``, ``claim_held``, ``not_decided`` …) and ``WrongPerson`` (``same_person``,
    ``own_claim``, ``not_in_group`` …). Of two publishers at once one wins and the other is told ``text_answered``.
    """
    with transaction.atomic():
        claim = lock_claim(writeup.claim.public_id)
        current = awaiting(claim, writeup)
        check_not_held(claim)
        move = check_publication_of(current, claim, by)
        separation.may_approve(by.pk, first=current.written_by_id)
        _check_version(claim, current)
        check_may_publish(round_=current.round, by=by)
        current.state = WriteupState.APPROVED
        current.answered_by, current.answered_at = by, timezone.now()
        current.save(update_fields=["state", "answered_by", "answered_at"])
        if publish_at is not None:
            _schedule(claim, by=by, at=publish_at)
        else:
            _publish(claim, current, approver=by, move=move)
    return claim


def unschedule(*, by: User, claim: Claim, reason: str) -> Claim:
    """Take a claim off the schedule; its text goes back to the writer."""
    with transaction.atomic():
        current = lock_claim(claim.public_id)
        check_move(name="unschedule", claim=current, by=by)
        if not reason.strip():
            raise BadInput("reason_missing", "Say why it is taken off the schedule.", field="reason")
        _take_off(current, by=by, reason=reason.strip())
    return current


def publish_due(*, now: datetime | None = None) -> list[Claim]:
    """Publish every scheduled claim whose time has come, in the name of who approved it; held ones wait.

    What was decided on an earlier version, is in review again, or was approved by somebody who may not publish any
    more goes back to its writer, off the schedule and with the reason, and keeps no other claim waiting.
    """
    moment = now or timezone.now()
    published = []
    due = Claim.objects.filter(
        publication_state=PublicationState.SCHEDULED.value, publish_at__lte=moment, hold_reason=""
    )
    for public_id in list(due.values_list("public_id", flat=True)):
        with transaction.atomic():
            claim = lock_claim(public_id)
            if claim.publication_state != PublicationState.SCHEDULED.value or claim.hold_reason:
                continue
            writeup = claim.writeups.filter(state=WriteupState.APPROVED, kind=RevisionKind.FIRST).first()
            if writeup is None or writeup.answered_by is None:
                continue
            try:
                with transaction.atomic():
                    _check_version(claim, writeup)
                    _publish(claim, writeup, approver=writeup.answered_by, move="publish")
            except (WrongPerson, WrongState) as refusal:
                _take_off(lock_claim(public_id), by=None, reason=refusal.sentence)
            else:
                published.append(claim)
    return published


def _take_off(claim: Claim, *, by: User | None, reason: str) -> None:
    before, after = set_state(claim, PublicationState.NEVER)
    claim.writeups.filter(state=WriteupState.APPROVED, kind=RevisionKind.FIRST).update(
        state=WriteupState.SENT_BACK, answer=reason
    )
    record_event(by=by, action="claim_unscheduled", subject=claim, before=before, after=after, reason=reason)


def _check_version(claim: Claim, writeup: Writeup) -> None:
    """A decision speaks of one version; a claim that was edited since has to be reviewed again."""
    if claim.version != writeup.round.claim_version and writeup.kind in (
        RevisionKind.FIRST,
        RevisionKind.CHANGED_VERDICT,
    ):
        raise WrongState(
            "decided_on_earlier_version", "The claim was edited after it was decided. It needs a new round of review."
        )


def _schedule(claim: Claim, *, by: User, at: datetime) -> None:
    target = check_move(name="schedule", claim=claim, by=by)
    if at <= timezone.now():
        raise BadInput("time_past", "The time of publication has to lie ahead.", field="publish_at")
    if at.year > LATEST_YEAR:
        raise BadInput("time_too_far", f"Choose a time before the year {LATEST_YEAR + 1}.", field="publish_at")
    claim.publish_at = at
    before, after = set_state(claim, target)
    record_event(
        by=by, action="claim_scheduled", subject=claim, before=before, after={**after, "publish_at": at.isoformat()}
    )


def _publish(claim: Claim, writeup: Writeup, *, approver: User, move: str) -> Revision:
    target = check_move(name=move, claim=claim, by=approver)
    slug = _canonical_slug(claim)
    previous = latest_revision_of(claim)
    now = timezone.now()
    number = previous.number + 1 if previous else 1
    if previous and writeup.kind == RevisionKind.FIRST:
        raise WrongState("not_publishable", "This claim was published before.")
    sealed = seal_record(
        RecordRequest(claim=claim, writeup=writeup, slug=slug, number=number, previous=previous, published_at=now)
    )
    revision = Revision.objects.create(
        claim=claim,
        number=number,
        kind=writeup.kind,
        round=writeup.round,
        schema=record_v1.SCHEMA,
        record=sealed.text,
        record_sha256=sealed.sha256,
        previous_sha256=previous.record_sha256 if previous else "",
        written_by=writeup.written_by,
        approved_by=approver,
        published_at=now,
    )
    keep_parts(sealed)
    before, after = set_state(claim, target)
    if target is PublicationState.RETRACTED:
        close_notices_of_suspension(claim, by=approver)
    index_claim(claim, revision)
    record_event(
        by=approver,
        action="claim_retracted" if target is PublicationState.RETRACTED else "revision_published",
        subject=claim,
        version=writeup.round.claim_version,
        before=before,
        after={**after, "revision": number, "kind": writeup.kind, "record_sha256": sealed.sha256},
    )
    return revision


def _canonical_slug(claim: Claim) -> str:
    """The claim's address, made at its first publication and kept."""
    standing = claim.slugs.filter(is_canonical=True).first()
    if standing:
        return standing.slug
    free = (slug for slug in candidates(claim.statement) if not Slug.objects.filter(slug=slug).exists())
    return Slug.objects.create(claim=claim, slug=next(free)).slug
