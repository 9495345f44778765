"""The history of a page: its revisions and notices, and what of them stands at its top."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from claims.domain import sightings
from claims.domain.record_v1 import RevisionRecord
from claims.models import CorrectionOutcome, CorrectionRequest, Notice, NoticeKind, Revision, RevisionKind
from claims.presenters.parts import Banner, HistoryEntry
from claims.presenters.verdicts import label_of
from claims.presenters.wording import day, moment, sentence, term

STANDING = (NoticeKind.RECHECKING, NoticeKind.SUSPENDED, NoticeKind.LATE_REPLY)
"""Notices that stand at the top of the page until they are lifted."""


def history_of(
    revisions: Sequence[Revision],
    records: Sequence[RevisionRecord],
    notices: Sequence[Notice],
    *,
    with_labels: bool = True,
) -> tuple[HistoryEntry, ...]:
    """Revisions (oldest first) and notices as one list, newest on top; a suspended page names no verdict."""
    lines: list[tuple[datetime, HistoryEntry]] = []
    previous: RevisionRecord | None = None
    for revision, record in zip(revisions, records, strict=True):
        title = _title(revision, record, previous) if with_labels else _bare_title(revision)
        entry = _entry(revision.published_at, title, record.revision.note, record.claim.language)
        lines.append((revision.published_at, entry))
        previous = record
    for notice in notices:
        title = sentence(term(NoticeKind(notice.kind).label))
        entry = _entry(notice.put_up_at, title, *words_of(notice, records[-1]))
        lines.append((notice.put_up_at, entry))
        if notice.lifted_at:
            lines.append((notice.lifted_at, _entry(notice.lifted_at, _("{notice}: lifted").format(notice=title), "")))
    lines.sort(key=lambda line: line[0], reverse=True)
    return tuple(entry for _, entry in lines)


def banners_of(
    revisions: Sequence[Revision], records: Sequence[RevisionRecord], notices: Sequence[Notice], *, is_shown: bool
) -> tuple[Banner, ...]:
    """What nobody should miss: a retraction, a changed verdict, notices that stand."""
    banners = []
    newest, record = revisions[-1], records[-1]
    if newest.kind == RevisionKind.RETRACTION:
        text = record.revision.note
        banners.append(
            Banner(_("Retracted"), day(newest.published_at), text, is_grave=True, language=record.claim.language)
        )
    elif is_shown:
        banners += _change(revisions, records)
    for notice in notices:
        if notice.kind in STANDING and notice.lifted_at is None:
            title = sentence(term(NoticeKind(notice.kind).label))
            is_grave = notice.kind == NoticeKind.SUSPENDED
            text, language = words_of(notice, record)
            banners.append(Banner(title, day(notice.put_up_at), text, is_grave, language))
    return tuple(banners)


def words_of(notice: Notice, record: RevisionRecord) -> tuple[str, str]:
    """The sentence of a notice and its language, empty for that of the page.

    People write one in the language of the claim. What nobody put up by hand is a sentence of ours, made anew for
    each reader; one that is not known any more stays as it was kept, in English.
    """
    if notice.put_up_by_id:
        return notice.text, record.claim.language
    told = sightings.read(notice.kind, notice.text)
    if told is None:
        return notice.text, "en"
    return term(sightings.SENTENCES[notice.kind]).format(number=told.number, day=day(told.on)), ""


def outcomes_of(requests: Sequence[CorrectionRequest], language: str) -> tuple[HistoryEntry, ...]:
    """Answered requests of readers, in our words (of ``language``); a name only where its owner agreed."""
    shown = []
    for request in requests:
        if request.answered_at is None or request.outcome == CorrectionOutcome.NOT_A_REQUEST:
            continue
        shown.append(_entry(request.answered_at, outcome_title(request), request.outcome_text, language))
    return tuple(shown)


def outcome_title(request: CorrectionRequest) -> str:
    """What became of an answered request; who asked is named only if they agreed."""
    outcome = term(CorrectionOutcome(request.outcome).label)
    if request.may_be_named and request.name:
        title = _("A request for a correction, asked by {name}: {outcome}")
    else:
        title = _("A request for a correction: {outcome}")
    return title.format(name=request.name, outcome=outcome)


def _change(revisions: Sequence[Revision], records: Sequence[RevisionRecord]) -> list[Banner]:
    """The newest change of verdict, with what it was before."""
    for at in range(len(revisions) - 1, 0, -1):
        if revisions[at].kind == RevisionKind.CHANGED_VERDICT:
            before = label_of(records[at - 1]).text.lower()
            until = _("Until then it read “{verdict}”.").format(verdict=before)
            note, language = records[at].revision.note, records[at].claim.language
            title, on = _("The verdict changed"), day(revisions[at].published_at)
            return [Banner(title, on, note, is_grave=False, language=language, lead=until)]
    return []


def _title(revision: Revision, record: RevisionRecord, previous: RevisionRecord | None) -> str:
    label = label_of(record).text.lower()
    if revision.kind == RevisionKind.FIRST or previous is None:
        return _("Published: {verdict}").format(verdict=label)
    if revision.kind == RevisionKind.CHANGED_VERDICT:
        before = label_of(previous).text.lower()
        changed = _("Revision {number}: verdict changed from {before} to {after}")
        return changed.format(number=revision.number, before=before, after=label)
    return _numbered(revision)


def _numbered(revision: Revision) -> str:
    kind = term(RevisionKind(revision.kind).label)
    return _("Revision {number}: {kind}").format(number=revision.number, kind=kind)


def _bare_title(revision: Revision) -> str:
    if revision.kind == RevisionKind.FIRST:
        return _("Published")
    return _numbered(revision)


def _entry(at: datetime, title: str, text: str, language: str = "") -> HistoryEntry:
    return HistoryEntry(moment(at).date().isoformat(), day(at), title, text, language if text else "")
