"""Destroying words: two people, a closed list of grounds, and a Removal that stays (DESIGN 5.14).

One person asks, another carries out. What can go: a removable part of a dossier or record, a rating's reasons, a
finding's note, an adjudication's reasons, an event's values, a pinned passage's words (``sources.services.remove``),
a claim's working text. Digests stay true: records commit to their parts by salted digests.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from claims.domain import separation
from claims.models import Adjudication, Claim, CorrectionRequest, Finding, Rating, RatingDraft, RecordPart
from claims.permissions import EDITOR, PUBLISHER, require
from claims.services.indexing import reindex_state
from claims.services.publication_moves import lock_claim
from sources.domain.errors import BadInput, NotFound, WrongState
from sources.models import Event, LegalHold, Removal, RemovalReason
from sources.services.history import record_event

REMOVABLE: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "recordpart": (RecordPart, ("salt", "text")),
    "rating": (Rating, ("reasons", "change_reason")),
    "finding": (Finding, ("note",)),
    "adjudication": (Adjudication, ("reasons",)),
    "event": (Event, ("reason", "before", "after")),
    "correctionrequest": (CorrectionRequest, ("name", "email", "text")),
    "ratingdraft": (RatingDraft, ("payload",)),
}
"""What words can be destroyed by kind of row: the model, and the columns that are blanked together."""


@dataclass(frozen=True)
class RemovalDraft:
    """What is asked for. ``http_status`` is 410, or 451 where a court or authority ordered it."""

    subject_kind: str
    subject_id: uuid.UUID
    reason: str
    basis: str
    note_for_readers: str = ""
    http_status: int = 410


def places_of(claim: Claim, words: str) -> list[RecordPart]:
    """Every removable part of the claim's dossiers and records that contains ``words``."""
    digests = [
        *claim.dossiers.values_list("sha256", flat=True),
        *claim.revisions.values_list("record_sha256", flat=True),
    ]
    return list(RecordPart.objects.filter(record_sha256__in=digests, text__contains=words).order_by("pk"))


def ask_removal(*, by: User, draft: RemovalDraft) -> Removal:
    """Ask that words be destroyed. Nothing goes until a second person carries it out."""
    with transaction.atomic():
        _find(draft.subject_kind, draft.subject_id)
        _check_not_held(draft.subject_id)
        if Removal.objects.filter(subject_id=draft.subject_id, field="").exists():
            raise WrongState("removal_asked_already", "The removal of this was asked for already.")
        require(by, EDITOR, PUBLISHER)
        if draft.reason not in RemovalReason.values:
            raise BadInput("removal_reason_unknown", "Choose the ground of the removal.", field="reason")
        if not draft.basis.strip():
            raise BadInput("removal_basis_missing", "Name the order, law or request it rests on.", field="basis")
        if draft.http_status not in (410, 451):
            raise BadInput("removal_status_unknown", "A removed page answers 410 or 451.", field="http_status")
        removal = Removal.objects.create(
            subject_kind=draft.subject_kind,
            subject_id=draft.subject_id,
            reason=draft.reason,
            basis=draft.basis.strip(),
            note_for_readers=draft.note_for_readers.strip(),
            http_status=draft.http_status,
            asked_by=by,
            asked_at=timezone.now(),
        )
        record_event(by=by, action="removal_asked", subject=removal, after={"kind": draft.subject_kind})
    return removal


def ask_removals(*, by: User, drafts: Iterable[RemovalDraft]) -> list[Removal]:
    """Ask for several at once, or for none. Raises as :func:`ask_removal`."""
    with transaction.atomic():
        return [ask_removal(by=by, draft=draft) for draft in drafts]


def carry_out_removal(*, by: User, removal: Removal) -> Removal:
    """Destroy the words. A second person's step; it cannot be undone."""
    with transaction.atomic():
        current = Removal.objects.select_for_update(of=("self",)).get(pk=removal.pk)
        if current.done_at is not None:
            raise WrongState("removal_done", "This was removed already.")
        _check_not_held(current.subject_id)
        require(by, PUBLISHER)
        separation.may_approve(by.pk, first=current.asked_by_id, what="this removal")
        row = _find(current.subject_kind, current.subject_id)
        current.done_by, current.done_at = by, timezone.now()
        current.save(update_fields=["done_by", "done_at"])
        model, columns = REMOVABLE[current.subject_kind]
        model._default_manager.filter(pk=row.pk).update(**dict.fromkeys(columns, ""))
        record_event(by=by, action="removal_done", subject=current, after={"kind": current.subject_kind})
        _index_again(row)
    return current


def _find(kind: str, public_id: uuid.UUID) -> models.Model:
    if kind not in REMOVABLE:
        raise BadInput("removal_kind_unknown", "Nothing of this kind can be removed here.", field="subject_kind")
    row = REMOVABLE[kind][0]._default_manager.filter(public_id=public_id).first()
    if row is None:
        raise NotFound("no_such_row", "There is nothing here under that name.")
    return row


def _check_not_held(public_id: uuid.UUID) -> None:
    if LegalHold.objects.filter(subject_id=public_id, lifted_at__isnull=True).exists():
        raise WrongState("legal_hold", "This is under a legal hold and must be kept until the hold is lifted.")


def _index_again(row: models.Model) -> None:
    """Public lists and search forget the words at once."""
    if not isinstance(row, RecordPart):
        return
    found = Claim.objects.filter(revisions__record_sha256=row.record_sha256).first()
    if found is not None:
        reindex_state(lock_claim(found.public_id))
