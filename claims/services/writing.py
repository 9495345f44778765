"""Writing headline and summary after the decision, or the text of a correction, for another person to approve."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.domain import headlines, separation
from claims.models import Citation, Claim, RevisionKind, Round, Writeup, WriteupState
from claims.permissions import EDITOR, PUBLISHER, groups_of, require
from claims.querysets import decided_round_of, glass_breakers_of, latest_revision_of, raters_of
from claims.services.declaring import check_nothing_stands
from claims.services.publication_moves import check_move, decided_round, lock_claim
from claims.services.refusals import refusal_of
from sources.domain.errors import BadInput, DeskError, Several, WrongPerson, WrongState
from sources.services.history import record_event

LONGEST_HEADLINE = 200
LONGEST_SUMMARY = 4000
LONGEST_NOTE = 1000

MOVE_OF_KIND = {
    RevisionKind.FIRST: "publish",
    RevisionKind.TYPO: "correct",
    RevisionKind.CLARIFICATION: "correct",
    RevisionKind.CORRECTION: "correct",
    RevisionKind.SOURCE_WITHDRAWN: "correct",
    RevisionKind.CHANGED_VERDICT: "change_verdict",
    RevisionKind.RETRACTION: "retract",
}
"""The move of publication that a text of each kind prepares; a retracted claim goes up by *publish_again*."""


CORRECTING = (
    RevisionKind.TYPO,
    RevisionKind.CLARIFICATION,
    RevisionKind.CORRECTION,
    RevisionKind.SOURCE_WITHDRAWN,
    RevisionKind.RETRACTION,
)
"""What can be written of a published claim without a new round."""


@dataclass(frozen=True)
class TextDraft:
    """What a writer hands over. ``note`` is printed in the history and needed for all but the first publication."""

    headline: str
    summary: str
    kind: str = RevisionKind.FIRST.value
    note: str = ""
    withdrawn_citation: Citation | None = None


def kinds_open_to(claim: Claim) -> list[RevisionKind]:
    """The kinds of text that can be written for ``claim`` now."""
    revision = latest_revision_of(claim)
    decided = decided_round_of(claim)
    if revision is None:
        return [RevisionKind.FIRST] if decided else []
    if claim.publication_state == "retracted":
        return [RevisionKind.CHANGED_VERDICT] if decided and decided.pk != revision.round_id else []
    kinds: list[RevisionKind] = list(CORRECTING)
    if decided and decided.pk != revision.round_id:
        kinds.insert(0, RevisionKind.CHANGED_VERDICT)
    return kinds


def write_text(*, by: User, claim: Claim, draft: TextDraft) -> Writeup:
    """Hand a text over for approval and return it.

    An editor, a rater of the round or a publisher writes, once they have declared their interests in the round in
    whatever capacity; somebody else approves. Raises ``WrongState`` where the claim is not at that point
    (``interest_missing`` too), ``WrongPerson`` (``interest_declared`` too), and :class:`Several` with every fault of
    the text.
    """
    with transaction.atomic():
        claim = lock_claim(claim.public_id)
        kind = _known_kind(draft.kind)
        round_ = _round_to_write_up(claim, kind)
        if claim.writeups.filter(state=WriteupState.WRITTEN).exists():
            raise WrongState("text_awaits_approval", "A text for this claim awaits approval already.")
        check_may_write(by=by, round_=round_)
        check_nothing_stands(by=by, round_=round_)
        _check_text(draft, kind, claim, round_)
        try:
            with transaction.atomic():
                writeup = Writeup.objects.create(
                    claim=claim,
                    round=round_,
                    kind=kind,
                    headline=draft.headline.strip(),
                    summary=draft.summary.strip(),
                    note=draft.note.strip(),
                    withdrawn_citation=draft.withdrawn_citation,
                    written_by=by,
                    written_at=timezone.now(),
                )
        except IntegrityError as error:
            raise refusal_of(error, (Writeup,)) from error
        record_event(by=by, action="text_written", subject=claim, after=_as_values(writeup))
    return writeup


def send_back(*, by: User, writeup: Writeup, reason: str) -> Writeup:
    """Send a text back to its writer with a reason. Raises ``WrongState`` (``text_answered``)."""
    with transaction.atomic():
        claim = lock_claim(writeup.claim.public_id)
        current = awaiting(claim, writeup)
        require(by, PUBLISHER)
        separation.may_approve(by.pk, first=current.written_by_id)
        if not reason.strip():
            raise BadInput("reason_missing", "Say what the writer should change.", field="reason")
        current.state = WriteupState.SENT_BACK
        current.answered_by, current.answered_at, current.answer = by, timezone.now(), reason.strip()
        current.save(update_fields=["state", "answered_by", "answered_at", "answer"])
        record_event(by=by, action="text_sent_back", subject=claim, reason=reason.strip())
    return current


def awaiting(claim: Claim, writeup: Writeup) -> Writeup:
    """The text, read again under the claim's lock, if it still awaits an answer."""
    current = Writeup.objects.select_related("round", "withdrawn_citation").get(pk=writeup.pk, claim=claim)
    if current.state != WriteupState.WRITTEN:
        raise WrongState("text_answered", f"This text is {current.get_state_display()} already.")
    return current


