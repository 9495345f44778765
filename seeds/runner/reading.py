"""Reads ``seeds/data`` into the frozen values of :mod:`seeds.runner.plan`. Knows nothing of Django."""

from pathlib import Path
from typing import Any

import yaml

from seeds.runner.plan import (
    AdjudicationPlan,
    AfterPlan,
    AppearancePlan,
    CitationPlan,
    ClaimPlan,
    DocumentPlan,
    FindingPlan,
    LeadPlan,
    LinkPlan,
    Plan,
    PublisherPlan,
    RatingPlan,
    RelationPlan,
    ReplyPlan,
    ReviewPlan,
    RolePlan,
    SecondRatingPlan,
    SpeakerPlan,
    TextPlan,
    WorkPlan,
)

DATA = Path(__file__).parent.parent / "data"


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
        discussion={who: _second(second) for who, second in row.get("discussion", {}).items()},
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


def _second(row: dict[str, Any]) -> SecondRatingPlan:
    return SecondRatingPlan(
        support=row["support"],
        reasons=row["reasons"].strip(),
        change_reason=row["change_reason"].strip(),
        findings={
            (document, part): answer
            for document, by_part in row.get("findings", {}).items()
            for part, answer in by_part.items()
        },
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
