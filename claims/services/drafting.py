"""Entering and editing a claim: one draft in, one claim out, whatever the door."""

import uuid

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.domain.lifecycle import PublicationState
from claims.models import Appearance, Citation, Claim, Link, Part, Relation
from claims.permissions import EDITOR, require
from claims.services.chains import chain_errors, write_links
from claims.services.citing import (
    appearance_source_errors,
    citation_errors,
    make_sources,
    request_captures,
    take_out_parts,
    withdrawal_errors,
    write_appearances,
    write_citations,
    write_parts,
)
from claims.services.drafting_checks import (
    appearance_errors,
    part_errors,
    relation_errors,
    setting_errors,
    size_errors,
    wording_errors,
)
from claims.services.drafts import ClaimDraft, RelationDraft
from claims.services.refusals import refusal_of
from claims.services.snapshots import changes_between, frozen_part, last_edit_of, snapshot
from claims.services.versions import grow_version
from sources.domain.errors import BadInput, DeskError, Several, WrongState
from sources.domain.folding import fold
from sources.services.history import record_event

_WRITTEN = (Claim, Part, Link, Appearance, Citation, Relation)
_WORDS = (
    "statement",
    "language",
    "quote",
    "quote_language",
    "translation",
    "translator",
    "context",
    "why_chosen",
    "sensitivity",
    "single_origin_reason",
)


def check_claim(*, by: User, draft: ClaimDraft, claim: Claim | None = None) -> None:
    """Raise :class:`Several` with everything that is wrong with ``draft``, each at its field.

    Reads, and writes nothing. Raises ``WrongPerson`` (``not_in_group``) for somebody who is no editor.
    """
    require(by, EDITOR)
    errors: list[DeskError] = list(size_errors(draft))
    if not errors:
        errors = [
            *wording_errors(draft),
            *setting_errors(draft),
            *part_errors(draft.parts),
            *chain_errors(draft.links),
            *appearance_errors(draft.appearances),
            *appearance_source_errors(draft.appearances),
            *citation_errors(draft),
            *relation_errors(draft.relations or (), claim),
        ]
    if claim is not None:
        errors += withdrawal_errors(claim, draft)
        if claim.is_demonstration != draft.is_demonstration and claim.revisions.exists():
            errors.append(
                BadInput(
                    "demonstration_fixed",
                    "A published claim stays what it was published as.",
                    field="is_demonstration",
                )
            )
    if errors:
        raise Several(errors)


def save_claim(
    *,
    by: User,
    draft: ClaimDraft,
    claim: Claim | None = None,
    version: int | None = None,
    after_edit: uuid.UUID | None = None,
) -> Claim:
    """Enter a new claim, or make ``claim`` read exactly as ``draft``; return it.

    An edit names the ``version`` it was made on, and may name ``after_edit``, the Event of the last edit that its
    author had seen (which also tells edits of what no version counts). Another's edit in between raises
    ``WrongState`` (``edited_by_another``). A change of what a dossier freezes grows the version and supersedes
    an open round. New web sources are captured. A draft that changes nothing writes nothing.
    """
    check_claim(by=by, draft=draft, claim=claim)
    try:
        with transaction.atomic():
            if claim is None:
                return _enter(by, draft)
            return _edit(by, draft, Claim.objects.select_for_update().get(pk=claim.pk), version, after_edit)
    except IntegrityError as error:
        raise Several([refusal_of(error, _WRITTEN)]) from error


def _enter(by: User, draft: ClaimDraft) -> Claim:
    claim = Claim(created_by=by)
    _fill(claim, draft)
    claim.save()
    _write_rows(by, claim, draft)
    record_event(by=by, action="claim_entered", subject=claim, version=1, after=snapshot(claim))
    return claim


def _edit(by: User, draft: ClaimDraft, claim: Claim, version: int | None, after_edit: uuid.UUID | None) -> Claim:
    _check_editable(claim, version, after_edit)
    before = snapshot(claim)
    _fill(claim, draft)
    claim.save()
    _write_rows(by, claim, draft)
    after = snapshot(claim)
    if before == after:
        return claim
    changed_before, changed_after = changes_between(before, after)
    if frozen_part(before) == frozen_part(after):
        record_event(
            by=by,
            action="claim_filed",
            subject=claim,
            version=claim.version,
            before=changed_before,
            after=changed_after,
        )
        return claim
    return grow_version(by=by, claim=claim, action="claim_edited", before=changed_before, after=changed_after)


def _check_editable(claim: Claim, version: int | None, after_edit: uuid.UUID | None) -> None:
    if claim.publication_state == PublicationState.WITHDRAWN.value:
        raise WrongState("claim_withdrawn", "This claim was withdrawn and is not edited any more.")
    if version is None:
        raise BadInput("version_missing", "An edit names the version of the claim that it was made on.")
    last = last_edit_of(claim)
    is_overtaken = after_edit is not None and last is not None and last.public_id != after_edit
    if version != claim.version or is_overtaken:
        who = f" by {last.by.username}" if last is not None and last.by is not None else ""
        when = f" at {timezone.localtime(last.at):%H:%M on %d %B %Y}" if last is not None else ""
        raise WrongState(
            "edited_by_another",
            f"This claim was changed{who}{when}, while you were writing. Nothing of yours is lost: it stands below. "
            "Read what changed, then save again to put your words in its place.",
        )


def _fill(claim: Claim, draft: ClaimDraft) -> None:
    for field in _WORDS:
        setattr(claim, field, getattr(draft, field).strip())
    claim.statement_folded = fold(draft.statement)
    claim.is_demonstration = draft.is_demonstration
    claim.quorum = draft.quorum
    claim.responsible_editor = draft.responsible_editor


def _write_rows(by: User, claim: Claim, draft: ClaimDraft) -> None:
    claim.topics.set(draft.topics)
    make_sources(by=by, draft=draft)
    parts = write_parts(claim=claim, draft=draft)
    write_links(claim=claim, drafts=draft.links)
    wanting = write_appearances(by=by, claim=claim, drafts=draft.appearances)
    wanting += write_citations(by=by, claim=claim, draft=draft, parts=parts)
    take_out_parts(claim=claim, draft=draft)
    if draft.relations is not None:
        _write_relations(claim, draft.relations)
    request_captures(by=by, sources=wanting)


def _write_relations(claim: Claim, drafts: tuple[RelationDraft, ...]) -> None:
    standing = {(row.kind, row.other_id): row for row in claim.relations.all()}
    wanted = {(draft.kind, draft.other.pk): draft for draft in drafts}
    for key, row in standing.items():
        if key not in wanted:
            row.delete()
    for key, draft in wanted.items():
        row = standing.get(key) or Relation(claim=claim, kind=draft.kind, other=draft.other)
        row.note = draft.note.strip()
        row.save()
