"""Keeping the lists of names true: one row for what at least one published claim names, none for anything else."""

from collections.abc import Iterable
from dataclasses import dataclass

from claims.models import NameKind, PublicClaim, PublicName, PublicSource, PublicSpeaker, PublicTopic
from sources.domain.folding import fold


@dataclass(frozen=True, order=True)
class Named:
    """Something that a claim names: which list it is in, its key there, and its primary key."""

    kind: str
    key: str
    pk: int


def named_by(row: PublicClaim) -> set[Named]:
    """What the public rows of one claim name."""
    found = {
        Named(NameKind.SPEAKER.value, one.speaker.public_id.hex, one.speaker_id)
        for one in row.speakers.filter(is_attributed=True).select_related("speaker")
    }
    found |= {Named(NameKind.TOPIC.value, one.slug.lower(), one.topic_id) for one in row.topics.all()}
    for use in row.sources.select_related("source", "publisher"):
        if use.title:
            found.add(Named(NameKind.SOURCE.value, use.source.public_id.hex, use.source_id))
        if use.is_appearance and use.publisher is not None:
            found.add(Named(NameKind.OUTLET.value, use.publisher.public_id.hex, use.publisher.pk))
    return found


def refresh_names(concerned: Iterable[Named]) -> None:
    """Bring the lines of ``concerned`` up to the public rows, in one order, so that two publications never deadlock.

    The line is locked before its uses are looked for: what another publication adds meanwhile is seen.
    """
    for one in sorted(set(concerned)):
        list(PublicName.objects.select_for_update().filter(kind=one.kind, key=one.key).values_list("pk"))
        name = _name_of(one)
        if name:
            PublicName.objects.update_or_create(
                kind=one.kind, key=one.key, defaults={"name": name, "name_folded": fold(name)[:500]}
            )
        else:
            PublicName.objects.filter(kind=one.kind, key=one.key).delete()


def _name_of(one: Named) -> str:
    """As the newest claim that names it has it; ``""`` where none does any more."""
    if one.kind == NameKind.SPEAKER:
        said = PublicSpeaker.objects.filter(speaker=one.pk, is_attributed__in=[True]).order_by(
            "-public_claim_id", "-pk"
        )
        return said.values_list("name", flat=True).first() or ""
    if one.kind == NameKind.TOPIC:
        filed = PublicTopic.objects.filter(topic=one.pk).order_by("-public_claim_id", "-pk")
        return filed.values_list("name", flat=True).first() or ""
    uses = PublicSource.objects.order_by("-public_claim_id", "-pk")
    if one.kind == NameKind.SOURCE:
        return uses.filter(source=one.pk).exclude(title="").values_list("title", flat=True).first() or ""
    printed = uses.filter(publisher=one.pk, is_appearance__in=[True])
    return printed.values_list("publisher_name", flat=True).first() or ""
