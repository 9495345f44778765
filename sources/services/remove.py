"""Destroying the bytes of a capture or the words of a passage: two people, a closed list of grounds (DESIGN 5.14).

One person asks, another carries out. The rows stay, with a Removal that says on what ground and by whom; the files
go, unless another capture that was not removed has the very same bytes. A capture's removal leaves the passages that
were quoted from it; they are asked for one by one. Nothing under a legal hold goes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from sources.archive import store
from sources.domain.errors import BadInput, Gone, WrongPerson, WrongState
from sources.models import (
    Artefact,
    ArtefactRole,
    Capture,
    CaptureState,
    Derivation,
    LegalHold,
    LogEntry,
    LogKind,
    OcrRequest,
    OcrState,
    Passage,
    Removal,
    RemovalReason,
)
from sources.permissions import require
from sources.services.chaining import append_entry
from sources.services.history import kind_of, record_event
from sources.services.text_words import forget_words

_STATUSES = (410, 451)


@dataclass(frozen=True)
class RemovalAsked:
    """What is asked for. ``http_status`` is 410, or 451 where a court or an authority ordered it."""

    subject: Capture | Passage
    reason: str
    basis: str
    note_for_readers: str = ""
    http_status: int = 410


def removal_of(subject: Capture | Passage) -> Removal | None:
    """The removal of ``subject`` that was carried out, if there is one."""
    return Removal.objects.filter(subject_id=subject.public_id, field="", done_at__isnull=False).first()


def refuse_if_removed(capture: Capture) -> None:
    """Raise :class:`Gone` (``copy_removed``) if the bytes of ``capture`` were destroyed."""
    removal = removal_of(capture)
    if removal is not None:
        raise gone_by(removal)


def gone_by(removal: Removal) -> Gone:
    """What is answered for a copy that ``removal`` destroyed."""
    day = removal.done_at.date().isoformat() if removal.done_at else ""
    return Gone("copy_removed", f"This archived copy was removed on {day}. Ground: {removal.get_reason_display()}.")


def removals_of(captures: Iterable[Capture]) -> dict[int, Removal]:
    """Those of ``captures`` whose bytes were destroyed, by key, in one query."""
    by_id = {capture.public_id: capture.pk for capture in captures}
    rows = Removal.objects.filter(subject_id__in=by_id, field="", done_at__isnull=False)
    return {by_id[row.subject_id]: row for row in rows}


def ask_removal(*, by: User, asked: RemovalAsked) -> Removal:
    """Ask that a capture's bytes or a passage's words be destroyed; nothing goes until a second person does it.

    Raises :class:`WrongState` (``removal_asked_already``, ``legal_hold``, ``capture_open``), :class:`WrongPerson` and
    :class:`BadInput`.
    """
    subject = asked.subject
    with transaction.atomic():
        _lock(subject)
        if isinstance(subject, Capture) and subject.state == CaptureState.OPEN:
            raise WrongState("capture_open", "This capture is still under way: give it up first.")
        if Removal.objects.filter(subject_id=subject.public_id, field="").exists():
            raise WrongState("removal_asked_already", "The removal of this was asked for already.")
        _check_not_held(subject)
        require(by, "add_removal")
        _check_words(asked)
        removal = Removal.objects.create(
            subject_kind=kind_of(subject),
            subject_id=subject.public_id,
            reason=asked.reason,
            basis=asked.basis.strip(),
            note_for_readers=asked.note_for_readers.strip(),
            http_status=asked.http_status,
            asked_by=by,
            asked_at=timezone.now(),
        )
        record_event(by=by, action="removal_asked", subject=removal, after={"kind": removal.subject_kind})
    return removal


def carry_out_removal(*, by: User, removal: Removal) -> Removal:
    """Destroy what ``removal`` names. A second person's step; it cannot be undone.

    Raises :class:`WrongState` (``removal_done``, ``legal_hold``) and :class:`WrongPerson` (``second_person``).
    """
    with transaction.atomic():
        current = Removal.objects.select_for_update(of=("self",)).get(pk=removal.pk)
        subject = _lock(_subject_of(current))
        if current.done_at is not None:
            raise WrongState("removal_done", "This was removed already.")
        _check_not_held(subject)
        require(by, "change_removal")
        if current.asked_by_id == by.pk:
            raise WrongPerson("second_person", "A removal takes two people: who asked for it cannot carry it out.")
        current.done_by, current.done_at = by, timezone.now()
        current.save(update_fields=["done_by", "done_at"])
        if isinstance(subject, Passage):
            Passage.objects.filter(pk=subject.pk).update(exact="", prefix="", suffix="")
        else:
            _blank_claims_of_page(subject, current)
            _stop_reading(subject)
            _destroy_openings(subject, current)
            forget_words(subject)
            transaction.on_commit(lambda: destroy_files(subject))
        record_event(by=by, action="removal_done", subject=current, after={"kind": current.subject_kind})
        append_entry(kind=LogKind.REMOVAL, subject=current.public_id, values={"ground": current.reason})
    return current


def destroy_files(capture: Capture) -> list[str]:
    """Delete the files of a removed capture that no other capture needs; returns their digests.

    Safe to run again: it finishes what a crash after the commit left undone.
    """
    if removal_of(capture) is None:
        raise WrongState("not_removed", "The removal of this capture was not carried out.")
    destroyed = [sha256 for sha256 in _digests_of(capture) if not _is_needed(sha256) and store.exists(sha256)]
    for sha256 in destroyed:
        store.destroy(sha256)
    return destroyed


def removed_captures() -> list[Capture]:
    """Every capture whose removal was carried out."""
    done = Removal.objects.filter(subject_kind="capture", field="", done_at__isnull=False)
    return list(Capture.objects.filter(public_id__in=done.values("subject_id")))


def _digests_of(capture: Capture) -> list[str]:
    """Its files; a timestamp's token stays, since it holds the digest of an entry of the log and nothing else."""
    destroyed = capture.artefacts.exclude(role=ArtefactRole.TIMESTAMP)
    digests = set(destroyed.values_list("sha256", flat=True))
    return sorted(digests | ({capture.warc_sha256} - {""}))


