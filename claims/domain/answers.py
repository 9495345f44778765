"""What a rater is asked about a dossier, and whether what was handed in answers it.

Pure: the questions follow from the dossier and the rubric alone, so that the form, the hand-in and the list of what
is still missing cannot disagree.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from claims.domain.dossier_v1 import Dossier, DossierCitation
from claims.domain.scales import Scale, automatic_attribution
from sources.domain.errors import BadInput, DeskError
from sources.domain.typed_text import check_typed

REASONS_LIMIT: Final = 20_000
NOTE_LIMIT: Final = 4_000
COULD_NOT_BE_READ: Final = "could_not_be_read"
_SPEAKS: Final = ("supports", "partly_supports", "contradicts")


@dataclass(frozen=True)
class FindingAnswer:
    """What one citation says on one part (``""``: the claim as a whole)."""

    citation_id: str
    part: str
    answer: str
    note: str = ""


@dataclass(frozen=True)
class LinkAnswered:
    """Whether the sources show one step of the chain other than the attributed one."""

    link_id: str
    answer: str


@dataclass(frozen=True)
class RatingForm:
    """A rating as it is handed in. ``attribution`` stays empty where it is set by itself.

    ``change_reason`` belongs to a second rating only.
    """

    support: str
    confidence: str
    reasons: str
    attribution: str = ""
    findings: tuple[FindingAnswer, ...] = ()
    links: tuple[LinkAnswered, ...] = ()
    change_reason: str = ""


def attribution_set_by_itself(dossier: Dossier) -> str:
    """The attribution that nobody is asked for: ``own_words``, ``no_one_named``, or ``""`` where it is rated."""
    return automatic_attribution(dossier.attributed_link.who.kind)


def parts_asked(dossier: Dossier, citation: DossierCitation) -> tuple[str, ...]:
    """The parts on which ``citation`` needs a finding: its own, else every part, else the claim as a whole."""
    if citation.part:
        return (citation.part,)
    return tuple(part.letter for part in dossier.claim.parts) or ("",)


def faults_of(form: RatingForm, dossier: Dossier, scale: Scale) -> list[DeskError]:
    """Everything that keeps ``form`` from being handed in, in the order of the page; empty if nothing does."""
    return [
        *_attribution_faults(form, dossier, scale),
        *_link_faults(form, dossier, scale),
        *_finding_faults(form, dossier, scale),
        *_support_faults(form, dossier, scale),
        *check_typed(form.reasons, field="reasons", what="Your reason", limit=REASONS_LIMIT, is_required=True),
        *check_typed(form.change_reason, field="change_reason", what="The reason for it", limit=REASONS_LIMIT),
    ]


def _attribution_faults(form: RatingForm, dossier: Dossier, scale: Scale) -> Iterator[DeskError]:
    automatic = attribution_set_by_itself(dossier)
    if automatic:
        if form.attribution not in ("", automatic):
            yield BadInput(
                "attribution_automatic",
                "Nobody is named as having said this, so that who said it is not rated here.",
                field="attribution",
            )
    elif not form.attribution:
        yield BadInput("attribution_missing", "Answer first whether they said it.", field="attribution")
    elif form.attribution not in {label.code for label in scale.rateable_attribution}:
        yield BadInput("label_unknown", "That is no answer to whether they said it.", field="attribution")


def _support_faults(form: RatingForm, dossier: Dossier, scale: Scale) -> Iterator[DeskError]:
    if not form.support:
        yield BadInput("support_missing", "Answer how well these sources support it.", field="support")
    elif form.support not in {label.code for label in scale.support}:
        yield BadInput("label_unknown", "That is no answer to how well the sources support it.", field="support")
    elif scale.rating_value(form.support) is not None and not _anything_speaks(form, dossier):
        label = scale.support_label(form.support).label
        yield BadInput(
            "label_without_evidence",
            f"“{label}” needs a source cited on whether it is so that supports, partly supports or contradicts it. "
            "By your findings none does.",
            field="support",
        )
    if not form.confidence:
        yield BadInput("confidence_missing", "Say how confident you are.", field="confidence")
    elif form.confidence not in {label.code for label in scale.confidence}:
        yield BadInput("label_unknown", "That is no degree of confidence.", field="confidence")


def _anything_speaks(form: RatingForm, dossier: Dossier) -> bool:
    bearing = {citation.id for citation in dossier.citations if citation.bears_on != "who_said_it"}
    return any(finding.citation_id in bearing and finding.answer in _SPEAKS for finding in form.findings)


def _finding_faults(form: RatingForm, dossier: Dossier, scale: Scale) -> Iterator[DeskError]:
    known = {citation.id: citation for citation in dossier.citations}
    codes = {label.code for label in scale.finding}
    given = Counter((finding.citation_id, finding.part) for finding in form.findings)
    for finding in form.findings:
        field = finding_field(finding.citation_id, finding.part)
        citation = known.get(finding.citation_id)
        if citation is None:
            yield BadInput("citation_not_in_dossier", "A finding names a source that is not cited here.", field=field)
            continue
        if finding.part not in parts_asked(dossier, citation):
            yield BadInput("part_not_asked", f"Source {citation.number} is not about that part.", field=field)
        elif given[(finding.citation_id, finding.part)] > 1:
            yield BadInput("finding_twice", f"There are two findings for source {citation.number}.", field=field)
        if finding.answer and finding.answer not in codes:
            yield BadInput("label_unknown", f"That is no finding for source {citation.number}.", field=field)
        elif finding.answer and finding.answer != COULD_NOT_BE_READ and citation.capture is None:
            yield BadInput(
                "finding_without_copy",
                f"We hold no copy of source {citation.number}, so that it could not be read.",
                field=field,
            )
        yield from check_typed(
            finding.note, field=f"{field}-note", what=f"The note on source {citation.number}", limit=NOTE_LIMIT
        )
    answered = {(finding.citation_id, finding.part) for finding in form.findings if finding.answer}
    for citation in dossier.citations:
        for part in parts_asked(dossier, citation):
            if (citation.id, part) not in answered:
                about = f" on part {part}" if part else ""
                yield BadInput(
                    "finding_missing",
                    f"Say what source {citation.number} says{about}.",
                    field=finding_field(citation.id, part),
                )


def _link_faults(form: RatingForm, dossier: Dossier, scale: Scale) -> Iterator[DeskError]:
    asked = {link.id: link for link in dossier.other_links}
    codes = {label.code for label in scale.link}
    given = Counter(answer.link_id for answer in form.links)
    for answer in form.links:
        field = link_field(answer.link_id)
        if answer.link_id not in asked:
            yield BadInput("link_not_in_dossier", "An answer names a step that is not in this chain.", field=field)
        elif given[answer.link_id] > 1:
            position = asked[answer.link_id].position
            yield BadInput("link_twice", f"There are two answers for step {position}.", field=field)
        elif answer.answer and answer.answer not in codes:
            yield BadInput("label_unknown", "That is no answer for a step of the chain.", field=field)
    answered = {answer.link_id for answer in form.links if answer.answer}
    for id_, link in asked.items():
        if id_ not in answered:
            yield BadInput(
                "link_missing", f"Say whether step {link.position} of the chain is shown.", field=link_field(id_)
            )


def finding_field(citation_id: str, part: str) -> str:
    """The name of the form's field for one finding."""
    return f"finding-{citation_id}-{part}" if part else f"finding-{citation_id}"


def link_field(link_id: str) -> str:
    """The name of the form's field for one step of the chain."""
    return f"link-{link_id}"
