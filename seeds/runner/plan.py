"""The data of the seeds as frozen values; see :mod:`seeds.runner.reading`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PublisherPlan:
    """Who puts sources out."""

    key: str
    name: str
    domains: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class RolePlan:
    """What a speaker was; ``held`` is EDTF."""

    key: str
    title: str
    organisation: str
    place: str
    held: str
    printed: str


@dataclass(frozen=True)
class SpeakerPlan:
    """Who words are attributed to."""

    key: str
    kind: str
    name: str
    disambiguation: str
    aliases: tuple[str, ...]
    roles: tuple[RolePlan, ...]


@dataclass(frozen=True)
class WorkPlan:
    """A work without an address."""

    key: str
    title: str
    description: str
    published: str
    printed: str
    language: str


@dataclass(frozen=True)
class DocumentPlan:
    """A demonstration document: where the server has it, and the file behind it at first."""

    key: str
    path: str
    file: str
    publisher: str
    published: str
    title: str
    origin: str


@dataclass(frozen=True)
class LeadPlan:
    """A lead to the public record, used on a connected machine only."""

    key: str
    url: str
    publisher: str
    kind: str
    published: str
    title: str


@dataclass(frozen=True)
class LinkPlan:
    """One step of a chain; exactly one of ``speaker``, ``source`` (a work's or document's key) and ``unnamed``."""

    speaker: str
    role: str
    source: str
    unnamed: str
    verb: str
    date: str
    printed: str
    place: str
    is_attributed: bool


@dataclass(frozen=True)
class CitationPlan:
    """A claim's use of a demonstration document."""

    document: str
    bears_on: str
    is_repetition: bool
    note: str


@dataclass(frozen=True)
class RelationPlan:
    """What a claim is to another, which goes by its number."""

    kind: str
    other: int
    note: str


@dataclass(frozen=True)
class AppearancePlan:
    """Where the claims of a file appeared."""

    source: str
    no_capture_reason: str


@dataclass(frozen=True)
class ReplyPlan:
    """Whether somebody was asked."""

    state: str
    reason: str


@dataclass(frozen=True)
class ClaimPlan:
    """One claim, and how far the demonstration takes it (``stage``)."""

    number: int
    key: str
    scene: str
    statement: str
    context: str
    why_chosen: str
    single_origin_reason: str
    parts: tuple[tuple[str, str], ...]
    links: tuple[LinkPlan, ...]
    topics: tuple[str, ...]
    citations: tuple[CitationPlan, ...]
    relations: tuple[RelationPlan, ...]
    leads: tuple[str, ...]
    stage: str
    appearance: AppearancePlan
    reply: ReplyPlan

    @property
    def attributed(self) -> LinkPlan:
        """The one link whose words these are said to be."""
        return next(link for link in self.links if link.is_attributed)


@dataclass(frozen=True)
class FindingPlan:
    """What one reviewer found in one document for one part (``""``: the claim as a whole)."""

    document: str
    part: str
    finding: str
    passage: str
    note: str


@dataclass(frozen=True)
class RatingPlan:
    """One reviewer's answer. ``attribution`` is empty where it is set by itself."""

    attribution: str
    support: str
    confidence: str
    reasons: str
    findings: tuple[FindingPlan, ...]
    links: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class SecondRatingPlan:
    """What a reviewer hands in after the discussion: the first rating but for this.

    ``findings`` holds the ones that changed, by document and part.
    """

    support: str
    reasons: str
    change_reason: str
    findings: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class AdjudicationPlan:
    """The adjudicator's blind rating, then the settlement."""

    blind: RatingPlan
    kind: str
    chosen: str
    reasons: str


@dataclass(frozen=True)
class TextPlan:
    """Headline and summary; ``kind`` and ``note`` where it changes what stands on the page."""

    headline: str
    summary: str
    kind: str = "first"
    note: str = ""


@dataclass(frozen=True)
class AfterPlan:
    """A step once the page is up: ``correct``, ``retract``, ``suspend`` or ``move_on``."""

    step: str
    text: TextPlan | None
    words: str
    state: str
    document: str


@dataclass(frozen=True)
class ReviewPlan:
    """Everything that happens to one claim after it was entered."""

    claim: int
    ratings: Mapping[str, RatingPlan]
    discussion: Mapping[str, SecondRatingPlan]
    adjudication: AdjudicationPlan | None
    text: TextPlan | None
    after: tuple[AfterPlan, ...]
    withdrawal: str


@dataclass(frozen=True)
class Plan:
    """All of it, each family by its key."""

    publishers: Mapping[str, PublisherPlan]
    speakers: Mapping[str, SpeakerPlan]
    works: Mapping[str, WorkPlan]
    documents: Mapping[str, DocumentPlan]
    leads: Mapping[str, LeadPlan]
    claims: Mapping[int, ClaimPlan]
    reviews: Mapping[int, ReviewPlan]
