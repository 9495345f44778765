"""Reading the rating form: from the names and values of a POST to what the services take, and back to a draft."""

from collections.abc import Mapping

from django.http import QueryDict

from claims.domain.answers import FindingAnswer, LinkAnswered, RatingForm, finding_field, link_field, parts_asked
from claims.domain.dossier_v1 import Dossier
from claims.models import Rating

PLAIN = ("attribution", "support", "confidence", "reasons", "change_reason")
_PREFIXES = ("finding-", "note-finding-", "link-", "paste-")
MOST_FIELDS = 4000


def typed_in(post: QueryDict) -> dict[str, str]:
    """The answers in ``post`` by field name; everything else is left out."""
    kept = {name: _levelled(post.get(name, "")) for name in PLAIN if name in post}
    for name in list(post)[:MOST_FIELDS]:
        if name.startswith(_PREFIXES):
            kept[name] = _levelled(post.get(name, ""))
    return {name: value for name, value in kept.items() if value}


def without_pasted(typed: Mapping[str, str]) -> dict[str, str]:
    """What a draft keeps: everything but words on their way to being pinned."""
    return {name: text for name, text in typed.items() if not name.startswith("paste-")}


def _levelled(text: str) -> str:
    """Browsers send line ends as CR LF; we keep LF."""
    return text.replace("\r\n", "\n")


def form_from(typed: Mapping[str, str], dossier: Dossier) -> RatingForm:
    """What is handed in. A field that the dossier does not ask for is kept in, so that the service refuses it."""
    asked = {
        finding_field(citation.id, part): (citation.id, part)
        for citation in dossier.citations
        for part in parts_asked(dossier, citation)
    }
    findings = [
        FindingAnswer(citation, part, typed.get(field, ""), typed.get(f"note-{field}", ""))
        for field, (citation, part) in asked.items()
    ]
    for name, value in typed.items():
        if name.startswith("finding-") and name not in asked:
            citation, part = _taken_apart(name)
            findings.append(FindingAnswer(citation, part, value))
    steps = {link_field(link.id): link.id for link in dossier.other_links}
    links = [LinkAnswered(id_, typed.get(field, "")) for field, id_ in steps.items()]
    links += [
        LinkAnswered(name.removeprefix("link-"), value)
        for name, value in typed.items()
        if name.startswith("link-") and name not in steps
    ]
    return RatingForm(
        attribution=typed.get("attribution", ""),
        support=typed.get("support", ""),
        confidence=typed.get("confidence", ""),
        reasons=typed.get("reasons", ""),
        change_reason=typed.get("change_reason", ""),
        findings=tuple(findings),
        links=tuple(links),
    )


def _taken_apart(name: str) -> tuple[str, str]:
    rest = name.removeprefix("finding-")
    return (rest[:36], rest[37:]) if len(rest) > 36 else (rest, "")


def typed_from(rating: Rating) -> dict[str, str]:
    """The answers of a rating of one's own, to begin the next one with."""
    typed = {
        "attribution": rating.attribution,
        "support": rating.support,
        "confidence": rating.confidence,
        "reasons": rating.reasons,
    }
    for finding in rating.findings.all():
        field = finding_field(str(finding.citation_id), finding.part)
        typed[field] = finding.answer
        if finding.note:
            typed[f"note-{field}"] = finding.note
    for answer in rating.link_answers.all():
        typed[link_field(str(answer.link_id))] = answer.answer
    return typed
