"""A claim and its rows as plain values: what events keep, and what tells whether an edit changed anything."""

from typing import Any

from claims.models import Claim
from sources.models import Event

EDITING_ACTIONS = ("claim_entered", "claim_edited", "claim_filed", "claim_related", "claim_unrelated")
FILED = ("why_chosen", "quorum", "responsible_editor", "topics", "relations")
"""What no dossier freezes: changing it makes no new version."""

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
    "is_demonstration",
    "quorum",
    "single_origin_reason",
)


def last_edit_of(claim: Claim) -> Event | None:
    """The Event of the newest edit of ``claim``."""
    return (
        Event.objects.filter(subject_id=claim.public_id, action__in=EDITING_ACTIONS)
        .select_related("by")
        .order_by("-pk")
        .first()
    )


def snapshot(claim: Claim) -> dict[str, Any]:
    """Return ``claim`` and its rows as JSON values, in the order of the form. Sources go by ``public_id``."""
    values: dict[str, Any] = {field: getattr(claim, field) for field in _WORDS}
    values["responsible_editor"] = claim.responsible_editor.username if claim.responsible_editor else ""
    values["topics"] = sorted(claim.topics.values_list("name", flat=True))
    values["parts"] = [{"letter": part.letter, "text": part.text} for part in claim.parts.order_by("letter")]
    values["links"] = _links(claim)
    values["appearances"] = _appearances(claim)
    values["citations"] = _citations(claim)
    values["relations"] = [
        {"kind": row.kind, "other": str(row.other.public_id), "note": row.note}
        for row in claim.relations.select_related("other").order_by("pk")
    ]
    return values


def _links(claim: Claim) -> list[dict[str, Any]]:
    rows = claim.links.select_related("speaker", "role", "source").order_by("position")
    return [
        {
            "speaker": str(row.speaker) if row.speaker else "",
            "speaker_id": str(row.speaker.public_id) if row.speaker else "",
            "role": str(row.role) if row.role else "",
            "role_id": str(row.role.public_id) if row.role else "",
            "source_id": str(row.source.public_id) if row.source else "",
            "unnamed": row.unnamed,
            "verb": row.verb,
            "date_edtf": row.date_edtf,
            "date_printed": row.date_printed,
            "place": row.place,
            "is_attributed": row.is_attributed,
        }
        for row in rows
    ]


def _appearances(claim: Claim) -> list[dict[str, Any]]:
    return [
        {
            "source_id": str(row.source.public_id),
            "wording": row.wording,
            "locator": row.locator,
            "no_capture_reason": row.no_capture_reason,
        }
        for row in claim.appearances.select_related("source").order_by("position", "pk")
    ]


def _citations(claim: Claim) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row.public_id),
            "source_id": str(row.source.public_id),
            "url_typed": row.url_typed,
            "bears_on": row.bears_on,
            "kind": row.kind,
            "is_repetition": row.is_repetition,
            "part": row.part.letter if row.part else "",
            "origin": row.origin,
            "note": row.note,
            "unobtainable_reason": row.unobtainable_reason,
        }
        for row in claim.citations.select_related("source", "part").order_by("position")
    ]


def frozen_part(values: dict[str, Any]) -> dict[str, Any]:
    """The part of a snapshot that a dossier freezes."""
    return {key: value for key, value in values.items() if key not in FILED}


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only the entries that differ, from and to."""
    changed = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in changed}, {key: after[key] for key in changed}
