"""The data of the seeds as frozen values. Reads ``seeds/data``; knows nothing of Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent.parent / "data"


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
    """What a reviewer hands in after the discussion: the first rating but for this."""

    support: str
    change_reason: str


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


def read_plan(folder: Path = DATA) -> Plan:
    """Read the data of ``folder``. Raises KeyError or ValueError where a row is not of its shape."""
    people, sources = _yaml(folder / "people.yaml"), _yaml(folder / "sources.yaml")
    claims = [*_claims(_yaml(folder / "article.yaml")), *_claims(_yaml(folder / "quillhaven.yaml"))]
    reviews = [
        _review(row)
        for name in ("article_reviews.yaml", "quillhaven_reviews.yaml")
        for row in _yaml(folder / name)["reviews"]
    ]
    return Plan(
        publishers={row["key"]: _publisher(row) for row in people["publishers"]},
        speakers={row["key"]: _speaker(row) for row in people["speakers"]},
        works={row["key"]: WorkPlan(**_words(row)) for row in sources["works"]},
        documents={row["key"]: DocumentPlan(**_words(row)) for row in sources["documents"]},
        leads={row["key"]: LeadPlan(**_words(row)) for row in sources["leads"]},
        claims={claim.number: claim for claim in claims},
        reviews={review.claim: review for review in reviews},
    )


def _yaml(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def _words(row: dict[str, Any]) -> dict[str, str]:
    """YAML reads 2011-10-11 as a date; its text is the EDTF date again."""
    return {key: str(value) for key, value in row.items()}


def _publisher(row: dict[str, Any]) -> PublisherPlan:
    return PublisherPlan(key=row["key"], name=row["name"], domains=tuple(row["domains"]), note=row["note"])


def _speaker(row: dict[str, Any]) -> SpeakerPlan:
    return SpeakerPlan(
        key=row["key"],
        kind=row["kind"],
        name=row["name"],
        disambiguation=row.get("disambiguation", ""),
        aliases=tuple(row["aliases"]),
        roles=tuple(RolePlan(**_words(role)) for role in row["roles"]),
    )


def _claims(read: dict[str, Any]) -> list[ClaimPlan]:
    appearance = AppearancePlan(
        source=read["appearance"].get("source") or read["appearance"]["document"],
        no_capture_reason=read["appearance"].get("no_capture_reason", "").strip(),
    )
    return [_claim(row, appearance, read["reply"]) for row in read["claims"]]


def _claim(row: dict[str, Any], appearance: AppearancePlan, reply: dict[str, str]) -> ClaimPlan:
    return ClaimPlan(
        number=row["number"],
        key=row["key"],
        scene=row.get("scene", ""),
        statement=row["statement"].strip(),
        context=row.get("context", "").strip(),
        why_chosen=row["why_chosen"].strip(),
        single_origin_reason=row.get("single_origin_reason", "").strip(),
        parts=tuple((letter, text) for letter, text in row.get("parts", {}).items()),
        links=tuple(_link(link) for link in row["links"]),
        topics=tuple(row["topics"]),
        citations=tuple(
            CitationPlan(
                document=citation["document"],
                bears_on=citation["bears_on"],
                is_repetition=citation.get("repetition", False),
                note=citation.get("note", ""),
            )
            for citation in row["citations"]
        ),
        relations=tuple(RelationPlan(**relation) for relation in row.get("relations", [])),
        leads=tuple(row.get("leads", [])),
        stage=row["stage"],
        appearance=appearance,
        reply=ReplyPlan(**row.get("reply", reply)),
    )


def _link(row: dict[str, Any]) -> LinkPlan:
    return LinkPlan(
        speaker=row.get("speaker", ""),
        role=row.get("role", ""),
        source=row.get("source") or row.get("document", ""),
        unnamed=row.get("unnamed", ""),
        verb=row["verb"],
        date=str(row["date"]),
        printed=str(row["printed"]),
        place=row.get("place", ""),
        is_attributed=row.get("attributed", False),
    )


def _review(row: dict[str, Any]) -> ReviewPlan:
    settled = row.get("adjudication")
    return ReviewPlan(
        claim=row["claim"],
        ratings={who: _rating(rating) for who, rating in row.get("ratings", {}).items()},
        discussion={who: SecondRatingPlan(**_words(second)) for who, second in row.get("discussion", {}).items()},
        adjudication=AdjudicationPlan(
            blind=_rating(settled["blind"]),
            kind=settled["kind"],
            chosen=settled.get("chosen", ""),
            reasons=settled["reasons"],
        )
        if settled
        else None,
        text=TextPlan(**row["text"]) if "text" in row else None,
        after=tuple(_after(step) for step in row.get("after", [])),
        withdrawal=row.get("withdraw", {}).get("reason", ""),
    )


def _rating(row: dict[str, Any]) -> RatingPlan:
    findings = [
        FindingPlan(document=document, part=part, **finding)
        for document, by_part in row["findings"].items()
        for part, finding in by_part.items()
    ]
    return RatingPlan(
        attribution=row.get("attribution", ""),
        support=row["support"],
        confidence=row["confidence"],
        reasons=row["reasons"].strip(),
        findings=tuple(findings),
        links=tuple(row.get("links", {}).items()),
    )


def _after(row: dict[str, Any]) -> AfterPlan:
    step = row["step"]
    text = None
    if step in ("correct", "retract"):
        kind = "retraction" if step == "retract" else row["kind"]
        text = TextPlan(headline=row["headline"], summary=row["summary"], kind=kind, note=row["note"])
    return AfterPlan(
        step=step,
        text=text,
        words=row.get("text", ""),
        state=row.get("state", ""),
        document=row.get("document", ""),
    )
