"""Whether the speaker, or the outlet, was asked for their evidence, and what came back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from claims.models import Claim, Reply, ReplyState
from claims.permissions import EDITOR, require
from claims.services.drafting_checks import NOTE_LIMIT, TEXT_LIMIT, room_in
from sources.domain.errors import BadInput, DeskError, Several, WrongState
from sources.domain.typed_text import check_typed
from sources.services.history import record_event


@dataclass(frozen=True)
class ReplyDraft:
    """*asked* needs addressee, time and deadline; *not_asked* a reason for readers; *no_one_to_ask* neither."""

    state: str
    addressee: str = ""
    reason: str = ""
    letter: str = ""
    asked_at: datetime | None = None
    deadline_at: datetime | None = None


def check_reply(*, by: User, draft: ReplyDraft) -> None:
    """Raise ``Several`` with what is wrong with ``draft``, and ``WrongPerson`` for somebody who is no editor."""
    require(by, EDITOR)
    errors = list(_errors(draft))
    if errors:
        raise Several(errors)


def _errors(draft: ReplyDraft) -> Iterator[DeskError]:
    is_asked = draft.state == ReplyState.ASKED.value
    if draft.state not in ReplyState.values:
        yield BadInput("reply_unknown", "Say whether somebody was asked.", field="state")
    yield from check_typed(
        draft.addressee,
        field="addressee",
        what="The name of whom you asked",
        limit=room_in(Reply, "addressee"),
        is_required=is_asked,
    )
    yield from check_typed(
        draft.reason,
        field="reason",
        what="The reason why nobody was asked",
        limit=NOTE_LIMIT,
        is_required=draft.state == ReplyState.NOT_ASKED.value,
    )
    yield from check_typed(draft.letter, field="letter", what="The letter", limit=TEXT_LIMIT)
    if not is_asked:
        return
    if draft.asked_at is None:
        yield BadInput("asked_at_missing", "Say when they were asked.", field="asked_at")
    elif draft.asked_at > timezone.now():
        yield BadInput("asked_in_future", "They cannot have been asked in the future.", field="asked_at")
    if draft.deadline_at is None:
        yield BadInput("deadline_missing", "Say until when they have time to answer.", field="deadline_at")
    elif draft.asked_at is not None and draft.deadline_at <= draft.asked_at:
        yield BadInput("deadline_before_asking", "The deadline lies before the question.", field="deadline_at")


def record_reply(*, by: User, claim: Claim, draft: ReplyDraft) -> Reply:
    """Write down whether somebody was asked about ``claim``. The newest row counts; older ones stay."""
    check_reply(by=by, draft=draft)
    is_asked = draft.state == ReplyState.ASKED.value
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim.pk)
        reply = Reply.objects.create(
            claim=claim,
            state=draft.state,
            addressee=draft.addressee.strip(),
            reason=draft.reason.strip(),
            letter=draft.letter.strip(),
            asked_at=draft.asked_at if is_asked else None,
            deadline_at=draft.deadline_at if is_asked else None,
            recorded_by=by,
        )
        record_event(
            by=by,
            action="reply_recorded",
            subject=claim,
            version=claim.version,
            after={"state": reply.state, "addressee": reply.addressee, "reason": reply.reason},
        )
    return reply


def record_replies(*, by: User, claims: Iterable[Claim], draft: ReplyDraft) -> list[Reply]:
    """Write down one letter that covers several ``claims``, or nothing. Raises as :func:`record_reply`."""
    with transaction.atomic():
        return [record_reply(by=by, claim=claim, draft=draft) for claim in sorted(claims, key=lambda row: row.pk)]


def same_letter(reply: Reply) -> QuerySet[Reply]:
    """The other rows of the letter that ``reply`` is about, which are not answered yet."""
    rows = Reply.objects.filter(state=ReplyState.ASKED, addressee=reply.addressee, asked_at=reply.asked_at, text="")
    return rows.exclude(pk=reply.pk).select_related("claim").order_by("pk")


def record_answers(*, by: User, replies: Iterable[Reply], text: str, received_at: datetime | None) -> list[Reply]:
    """Write down one answer to several rows of a letter, or nothing. Raises as :func:`record_answer`."""
    with transaction.atomic():
        return [
            record_answer(by=by, reply=reply, text=text, received_at=received_at)
            for reply in sorted(replies, key=lambda row: row.pk)
        ]


def deadline_warning(claim: Claim) -> str:
    """What to consider before ``claim`` is opened or published: somebody was asked and still has time. Else empty."""
    reply = claim.replies.first()
    if reply is None or reply.state != ReplyState.ASKED.value or reply.text or reply.deadline_at is None:
        return ""
    if reply.deadline_at <= timezone.now():
        return ""
    deadline = timezone.localtime(reply.deadline_at)
    return f"{reply.addressee} has until {deadline:%-d %B %Y, %H:%M} to answer. Do not go on without waiting for it."


def check_answer(*, by: User, reply: Reply, text: str, received_at: datetime | None) -> None:
    """Raise what is wrong with an answer: ``nobody_was_asked``, ``answered_already``, and its fields."""
    if reply.state != ReplyState.ASKED.value:
        raise WrongState("nobody_was_asked", "Nobody was asked here. Write down first that somebody was.")
    if reply.text:
        raise WrongState("answered_already", "An answer is written down here already.")
    require(by, EDITOR)
    errors = check_typed(text, field="text", what="The answer", limit=TEXT_LIMIT, is_required=True)
    if received_at is None:
        errors.append(BadInput("received_at_missing", "Say when the answer came.", field="received_at"))
    elif received_at > timezone.now():
        errors.append(BadInput("received_in_future", "It cannot have come in the future.", field="received_at"))
    elif reply.asked_at is not None and received_at < reply.asked_at:
        errors.append(
            BadInput("received_before_asking", "It came before anybody asked. Check both times.", field="received_at")
        )
    if errors:
        raise Several(errors)


def record_answer(*, by: User, reply: Reply, text: str, received_at: datetime | None) -> Reply:
    """Write down what came back, in their words."""
    with transaction.atomic():
        reply = Reply.objects.select_for_update().get(pk=reply.pk)
        check_answer(by=by, reply=reply, text=text, received_at=received_at)
        reply.text, reply.received_at = text.strip(), received_at
        reply.save(update_fields=["text", "received_at"])
        record_event(
            by=by,
            action="reply_answered",
            subject=reply.claim,
            version=reply.claim.version,
            after={"addressee": reply.addressee, "received_at": received_at.isoformat() if received_at else ""},
        )
    return reply
