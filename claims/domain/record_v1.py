"""The record of a revision, schema 1: all that its page says, and the one contract between writing and showing it.

``to_tree`` gives what :func:`claims.domain.records.seal` takes; ``read`` gives the record back from the stored text
and its parts. Page, API, ClaimReview, feed and export are made from this and from nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from claims.domain import trees
from claims.domain.outcomes import Settled
from claims.domain.record_parts import (
    RecordCapture,
    RecordDate,
    RecordPart,
    RecordPassage,
    RecordQuote,
    RecordReply,
    RecordSource,
    RecordTopic,
    RecordWho,
)
from claims.domain.records import Part, RecordError, Sealed, Tree, seal, unseal
from claims.domain.trees import Words

SCHEMA: Final = 1
KIND: Final = "revision"


@dataclass(frozen=True)
class RecordClaim:
    """The claim as it stood when it was rated. ``slug`` is its address below ``/claims/``."""

    id: str
    slug: str
    version: int
    language: str
    statement: Words
    quote: RecordQuote
    parts: tuple[RecordPart, ...]
    topics: tuple[RecordTopic, ...]
    sensitivity: str
    demonstration: bool
    why_chosen: Words
    context: Words


@dataclass(frozen=True)
class RecordLink:
    """One step of the chain. ``answer`` (shown, not_shown, contradicted) is ``""`` for the attributed link.

    Where raters answer a step differently, ``answer`` is ``""`` too and each answer stands with its rating.
    """

    id: str
    position: int
    verb: str
    who: RecordWho
    date: RecordDate
    place: Words
    is_attributed: bool
    answer: str = ""


@dataclass(frozen=True)
class RecordAppearance:
    """A source in which the claim was printed or made."""

    id: str
    source: RecordSource
    wording: Words
    locator: str
    capture: RecordCapture | None
    why_no_capture: Words = ""

    def __post_init__(self) -> None:
        """Nothing of a protected source."""
        if self.source.protected and (self.wording or self.locator or self.capture or self.why_no_capture):
            raise RecordError("an appearance tells something of a protected source")


@dataclass(frozen=True)
class RecordFinding:
    """What a citation says, as one rater reads it."""

    letter: str
    stage: str
    part: str
    answer: str
    note: Words = ""


@dataclass(frozen=True)
class RecordWithdrawal:
    """That a citation is struck through: why, and since which day."""

    reason: Words
    on: str


@dataclass(frozen=True)
class RecordCitation:
    """A claim's use of a source, with the copy looked at, the passages and the findings."""

    id: str
    number: int
    kind: str
    bears_on: str
    is_repetition: bool
    part: str
    origin: Words
    note: Words
    url_typed: Words
    unobtainable_reason: Words
    source: RecordSource
    capture: RecordCapture | None
    passages: tuple[RecordPassage, ...]
    findings: tuple[RecordFinding, ...]
    withdrawn: RecordWithdrawal | None = None

    def __post_init__(self) -> None:
        """Nothing of a protected source, but what the raters found in it, without their notes."""
        told = (self.origin, self.note, self.url_typed, self.unobtainable_reason, self.capture, self.passages)
        if self.source.protected and (any(told) or any(finding.note for finding in self.findings)):
            raise RecordError("a citation tells something of a protected source")


@dataclass(frozen=True)
class RecordLabels:
    """One verdict where several stand side by side; ``letters`` are the raters who gave it."""

    letters: tuple[str, ...]
    attribution: str
    support: str
    confidence: str


@dataclass(frozen=True)
class RecordVerdict:
    """The decision. ``how`` is a :class:`~claims.domain.outcomes.Settled`.

    For *reviewers differ* the labels are ``""`` and ``differing`` holds each verdict that stands; else it is empty.
    """

    attribution: str
    support: str
    confidence: str
    how: str
    differing: tuple[RecordLabels, ...]
    quorum: int
    raters: int
    re_rated_by_same_reviewers: bool
    rubric: str

    def __post_init__(self) -> None:
        """Labels or differing verdicts, never both and never neither."""
        has_labels = bool(self.attribution and self.support and self.confidence)
        differ = Settled(self.how) is Settled.REVIEWERS_DIFFER
        if differ and (self.attribution or self.support or self.confidence or len(self.differing) < 2):
            raise RecordError("reviewers differ, so both verdicts are shown and none is the verdict")
        if not differ and (not has_labels or self.differing):
            raise RecordError("a settled verdict has its labels and no others beside them")

    @property
    def shared_attribution(self) -> str:
        """The attribution, also where reviewers differ on support alone; ``""`` where they differ on it."""
        if self.attribution:
            return self.attribution
        given = {labels.attribution for labels in self.differing}
        return given.pop() if len(given) == 1 else ""


