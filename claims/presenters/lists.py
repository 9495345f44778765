"""What stands on the lists: home, topics, speakers, sources, corrections. Reads index rows, revisions and notices."""

from dataclasses import dataclass

from django.db.models import Min, QuerySet

from claims.models import PublicClaim, PublicSource, PublicSpeaker, PublicTopic, Revision
from claims.models.publication import RevisionKind
from claims.presenters.parts import TopicView
from claims.presenters.wording import day, moment, sentence, term


@dataclass(frozen=True)
class CorrectionLine:
    """One line of the corrections log."""

    iso: str
    day: str
    title: str
    statement: str
    path: str
    is_demonstration: bool


@dataclass(frozen=True)
class NameLine:
    """A speaker or a source in a list of names."""

    name: str
    path: str


def topics() -> tuple[TopicView, ...]:
    """Every topic of a published claim, by name."""
    rows = PublicTopic.objects.values("slug").annotate(shown=Min("name")).order_by("shown")
    return tuple(TopicView(row["shown"], row["slug"]) for row in rows)


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


def speakers_of(rows: QuerySet[PublicSpeaker]) -> tuple[NameLine, ...]:
    """The speakers of ``rows``, each once, by name; a private person, victim or minor has no page and no line."""
    named = (
        rows.filter(speaker__is_private_person=False, is_attributed=True)
        .values("speaker__public_id")
        .annotate(shown=Min("name"), sort=Min("name_folded"))
        .order_by("sort", "speaker__public_id")
    )
    return tuple(NameLine(row["shown"], f"/speakers/{row['speaker__public_id']}/") for row in named)


def sources_of(rows: QuerySet[PublicSource]) -> tuple[NameLine, ...]:
    """The sources of ``rows``, each once, by title; never a protected one."""
    named = (
        rows.filter(source__is_protected=False)
        .exclude(title="")
        .values("source__public_id")
        .annotate(shown=Min("title"), sort=Min("title_folded"))
        .order_by("sort", "source__public_id")
    )
    return tuple(NameLine(row["shown"], f"/sources/{row['source__public_id']}/") for row in named)


def up(rows: QuerySet[PublicClaim] | None = None) -> QuerySet[PublicClaim]:
    """Claims whose verdict stands on their page now."""
    return (PublicClaim.objects.all() if rows is None else rows).filter(state="up")
