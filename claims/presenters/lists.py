"""What stands on the lists: home, topics, speakers, sources, corrections. Reads index rows, revisions and notices."""

import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from claims.models import CorrectionOutcome, CorrectionRequest, NameKind, PublicClaim, PublicCorrection, PublicName
from claims.models.publication import RevisionKind
from claims.presenters.history import outcome_title
from claims.presenters.parts import TopicView
from claims.presenters.wording import day, moment, sentence, term
from sources.domain.errors import BadInput

MOST_TOPICS = 200
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class CorrectionLine:
    """One line of the corrections log."""

    iso: str
    day: str
    title: str
    statement: str
    path: str
    is_demonstration: bool
    text: str = ""
    language: str = ""


def topics() -> tuple[TopicView, ...]:
    """The topics of published claims, by name, at most :data:`MOST_TOPICS`."""
    rows = PublicName.objects.filter(kind=NameKind.TOPIC).order_by("name_folded", "key")[:MOST_TOPICS]
    return tuple(TopicView(row.name, row.key) for row in rows)


@dataclass(frozen=True)
class CorrectionPage:
    """Corrections or outcomes, newest first; ``after`` is the cursor of what follows, ``""`` at the end."""

    lines: tuple[CorrectionLine, ...]
    after: str


def corrections(limit: int, after: str = "") -> CorrectionPage:
    """At most ``limit`` revisions that are no first publication. ``after`` is the id of the last one shown.

    Raises ``BadInput`` (``cursor_unknown``).
    """
    rows = PublicCorrection.objects.select_related("public_claim", "revision").defer("revision__record")
    if after:
        last = rows.filter(revision__public_id=after).first() if _ID.fullmatch(after) else None
        if last is None:
            raise BadInput("cursor_unknown", "This list does not go on there. Start again at its top.")
        earlier = Q(published_at__lt=last.published_at) | Q(revision_id__lt=last.revision_id)
        rows = rows.filter(earlier, published_at__lte=last.published_at)
    found = list(rows.order_by("-published_at", "-revision_id")[: limit + 1])
    shown = found[:limit]
    after = str(shown[-1].revision.public_id) if len(found) > limit else ""
    return CorrectionPage(tuple(_correction(row) for row in shown), after)


def _correction(row: PublicCorrection) -> CorrectionLine:
    return CorrectionLine(
        iso=moment(row.published_at).date().isoformat(),
        day=day(row.published_at),
        title=sentence(term(RevisionKind(row.kind).label)),
        statement=row.public_claim.statement,
        path=f"/claims/{row.public_claim.slug}/#history",
        is_demonstration=row.public_claim.is_demonstration,
        language=row.public_claim.language,
    )


def outcomes(limit: int, after: str = "") -> CorrectionPage:
    """At most ``limit`` outcomes of readers' requests about pages that stand. ``after`` is the id of the last shown.

    What became of a request in our words; never the reader's, nor their name unless they agreed. What was no request
    is left out. Raises ``BadInput`` (``cursor_unknown``).
    """
    stands = Exists(PublicClaim.objects.filter(claim=OuterRef("claim")))
    rows = CorrectionRequest.objects.filter(stands, answered_at__isnull=False)
    rows = rows.exclude(outcome=CorrectionOutcome.NOT_A_REQUEST).defer("text", "email")
    if after:
        last = rows.filter(public_id=after).first() if _ID.fullmatch(after) else None
        if last is None:
            raise BadInput("cursor_unknown", "This list does not go on there. Start again at its top.")
        earlier = Q(answered_at__lt=last.answered_at) | Q(pk__lt=last.pk)
        rows = rows.filter(earlier, answered_at__lte=last.answered_at)
    found = list(rows.prefetch_related("claim__public").order_by("-answered_at", "-pk")[: limit + 1])
    shown = found[:limit]
    after = str(shown[-1].public_id) if len(found) > limit else ""
    return CorrectionPage(tuple(_outcome(row) for row in shown), after)


def _outcome(row: CorrectionRequest) -> CorrectionLine:
    at = moment(row.answered_at or row.received_at)
    public = row.claim.public
    return CorrectionLine(
        iso=at.date().isoformat(),
        day=day(at),
        title=outcome_title(row),
        statement=public.statement,
        path=f"/claims/{public.slug}/#outcomes",
        is_demonstration=public.is_demonstration,
        text=row.outcome_text,
        language=public.language,
    )


def up(rows: QuerySet[PublicClaim] | None = None) -> QuerySet[PublicClaim]:
    """Claims whose verdict stands on their page now."""
    return (PublicClaim.objects.all() if rows is None else rows).filter(state="up")
