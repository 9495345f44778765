"""The emergency paths: any publisher alone may say “we are re-checking this” or suspend the page at once.

Lifting either takes a second person. A suspended page keeps its notice and hides its verdict.
"""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.domain import separation
from claims.models import Claim, Notice, NoticeKind
from claims.permissions import PUBLISHER, require
from claims.services.indexing import reindex_state
from claims.services.publication_moves import check_move, lock_claim, put_up_notice, set_state
from sources.domain.errors import BadInput, WrongState
from sources.services.history import record_event


def put_up_recheck(*, by: User, claim: Claim, text: str) -> Notice:
    """Put “we are re-checking this” on a published page, with a sentence why."""
    with transaction.atomic():
        current = lock_claim(claim.public_id)
        if current.publication_state != "up":
            raise WrongState("not_published", "Only a published claim can say that it is being re-checked.")
        require(by, PUBLISHER)
        _check_text(text)
        _check_none_stands(current, NoticeKind.RECHECKING)
        notice = put_up_notice(by=by, claim=current, kind=NoticeKind.RECHECKING, text=text.strip())
        reindex_state(current)
    return notice


def lift_recheck(*, by: User, claim: Claim, reason: str) -> Notice:
    """Take “we are re-checking this” down again; a second person's step."""
    with transaction.atomic():
        current = lock_claim(claim.public_id)
        notice = standing_notice(current, NoticeKind.RECHECKING)
        if notice is None:
            raise WrongState("no_such_notice", "This page does not say that it is being re-checked.")
        require(by, PUBLISHER)
        separation.may_lift(by.pk, put_up_by=notice.put_up_by_id)
        _lift(notice, by=by, reason=reason)
        reindex_state(current)
    return notice


def suspend(*, by: User, claim: Claim, text: str) -> Notice:
    """Hide the verdict of a published page at once, with a sentence for readers."""
    with transaction.atomic():
        current = lock_claim(claim.public_id)
        target = check_move(name="suspend", claim=current, by=by)
        _check_text(text)
        before, after = set_state(current, target)
        notice = put_up_notice(by=by, claim=current, kind=NoticeKind.SUSPENDED, text=text.strip())
        record_event(
            by=by, action="claim_suspended", subject=current, before=before, after=after, reason=text.strip()
        )
        reindex_state(current)
    return notice


def lift(*, by: User, claim: Claim, reason: str) -> Claim:
    """Put a suspended page up again; a second person's step."""
    with transaction.atomic():
        current = lock_claim(claim.public_id)
        target = check_move(name="lift", claim=current, by=by)
        notice = standing_notice(current, NoticeKind.SUSPENDED)
        if notice is not None:
            separation.may_lift(by.pk, put_up_by=notice.put_up_by_id)
            _lift(notice, by=by, reason=reason)
        before, after = set_state(current, target)
        record_event(by=by, action="claim_lifted", subject=current, before=before, after=after, reason=reason)
        reindex_state(current)
    return current


def standing_notice(claim: Claim, kind: NoticeKind) -> Notice | None:
    """The notice of that kind that stands on the page now."""
    return claim.notices.filter(kind=kind, lifted_at__isnull=True).first()


def close_notices_of_suspension(claim: Claim, *, by: User) -> None:
    """Take standing notices down because the claim is being retracted.

    A notice whose author approves the retraction stays as it is: nobody lifts their own.
    """
    for notice in claim.notices.filter(
        kind__in=(NoticeKind.SUSPENDED, NoticeKind.RECHECKING), lifted_at__isnull=True
    ).exclude(put_up_by=by):
        _lift(notice, by=by, reason="The claim was retracted.")


def _lift(notice: Notice, *, by: User, reason: str) -> None:
    notice.lifted_by, notice.lifted_at = by, timezone.now()
    notice.save(update_fields=["lifted_by", "lifted_at"])
    record_event(by=by, action="notice_lifted", subject=notice, reason=reason, before={"kind": notice.kind})


def _check_text(text: str) -> None:
    if not text.strip():
        raise BadInput("notice_text_missing", "Give readers a sentence that says why.", field="text")
    if len(text) > 1000:
        raise BadInput("notice_text_too_long", "The sentence has more than 1000 characters.", field="text")


def _check_none_stands(claim: Claim, kind: NoticeKind) -> None:
    if standing_notice(claim, kind) is not None:
        raise WrongState("notice_stands", "Such a notice stands on this page already.")
