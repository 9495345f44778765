"""Two versions of one draft, and where they part, in the words of the page."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from claims.domain.answers import finding_field, link_field, parts_asked
from claims.domain.dossier_v1 import Dossier
from claims.domain.scales import Label, Scale
from claims.models import RatingDraft


@dataclass(frozen=True)
class Difference:
    """One question that two versions answer differently. ``""`` where one has no answer."""

    question: str
    shown: str
    aside: str


@dataclass(frozen=True)
class Aside:
    """A version of the draft that another window left: when, and where it parts from what the form shows."""

    typed_at: datetime
    differences: tuple[Difference, ...]


def aside_of(draft: RatingDraft | None, shown: Mapping[str, str], dossier: Dossier, rubric: Scale) -> Aside | None:
    """What stands beside ``draft``, or ``None`` where nothing does or where it says the same as what is ``shown``."""
    if draft is None or draft.aside_at is None:
        return None
    other = {str(name): str(value) for name, value in json.loads(draft.aside).items()}
    found = tuple(_differences(shown, other, dossier, rubric))
    return Aside(draft.aside_at, found) if found else None


def _differences(
    shown: Mapping[str, str], other: Mapping[str, str], dossier: Dossier, rubric: Scale
) -> Iterator[Difference]:
    for field, question, labels in _questions(dossier, rubric):
        one, two = shown.get(field, ""), other.get(field, "")
        if one.strip() != two.strip():
            words = {label.code: label.label for label in labels}
            yield Difference(question, words.get(one, one), words.get(two, two))


def _questions(dossier: Dossier, rubric: Scale) -> Iterator[tuple[str, str, tuple[Label, ...]]]:
    """Each field of the form: its name, what it asks, and its labels (none where it is written in words)."""
    yield "attribution", "Did they say it?", rubric.attribution
    for link in dossier.other_links:
        yield link_field(link.id), f"Step {link.position} of the chain", rubric.link
    for citation in dossier.citations:
        for part in parts_asked(dossier, citation):
            field = finding_field(citation.id, part)
            about = f"source {citation.number}" + (f", part {part}" if part else "")
            yield field, f"Finding on {about}", rubric.finding
            yield f"note-{field}", f"Note on {about}", ()
    yield "support", "Support", rubric.support
    yield "confidence", "Confidence", rubric.confidence
    yield "reasons", "Why", ()
    yield "change_reason", "Why changed or kept", ()
