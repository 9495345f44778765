"""The page on which somebody rates: the frozen claim and its chain, the questions, and the evidence beside them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from claims.desk.drafts_compared import Aside, aside_of
from claims.desk.entrance import Fault, by_field
from claims.desk.evidence import Choice, Paper, papers_of
from claims.desk.typed import form_from, typed_from
from claims.domain.answers import attribution_set_by_itself, faults_of, link_field
from claims.domain.dossier_v1 import Dossier, DossierLink
from claims.domain.scales import Label, scale
from claims.models import Assignment, Pin, Rating, RatingDraft, RatingStage, Round
from claims.querysets import dossier_of

ATTRIBUTION_KEYS = "12345"
SUPPORT_KEYS = "qwertyuio"
CONFIDENCE_KEYS = "asd"


@dataclass(frozen=True)
class Step:
    """One link of the chain; ``choices`` are empty for the attributed one."""

    field: str
    position: int
    who: str
    role: str
    how: str
    is_attributed: bool
    choices: tuple[Choice, ...]
    error: str


@dataclass(frozen=True)
class RatingPage:
    """Everything that the page shows. ``automatic`` is the attribution that is set by itself, if it is."""

    round_id: str
    stage: str
    dossier: Dossier
    statement: str
    steps: tuple[Step, ...]
    attributed: Step
    attribution: tuple[Choice, ...]
    automatic: str
    support: tuple[Choice, ...]
    confidence: tuple[Choice, ...]
    reasons: str
    change_reason: str
    papers: tuple[Paper, ...]
    missing: tuple[Fault, ...]
    faults: tuple[Fault, ...]
    errors: dict[str, str]
    revision: int
    saved_at: datetime | None
    due_at: datetime | None
    aside: Aside | None

    @property
    def other_steps(self) -> tuple[Step, ...]:
        """The steps that are asked about."""
        return tuple(step for step in self.steps if not step.is_attributed)

    @property
    def error_attribution(self) -> str:
        """What is wrong with the answer on attribution."""
        return self.errors.get("attribution", "")

    @property
    def error_support(self) -> str:
        """What is wrong with the answer on support."""
        return self.errors.get("support", "")

    @property
    def error_confidence(self) -> str:
        """What is wrong with the answer on confidence."""
        return self.errors.get("confidence", "")

    @property
    def error_reasons(self) -> str:
        """What is wrong with the reasons."""
        return self.errors.get("reasons", "")

    @property
    def error_change_reason(self) -> str:
        """What is wrong with the reason for changing or keeping the first answer."""
        return self.errors.get("change_reason", "")


def rating_page(
    *,
    by: User,
    round_: Round,
    stage: str,
    draft: RatingDraft | None,
    typed: dict[str, str] | None = None,
    faults: tuple[Fault, ...] = (),
    look: str = "",
) -> RatingPage:
    """The page for ``by``: with what was just ``typed``, else the draft, else what they said last of this claim.

    ``look`` names a copy to show in place of a frozen one, see :class:`claims.desk.looks.Looks`.
    """
    dossier = dossier_of(round_)
    rubric = scale(round_.rubric_version)
    if typed is None:
        typed = begun(by=by, round_=round_, draft=draft)
    errors = by_field(faults)
    automatic = attribution_set_by_itself(dossier)
    steps = tuple(_step(link, rubric.link, typed, errors) for link in dossier.chain)
    pins = Pin.objects.filter(round=round_, person=by).select_related("passage").order_by("pk")
    return RatingPage(
        round_id=str(round_.public_id),
        stage=stage,
        dossier=dossier,
        statement=str(dossier.claim.statement),
        steps=steps,
        attributed=next(step for step in steps if step.is_attributed),
        attribution=()
        if automatic
        else _choices(rubric.rateable_attribution, ATTRIBUTION_KEYS, typed.get("attribution")),
        automatic=rubric.attribution_label(automatic).label if automatic else "",
        support=_choices(rubric.support, SUPPORT_KEYS, typed.get("support")),
        confidence=_choices(rubric.confidence, CONFIDENCE_KEYS, typed.get("confidence")),
        reasons=typed.get("reasons", ""),
        change_reason=typed.get("change_reason", ""),
        papers=papers_of(dossier, rubric=rubric, pins=pins, typed=typed, errors=errors, look=look),
        missing=missing_in(typed, dossier, round_, stage),
        faults=faults,
        errors=errors,
        revision=draft.revision if draft else 0,
        saved_at=draft.saved_at if draft else None,
        aside=aside_of(draft, typed, dossier, rubric),
        due_at=Assignment.objects.filter(round=round_, person=by).values_list("due_at", flat=True).first(),
    )


def begun(*, by: User, round_: Round, draft: RatingDraft | None) -> dict[str, str]:
    """What to begin with: the draft, else one's first rating of this round, else one's draft on an older version."""
    if draft is not None:
        return _payload(draft)
    own = Rating.objects.filter(person=by).prefetch_related("findings", "link_answers")
    first = own.filter(round=round_, stage=RatingStage.FIRST).first()
    if first is not None:
        return typed_from(first)
    older = RatingDraft.objects.filter(
        person=by, round__claim=round_.claim_id, round__number__lt=round_.number, round__state="superseded"
    )
    left = older.order_by("-round__number").first()
    if left is not None:
        return _payload(left)
    return {}


def _payload(draft: RatingDraft) -> dict[str, str]:
    loaded = json.loads(draft.payload)
    return {str(name): str(value) for name, value in loaded.items()}


def kept_words(*, by: User, round_: Round) -> str:
    """The reasons in a draft of one's own that was never handed in; empty where there is none."""
    draft = RatingDraft.objects.filter(person=by, round=round_).first()
    return _payload(draft).get("reasons", "") if draft else ""


def missing_in(typed: dict[str, str], dossier: Dossier, round_: Round, stage: str) -> tuple[Fault, ...]:
    """What still keeps the form from being handed in."""
    faults = faults_of(form_from(typed, dossier), dossier, scale(round_.rubric_version))
    missing = [Fault(each.field, each.sentence, each.code) for each in faults]
    if stage == RatingStage.AFTER_DISCUSSION and not typed.get("change_reason", "").strip():
        sentence = "Say why you change your answer, or why you keep it."
        missing.append(Fault("change_reason", sentence, "change_reason_missing"))
    return tuple(missing)


def _choices(labels: Sequence[Label], keys: str, chosen: str | None) -> tuple[Choice, ...]:
    padded = keys.ljust(len(labels))
    return tuple(
        Choice(row.code, row.label, row.meaning, key.strip(), row.code == chosen, row.shape, row.tone)
        for row, key in zip(labels, padded, strict=False)
    )


def _step(link: DossierLink, labels: tuple[Label, ...], typed: dict[str, str], errors: dict[str, str]) -> Step:
    role = link.who.role
    when = link.date.printed or (link.date.display if link.date.edtf else "")
    return Step(
        field=link_field(link.id),
        position=link.position,
        who=str(link.who.name),
        role=", ".join(word for word in (str(role.title), str(role.organisation)) if word) if role else "",
        how=", ".join(word for word in (link.verb, str(link.place), str(when)) if word),
        is_attributed=link.is_attributed,
        choices=() if link.is_attributed else _choices(labels, "", typed.get(link_field(link.id))),
        error=errors.get(link_field(link.id), ""),
    )