def _is_needed(sha256: str) -> bool:
    """Whether a capture that was not removed has this very file."""
    removed = Removal.objects.filter(field="", done_at__isnull=False).values("subject_id")
    return Artefact.objects.filter(sha256=sha256).exclude(capture__public_id__in=removed).exists()


def _blank_claims_of_page(capture: Capture, removal: Removal) -> None:
    """Title, author and the like, which the derivation holds, go with the bytes unless another capture has them."""
    removed = Removal.objects.filter(field="", done_at__isnull=False).values("subject_id")
    others = Capture.objects.filter(body_sha256=capture.body_sha256).exclude(public_id__in=removed)
    if not capture.body_sha256 or others.exists():
        return
    for derivation in Derivation.objects.filter(input_sha256=capture.body_sha256).exclude(metadata=""):
        _remove_with(removal, derivation)
        Derivation.objects.filter(pk=derivation.pk).update(metadata="")


def _stop_reading(capture: Capture) -> None:
    """What was read by OCR so far, of a scan that is still being read, goes with it."""
    OcrRequest.objects.filter(capture=capture, state=OcrState.WAITING).update(
        state=OcrState.FAILED, read="", last_sentence="The copy was removed.", closed_at=timezone.now()
    )


def _destroy_openings(capture: Capture, removal: Removal) -> None:
    """What the log commits to of this capture can be opened no more; the chain stays true."""
    for entry in LogEntry.objects.filter(capture=capture).exclude(openings=""):
        _remove_with(removal, entry)
        LogEntry.objects.filter(pk=entry.pk).update(openings="")


def _remove_with(removal: Removal, row: Derivation | LogEntry) -> None:
    """The same removal, written down for a row that goes along: its trigger lets the column be blanked then."""
    Removal.objects.create(
        subject_kind=kind_of(row),
        subject_id=row.public_id,
        reason=removal.reason,
        basis=removal.basis,
        http_status=removal.http_status,
        asked_by=removal.asked_by,
        asked_at=removal.asked_at,
        done_by=removal.done_by,
        done_at=removal.done_at,
    )


def _subject_of(removal: Removal) -> Capture | Passage:
    if removal.subject_kind == "capture":
        return Capture.objects.get(public_id=removal.subject_id)
    if removal.subject_kind == "passage":
        return Passage.objects.get(public_id=removal.subject_id)
    raise BadInput("removal_kind_unknown", "Nothing of this kind can be removed here.", field="subject_kind")


def _lock(subject: Capture | Passage) -> Capture | Passage:
    if isinstance(subject, Capture):
        return Capture.objects.select_for_update(of=("self",)).get(pk=subject.pk)
    return Passage.objects.select_for_update(of=("self",)).select_related("artefact__capture").get(pk=subject.pk)


def _check_not_held(subject: Capture | Passage) -> None:
    """A hold on a source holds its captures, and a hold on a capture its passages."""
    capture = subject if isinstance(subject, Capture) else subject.artefact.capture
    ids = [subject.public_id, capture.public_id, capture.source.public_id]
    if isinstance(subject, Capture):
        ids += list(Passage.objects.filter(artefact__capture=subject).values_list("public_id", flat=True))
    if LegalHold.objects.filter(subject_id__in=ids, lifted_at__isnull=True).exists():
        raise WrongState("legal_hold", "This is under a legal hold and must be kept until the hold is lifted.")


def _check_words(asked: RemovalAsked) -> None:
    if asked.reason not in RemovalReason.values:
        raise BadInput("removal_reason_unknown", "Choose the ground of the removal.", field="reason")
    if not asked.basis.strip():
        raise BadInput("removal_basis_missing", "Name the order, law or request it rests on.", field="basis")
    if asked.http_status not in _STATUSES:
        raise BadInput("removal_status_unknown", "A removed page answers 410 or 451.", field="http_status")
