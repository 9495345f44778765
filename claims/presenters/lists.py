"""What stands on the lists: home, topics, speakers, sources, corrections. Reads index rows, revisions and notices."""

from dataclasses import dataclass

from django.db.models import QuerySet

from claims.models import NameKind, PublicClaim, PublicName, Revision
from claims.models.publication import RevisionKind
from claims.presenters.parts import TopicView
from claims.presenters.wording import day, moment, sentence, term

MOST_TOPICS = 200


@dataclass(frozen=True)
class CorrectionLine:
    """One line of the corrections log."""

    iso: str
    day: str
    title: str
    statement: str
    path: str
    is_demonstration: bool


def topics() -> tuple[TopicView, ...]:
    """The topics of published claims, by name, at most :data:`MOST_TOPICS`."""
    rows = PublicName.objects.filter(kind=NameKind.TOPIC).order_by("name_folded", "key")[:MOST_TOPICS]
    return tuple(TopicView(row.name, row.key) for row in rows)


def corrections(limit: int) -> tuple[CorrectionLine, ...]:
    """The newest ``limit`` revisions that are no first publication, newest first."""
    rows = (
        Revision.objects.exclude(kind=RevisionKind.FIRST)
        .filter(claim__public__isnull=False)
        .select_related("claim__public")
        .order_by("-published_at", "-pk")[:limit]
    )
    return tuple(
        CorrectionLine(
            iso=moment(row.published_at).date().isoformat(),
            day=day(row.published_at),
            title=sentence(term(row.get_kind_display())),
            statement=row.claim.public.statement,
            path=f"/claims/{row.claim.public.slug}/#history",
            is_demonstration=row.claim.public.is_demonstration,
        )
        for row in rows
    )


def up(rows: QuerySet[PublicClaim] | None = None) -> QuerySet[PublicClaim]:
    """Claims whose verdict stands on their page now."""
    return (PublicClaim.objects.all() if rows is None else rows).filter(state="up")
