"""The rubric's labels, read once from the one versioned file beside this module.

A code that is not in the file raises :class:`BadInput` (``label_unknown``): it came from a form or a program, and
never from a record of ours, whose version keeps its labels for ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from sources.domain.errors import BadInput

SCALE_FILE: Final = Path(__file__).with_name("scale.yaml")
TONES: Final = ("supported", "mostly", "mixed", "mostly-not", "contradicted", "off")
BEST_RATING: Final = 5
WORST_RATING: Final = 1


@dataclass(frozen=True)
class Label:
    """One answer that can be chosen. ``order`` is 1 to 5 for an ordered support label, else ``None``."""

    code: str
    label: str
    meaning: str
    tone: str
    shape: str = ""
    order: int | None = None
    automatic: bool = False


@dataclass(frozen=True)
class Scale:
    """One version of the rubric. Each tuple stands in the order in which people are shown it."""

    version: str
    since: str
    attribution: tuple[Label, ...]
    support: tuple[Label, ...]
    finding: tuple[Label, ...]
    confidence: tuple[Label, ...]
    link: tuple[Label, ...]

    @property
    def rateable_attribution(self) -> tuple[Label, ...]:
        """The attribution labels that a reviewer may choose; the others are set by themselves."""
        return tuple(label for label in self.attribution if not label.automatic)

    @property
    def ordered_support(self) -> tuple[Label, ...]:
        """The five ordered support labels, worst first."""
        ordered = [label for label in self.support if label.order is not None]
        return tuple(sorted(ordered, key=lambda label: label.order or 0))

    @property
    def off_scale_support(self) -> tuple[Label, ...]:
        """The support labels that stand on no scale and carry no number."""
        return tuple(label for label in self.support if label.order is None)

    def attribution_label(self, code: str) -> Label:
        """The attribution label of that code; raises ``BadInput`` (``label_unknown``)."""
        return _find(self.attribution, code, "attribution")

    def support_label(self, code: str) -> Label:
        """The support label of that code; raises ``BadInput`` (``label_unknown``)."""
        return _find(self.support, code, "support")

    def finding_label(self, code: str) -> Label:
        """The finding of that code; raises ``BadInput`` (``label_unknown``)."""
        return _find(self.finding, code, "finding")

    def confidence_label(self, code: str) -> Label:
        """The confidence of that code; raises ``BadInput`` (``label_unknown``)."""
        return _find(self.confidence, code, "confidence")

    def link_label(self, code: str) -> Label:
        """The answer on a link of that code; raises ``BadInput`` (``label_unknown``)."""
        return _find(self.link, code, "link")

    def rating_value(self, support: str) -> int | None:
        """1 (contradicted) to 5 (supported), or ``None`` where the label stands on no scale."""
        return self.support_label(support).order


def scale(version: str) -> Scale:
    """The rubric of that version; raises ``BadInput`` (``rubric_unknown``)."""
    try:
        return _SCALES[version]
    except KeyError:
        raise BadInput("rubric_unknown", f"There is no rubric version “{version}”.") from None


def current() -> Scale:
    """The rubric that a round opened now is rated under."""
    return _SCALES[_CURRENT]


def versions() -> tuple[str, ...]:
    """All versions ever used, oldest first."""
    return tuple(_SCALES)


def rating_value(support: str, version: str = "") -> int | None:
    """:meth:`Scale.rating_value` of that version, or of the current one."""
    return (scale(version) if version else current()).rating_value(support)


def automatic_attribution(who: str) -> str:
    """The attribution that is set by itself for an attributed link, or ``""`` where reviewers rate it.

    ``who`` is the kind of the attributed link: ``speaker``, ``source`` (its own voice) or ``unnamed``.
    """
    return {"speaker": "", "source": "own_words", "unnamed": "no_one_named"}[who]


def lower_confidence(codes: Iterable[str], version: str = "") -> str:
    """The lowest of ``codes`` (at least one), in the order of the file."""
    rubric = scale(version) if version else current()
    order = [label.code for label in rubric.confidence]
    return min(codes, key=lambda code: order.index(rubric.confidence_label(code).code))


def _find(labels: tuple[Label, ...], code: str, question: str) -> Label:
    for label in labels:
        if label.code == code:
            return label
    raise BadInput("label_unknown", f"“{code}” is no answer to this question.", field=question)


def _labels(rows: Iterable[Mapping[str, Any]]) -> tuple[Label, ...]:
    labels = tuple(Label(**row) for row in rows)
    codes = [label.code for label in labels]
    if len(set(codes)) != len(codes):
        raise ValueError(f"{SCALE_FILE.name}: a code stands twice in {codes}")
    for label in labels:
        if label.tone not in TONES:
            raise ValueError(f"{SCALE_FILE.name}: {label.code} has the unknown tone {label.tone!r}")
    return labels


def _read() -> tuple[str, dict[str, Scale]]:
    data = yaml.safe_load(SCALE_FILE.read_text(encoding="utf-8"))
    scales = {
        row["version"]: Scale(
            version=row["version"],
            since=row["since"],
            attribution=_labels(row["attribution"]),
            support=_labels(row["support"]),
            finding=_labels(row["finding"]),
            confidence=_labels(row["confidence"]),
            link=_labels(row["link"]),
        )
        for row in data["rubrics"]
    }
    return data["current"], scales


_CURRENT, _SCALES = _read()


def _codes(question: str) -> tuple[str, ...]:
    """Every code of ``question`` over all versions, in order of first use."""
    return tuple(dict.fromkeys(label.code for rubric in _SCALES.values() for label in getattr(rubric, question)))


ATTRIBUTION_CODES: Final = _codes("attribution")
SUPPORT_CODES: Final = _codes("support")
FINDING_CODES: Final = _codes("finding")
CONFIDENCE_CODES: Final = _codes("confidence")
LINK_ANSWER_CODES: Final = _codes("link")
