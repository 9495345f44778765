"""What the methods page counts: rounds that can tell nobody anything any more, with their first ratings.

A round counts once it, or a later round of its claim, is decided: until then the desk may not see its ratings, and a
cell of a heat map that grows by one would tell an adjudicator what two reviewers said (DESIGN 5.6). A round that was
never revealed does not count at all.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from claims.domain.lifecycle import RoundState
from claims.domain.scales import scale
from claims.models import Rating, RatingStage, Round


@dataclass(frozen=True)
class CountedRound:
    """One round as the statistics see it: labels without raters. ``decided_at`` only where it was decided."""

    rubric: str
    opened_at: datetime
    revealed_at: datetime
    decided_at: datetime | None
    outcome: str
    support: tuple[str, ...]
    attribution: tuple[str, ...]


def countable() -> QuerySet[Round]:
    """Revealed rounds of claims of which this round or a later one is decided."""
    decided = Round.objects.filter(
        claim=OuterRef("claim"), number__gte=OuterRef("number"), state=RoundState.DECIDED.value
    )
    return Round.objects.filter(Exists(decided), revealed_at__isnull=False)


def counted_rounds(*, is_demonstration: bool) -> list[CountedRound]:
    """Every round that counts, oldest reveal first, in two queries. Demonstration is never mixed with the rest.

    An attribution that is set by itself is nobody's answer and is left out: it would agree every time.
    """
    rows = list(
        countable()
        .filter(claim__is_demonstration=is_demonstration)
        .order_by("revealed_at", "pk")
        .values_list("pk", "rubric_version", "opened_at", "revealed_at", "closed_at", "outcome")
    )
    labels = _labels_by_round(is_demonstration)
    found = []
    for pk, rubric, opened_at, revealed_at, closed_at, outcome in rows:
        if revealed_at is None:
            continue
        given = labels[pk]
        rateable = {label.code for label in scale(rubric).rateable_attribution}
        found.append(
            CountedRound(
                rubric=rubric,
                opened_at=opened_at,
                revealed_at=revealed_at,
                decided_at=closed_at if outcome else None,
                outcome=outcome,
                support=tuple(sorted(support for _, support in given)),
                attribution=tuple(sorted(code for code, _ in given if code in rateable)),
            )
        )
    return found


def demonstrations_left_out() -> int:
    """How many demonstration rounds would count if they were not demonstrations."""
    return countable().filter(claim__is_demonstration=True).count()


def _labels_by_round(is_demonstration: bool) -> dict[int, list[tuple[str, str]]]:
    rows: Iterable[tuple[int, str, str]] = (
        Rating.objects.filter(
            round__in=countable().filter(claim__is_demonstration=is_demonstration), stage=RatingStage.FIRST
        )
        .order_by()
        .values_list("round_id", "attribution", "support")
    )
    labels: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, attribution, support in rows:
        labels[pk].append((attribution, support))
    return labels