@dataclass(frozen=True)
class RecordLinkAnswer:
    """One rater's answer on one link, named by its id."""

    link: str
    answer: str


@dataclass(frozen=True)
class RecordRating:
    """One handed-in rating under its letter. ``stage`` is ``first`` or ``after_discussion``."""

    letter: str
    stage: str
    attribution: str
    support: str
    confidence: str
    reasons: Words
    change_reason: Words
    links: tuple[RecordLinkAnswer, ...] = ()


@dataclass(frozen=True)
class RecordAdjudication:
    """The settlement. ``blind`` is what the adjudicator answered before seeing any rating.

    ``kind`` is ``for_one`` (then ``chosen`` is its letter), ``own`` or ``differ`` (then there are no labels).
    """

    kind: str
    chosen: str
    blind: RecordRating | None
    attribution: str
    support: str
    confidence: str
    reasons: Words


@dataclass(frozen=True)
class RecordInterest:
    """A declared interest that was accepted, in which capacity, and why."""

    capacity: str
    words: Words
    accepted_reason: Words


@dataclass(frozen=True)
class RecordRelation:
    """``kind`` is repeats, qualifies or contradicts; ``direction`` is ``to`` or ``from`` the claim named by id."""

    kind: str
    claim: str
    direction: str
    note: Words = ""


@dataclass(frozen=True)
class RecordRevision:
    """Which publication of the claim this is. ``note`` is printed in its history."""

    number: int
    kind: str
    note: Words
    published_at: str
    first_published_at: str


@dataclass(frozen=True)
class RevisionRecord:
    """All of it."""

    kind: str
    claim: RecordClaim
    chain: tuple[RecordLink, ...]
    appearances: tuple[RecordAppearance, ...]
    citations: tuple[RecordCitation, ...]
    independent_origins: int
    single_origin_reason: Words
    verdict: RecordVerdict
    ratings: tuple[RecordRating, ...]
    adjudication: RecordAdjudication | None
    reply: RecordReply | None
    interests: tuple[RecordInterest, ...]
    relations: tuple[RecordRelation, ...]
    headline: Words
    summary: Words
    revision: RecordRevision
    responsible_editor: Words
    dossier_sha256: str

    def __post_init__(self) -> None:
        """Its kind, and exactly one attributed link."""
        if self.kind != KIND:
            raise RecordError(f"a record of kind {self.kind!r} is no revision")
        if sum(link.is_attributed for link in self.chain) != 1:
            raise RecordError("exactly one link of a chain is the attributed one")

    @property
    def attributed_link(self) -> RecordLink:
        """The link that the claim is attributed to."""
        return next(link for link in self.chain if link.is_attributed)


def to_tree(record: RevisionRecord) -> dict[str, Tree]:
    """What :func:`claims.domain.records.seal` takes."""
    return trees.to_tree(record)


def seal_record(record: RevisionRecord, *, previous_sha256: str | None, own_origins: Iterable[str] = ()) -> Sealed:
    """The stored text of ``record``, its digest and its removable parts."""
    return seal(to_tree(record), schema=SCHEMA, previous_sha256=previous_sha256, own_origins=tuple(own_origins))


def from_tree(tree: dict[str, Tree]) -> RevisionRecord:
    """The record of an unsealed tree; raises :class:`RecordError` for another schema or what does not fit."""
    if tree.get("schema") != SCHEMA:
        raise RecordError(f"schema {tree.get('schema')!r} is not {SCHEMA}")
    return trees.from_tree(RevisionRecord, {k: v for k, v in tree.items() if k not in ("schema", "previous_sha256")})


def read(text: str, parts: Iterable[Part]) -> RevisionRecord:
    """The record of a stored text and its parts, with ``Removed`` where words were destroyed."""
    return from_tree(unseal(text, parts))