def _known_kind(kind: str) -> RevisionKind:
    try:
        return RevisionKind(kind)
    except ValueError as error:
        raise BadInput("kind_unknown", "Choose what kind of text this is.", field="kind") from error


def _round_to_write_up(claim: Claim, kind: RevisionKind) -> Round:
    """State: the round that a text of this kind speaks of."""
    revision = latest_revision_of(claim)
    if kind not in kinds_open_to(claim):
        if revision is None:
            return _not_yet(claim, kind)
        raise WrongState("kind_not_open", f"A text of the kind “{kind.label}” cannot be written now.")
    if kind in (RevisionKind.FIRST, RevisionKind.CHANGED_VERDICT):
        return decided_round(claim)
    if revision is None:
        return _not_yet(claim, kind)
    return revision.round


def _not_yet(claim: Claim, kind: RevisionKind) -> Round:
    if kind is RevisionKind.FIRST:
        return decided_round(claim)
    raise WrongState("not_published", "This claim was never published, so there is nothing to correct.")


def rounds_written_of(claim: Claim) -> list[Round]:
    """The rounds of which a text of ``claim`` can speak now: their interests its writer declares. At most two.

    Two where a new decision can be written up while the page in print can still be corrected.
    """
    found = {round_.pk: round_ for round_ in (_round_to_write_up(claim, kind) for kind in kinds_open_to(claim))}
    return list(found.values())


def check_may_write(*, by: User, round_: Round) -> None:
    """Raise ``WrongPerson`` (``saw_ratings``, ``not_in_group``) unless ``by`` may write a text of ``round_``."""
    if by.pk in glass_breakers_of(round_):
        raise WrongPerson(
            "saw_ratings", "You looked at ratings of this round before the reveal, and are barred from it."
        )
    if by.pk in raters_of(round_) and by.is_active:
        return
    if not groups_of(by) & {EDITOR, PUBLISHER}:
        raise WrongPerson("not_in_group", "Only an editor, a publisher or a rater of this round may write its text.")


def _check_text(draft: TextDraft, kind: RevisionKind, claim: Claim, round_: Round) -> None:
    errors: list[DeskError] = []
    for field, text, longest in (
        ("headline", draft.headline.strip(), LONGEST_HEADLINE),
        ("summary", draft.summary.strip(), LONGEST_SUMMARY),
    ):
        if not text:
            errors.append(BadInput(f"{field}_missing", f"The {field} is missing.", field=field))
        elif len(text) > longest:
            errors.append(
                BadInput(f"{field}_too_long", f"The {field} has more than {longest} characters.", field=field)
            )
    note = draft.note.strip()
    if kind is not RevisionKind.FIRST and not note:
        errors.append(BadInput("note_missing", "Say for readers what changed and why.", field="note"))
    if len(note) > LONGEST_NOTE:
        errors.append(BadInput("note_too_long", f"The note has more than {LONGEST_NOTE} characters.", field="note"))
    if (kind is RevisionKind.SOURCE_WITHDRAWN) != (draft.withdrawn_citation is not None):
        errors.append(
            BadInput(
                "citation_missing", "Name the citation whose source was withdrawn, and only then.", field="citation"
            )
        )
    elif draft.withdrawn_citation is not None and draft.withdrawn_citation.claim_id != claim.pk:
        errors.append(BadInput("citation_foreign", "That citation belongs to another claim.", field="citation"))
    if not errors and kind is not RevisionKind.RETRACTION:
        fault = headlines.contradicts(
            attribution=round_.attribution, support=round_.support, headline=draft.headline, summary=draft.summary
        )
        if fault:
            errors.append(BadInput("text_contradicts_labels", fault, field="headline"))
    if errors:
        raise Several(errors)


def _as_values(writeup: Writeup) -> dict[str, str]:
    return {"kind": writeup.kind, "headline": writeup.headline, "summary": writeup.summary, "note": writeup.note}


def check_publication_of(writeup: Writeup, claim: Claim, by: User) -> str:
    """State and group for approving ``writeup``; returns the name of the move."""
    name = MOVE_OF_KIND[RevisionKind(writeup.kind)]
    if claim.publication_state == "retracted":
        name = "publish_again"
    check_move(name=name, claim=claim, by=by)
    return name
