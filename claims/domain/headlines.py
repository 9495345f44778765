"""Stopping a headline or a summary that plainly contradicts the labels it is published under.

Modest on purpose. It knows English phrases in which somebody states a verdict ("is false", "was confirmed", "rated
Mixed", "never said it") and compares their side with the label's. What is negated, asked, supposed, quoted or
reported as somebody's words is left alone, for a check that cries wolf is switched off in a week. It is a net below
the second person who approves the text, not in place of them.
"""

import re
from collections.abc import Iterator
from typing import Final

from claims.domain.scales import Scale, current

_BE: Final = r"(?:is|are|was|were|has been|have been|proves?|proved|turns? out|turned out)(?: to be)?"
_HOW: Final = r"(?:\s+(?:entirely|completely|fully|simply|plainly|clearly|quite|just|all|indeed))?"
_AFFIRMING: Final = re.compile(
    rf"\b{_BE}{_HOW}\s+(?:true|correct|accurate|confirmed|proven|verified|supported)\b"
    r"|^(?:true|confirmed|correct|proven)\s*[:!]"
    r"|\bsources (?:cited )?(?:support|confirm|bear out) (?:it|this|the claim)\b",
    re.IGNORECASE,
)
_DENYING: Final = re.compile(
    rf"\b{_BE}{_HOW}\s+(?:false|untrue|wrong|incorrect|fake|debunked|disproved|disproven|refuted|contradicted"
    r"|(?:a|an) (?:lie|hoax|fabrication|falsehood))\b"
    r"|^(?:false|fake|debunked|hoax|untrue|wrong)\s*[:!]"
    r"|\bsources (?:cited )?(?:contradict|refute|disprove) (?:it|this|the claim)\b",
    re.IGNORECASE,
)
_SAID: Final = re.compile(r"\b(?:did say|indeed said|really said|did in fact say) (?:it|this|so|these words)\b", re.I)
_NOT_SAID: Final = re.compile(r"\b(?:never said|did not say|didn['’]t say) (?:it|this|so|these words)\b", re.I)
_RATED: Final = re.compile(r"\b(?:verdict|rating|label|rated|we rate (?:it|this)|judged)(?: as|:| is)?\s+", re.I)

_HEDGED: Final = re.compile(
    r"\b(?:not|no|never|neither|nor|nothing|nobody|none|cannot|hardly|without|partly|partially|mostly|largely|if|whether"
    r"|would|could|may|might|should|say|says|said|saying|claimed|claiming|argues?|argued|according|calls?|called"
    r"|that part|one part|part [a-z])\b|n['’]t\b",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|‘[^’]*’")
_CLAUSE: Final = re.compile(r"[^.;!?,\n—–]+[.;!?,:\n—–]*")

_MAY_AFFIRM: Final = frozenset({"supported", "mostly_supported"})
_MAY_DENY: Final = frozenset({"contradicted", "mostly_contradicted"})
_SAID_IT: Final = frozenset({"said_it"})
_NOT_SAID_IT: Final = frozenset({"cannot_be_established", "someone_else_said_it", "said_something_else"})


def contradicts(
    *, attribution: str, support: str, headline: str, summary: str, rubric: Scale | None = None
) -> str | None:
    """A full sentence saying what in the text contradicts the labels, or ``None``.

    ``attribution`` and ``support`` are codes, ``""`` where reviewers differ: then no side may be taken at all.
    """
    scale = rubric or current()
    shown = scale.support_label(support).label if support else "Reviewers differ"
    for clause in (*_statements(headline), *_statements(summary)):
        found = _wrong_label(clause, shown, scale) or _wrong_side(clause, support)
        if found:
            return f"The text says “{found}”, but what was decided is “{shown}”. Put it in other words."
        spoken = _wrong_speaker(clause, attribution)
        if spoken:
            decided = scale.attribution_label(attribution).label
            return f"The text says “{spoken}”, but what was decided is “{decided}”. Put it in other words."
    return None


def _statements(text: str) -> Iterator[str]:
    """The clauses that somebody plainly states: no questions, and no words in quotation marks."""
    for found in _CLAUSE.finditer(_QUOTED.sub(" ", text)):
        clause = found.group().strip()
        if clause and not clause.endswith("?"):
            yield clause


def _wrong_label(clause: str, shown: str, scale: Scale) -> str | None:
    """Words such as “rated Mixed” that name another label than ``shown``."""
    names = sorted((label.label for label in scale.support), key=len, reverse=True)
    for rated in _RATED.finditer(clause):
        rest = clause[rated.end() :]
        named = next((name for name in names if re.match(rf"{re.escape(name)}\b", rest, re.IGNORECASE)), None)
        if named and named != shown and not _HEDGED.search(clause[: rated.start()]):
            return rated.group() + rest[: len(named)]
    return None


def _wrong_side(clause: str, support: str) -> str | None:
    for pattern, allowed in ((_AFFIRMING, _MAY_AFFIRM), (_DENYING, _MAY_DENY)):
        found = pattern.search(clause)
        if found and support not in allowed and not _HEDGED.search(clause[: found.start()]):
            return found.group()
    return None


def _wrong_speaker(clause: str, attribution: str) -> str | None:
    denied = _NOT_SAID.search(clause) if attribution in _SAID_IT else None
    affirmed = _SAID.search(clause) if attribution in _NOT_SAID_IT else None
    found = denied or affirmed
    return found.group() if found else None
