"""Describing a source: what it is, who put it out, what the public may get of our copies of it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from sources.domain.edtf import parse
from sources.domain.errors import BadInput, DeskError, Several
from sources.domain.folding import fold
from sources.domain.typed_text import check_language, check_typed
from sources.models import Publisher, Rights, Source, SourceKind
from sources.permissions import require
from sources.services.history import record_event

_LIMITS = {"title": 500, "author": 300, "published_printed": 200, "description": 5_000, "protected_reason": 5_000}
_NAMES = {
    "title": "The title",
    "author": "The author’s name",
    "published_printed": "The date as printed",
    "description": "The description",
    "protected_reason": "The reason for readers",
}


@dataclass(frozen=True)
class SourceDraft:
    """What the desk says of a source. ``published_edtf`` is a date such as ``2018-05`` or ``1992~``."""

    title: str = ""
    author: str = ""
    published_edtf: str = ""
    published_printed: str = ""
    language: str = ""
    description: str = ""
    publisher: Publisher | None = None
    rights: str = Rights.QUOTED.value
    is_protected: bool = False
    protected_reason: str = ""


def source_errors(draft: SourceDraft, *, kind: str) -> Iterator[DeskError]:
    """What is wrong with ``draft`` for a source of ``kind``, each at its field."""
    for field, limit in _LIMITS.items():
        needed = (field == "title" and kind != SourceKind.WEB.value) or (
            field == "protected_reason" and draft.is_protected
        )
        yield from check_typed(
            getattr(draft, field), field=field, what=_NAMES[field], limit=limit, is_required=needed
        )
    yield from check_language(draft.language, field="language")
    if draft.rights not in Rights.values:
        yield BadInput("rights_unknown", "Choose what the public gets from the list.", field="rights")
    if draft.published_edtf.strip():
        try:
            parse(draft.published_edtf.strip()[:200], field="published_edtf")
        except DeskError as error:
            yield error


def check_source(*, by: User, draft: SourceDraft, kind: str) -> None:
    """Raise ``Several`` with everything wrong; ``WrongPerson`` for somebody who may not change sources."""
    require(by, "change_source")
    errors = list(source_errors(draft, kind=kind))
    if errors:
        raise Several(errors)


def draft_of(source: Source) -> SourceDraft:
    """The description as it stands, to change a part of."""
    return SourceDraft(**{field.name: getattr(source, field.name) for field in fields(SourceDraft)})


def describe_source(
    *, by: User, source: Source, draft: SourceDraft, action: str = "source_described", reason: str = ""
) -> Source:
    """Make the description of ``source`` read as ``draft``. Its address and its captures stay as they are.

    Where that changes anything, an Event of that ``action`` tells what, with the ``reason``.
    """
    check_source(by=by, draft=draft, kind=source.kind)
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source.pk)
        before = _snapshot(row)
        _fill(row, draft)
        after = _snapshot(row)
        if before != after:
            row.save()
            changed = [key for key in after if before[key] != after[key]]
            record_event(
                by=by,
                action=action,
                subject=row,
                reason=reason,
                before={key: before[key] for key in changed},
                after={key: after[key] for key in changed},
            )
    return row


def add_offline_source(*, by: User, draft: SourceDraft, is_demonstration: bool = False) -> Source:
    """Add a work that has no address: a hearing, a speech, a book. Raises as :func:`check_source` does."""
    require(by, "add_source")
    errors = list(source_errors(draft, kind=SourceKind.OFFLINE.value))
    if errors:
        raise Several(errors)
    with transaction.atomic():
        row = Source(kind=SourceKind.OFFLINE.value, created_by=by, is_demonstration=is_demonstration)
        _fill(row, draft)
        row.save()
        record_event(by=by, action="source_added", subject=row, after=_snapshot(row))
    return row


def _fill(source: Source, draft: SourceDraft) -> None:
    source.title, source.title_folded = draft.title.strip(), fold(draft.title)[:500]
    source.author = draft.author.strip()
    source.published_edtf, source.published_printed = draft.published_edtf.strip(), draft.published_printed.strip()
    source.published_earliest_on = source.published_latest_on = None
    if source.published_edtf:
        read = parse(source.published_edtf)
        source.published_earliest_on, source.published_latest_on = read.earliest, read.latest
    source.language, source.description = draft.language.strip(), draft.description.strip()
    source.publisher, source.rights = draft.publisher, draft.rights
    source.is_protected, source.protected_reason = draft.is_protected, draft.protected_reason.strip()


def _snapshot(source: Source) -> dict[str, Any]:
    return {
        "kind": source.kind,
        "title": source.title,
        "author": source.author,
        "published_edtf": source.published_edtf,
        "published_printed": source.published_printed,
        "language": source.language,
        "description": source.description,
        "publisher": source.publisher.name if source.publisher else "",
        "rights": source.rights,
        "is_protected": source.is_protected,
        "protected_reason": source.protected_reason,
    }
