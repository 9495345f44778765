"""Filing claims: topics, and what one claim is to another. None of it makes a new version."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify

from claims.models import Claim, Relation, Topic
from claims.permissions import EDITOR, require
from claims.services.drafting_checks import NOTE_LIMIT, relation_errors, room_in
from claims.services.drafts import RelationDraft
from sources.domain.errors import BadInput, DeskError, Several
from sources.domain.folding import fold
from sources.domain.typed_text import check_typed
from sources.services.history import record_event


def check_topic(*, name: str, topic: Topic | None = None) -> None:
    """Raise ``Several`` (``text_missing``, ``text_too_long``, ``topic_taken``) with what is wrong with ``name``."""
    errors: list[DeskError] = check_typed(
        name, field="name", what="The topic’s name", limit=room_in(Topic, "name"), is_required=True
    )
    taken = Topic.objects.filter(name_folded=fold(name))
    if topic is not None:
        taken = taken.exclude(pk=topic.pk)
    if not errors and taken.exists():
        errors.append(BadInput("topic_taken", "There is a topic of that name already.", field="name"))
    if errors:
        raise Several(errors)


def save_topic(*, by: User, name: str, topic: Topic | None = None) -> Topic:
    """Add a topic, or rename ``topic``; its address stays as it was first made."""
    require(by, EDITOR)
    with transaction.atomic():
        check_topic(name=name, topic=topic)
        before = {"name": topic.name} if topic is not None else None
        made = topic or Topic()
        made.name, made.name_folded = name.strip(), fold(name)
        if topic is None:
            made.slug = _free_slug(made)
        if before is None or before["name"] != made.name:
            made.save()
            record_event(
                by=by,
                action="topic_added" if before is None else "topic_renamed",
                subject=made,
                before=before,
                after={"name": made.name},
            )
    return made


def _free_slug(topic: Topic) -> str:
    slug = slugify(topic.name_folded)[:100] or f"topic-{topic.public_id.hex[:8]}"
    return f"{slug}-{topic.public_id.hex[:8]}" if Topic.objects.filter(slug=slug).exists() else slug


def file_under(*, by: User, claim: Claim, topics: Iterable[Topic]) -> Claim:
    """Set the topics of ``claim``."""
    require(by, EDITOR)
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim.pk)
        before = sorted(claim.topics.values_list("name", flat=True))
        claim.topics.set(topics)
        after = sorted(claim.topics.values_list("name", flat=True))
        if before != after:
            record_event(
                by=by,
                action="claim_filed",
                subject=claim,
                version=claim.version,
                before={"topics": before},
                after={"topics": after},
            )
    return claim


def relate(*, by: User, claim: Claim, kind: str, other: Claim, note: str = "") -> Relation:
    """Say that ``claim`` repeats, qualifies or contradicts ``other``; saying it again only changes the note."""
    require(by, EDITOR)
    errors = list(relation_errors((RelationDraft(kind=kind, other=other, note=note),), claim))
    if errors:
        raise Several(errors)
    with transaction.atomic():
        Claim.objects.select_for_update().get(pk=claim.pk)
        relation, is_new = Relation.objects.get_or_create(
            claim=claim, kind=kind, other=other, defaults={"note": note.strip()}
        )
        if is_new or relation.note != note.strip():
            relation.note = note.strip()
            relation.save()
            record_event(
                by=by,
                action="claim_related",
                subject=claim,
                version=claim.version,
                after={"kind": kind, "other": str(other.public_id), "note": relation.note},
            )
    return relation


def unrelate(*, by: User, relation: Relation) -> None:
    """Take back that one claim is related to another."""
    require(by, EDITOR)
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=relation.claim_id)
        record_event(
            by=by,
            action="claim_unrelated",
            subject=claim,
            version=claim.version,
            before={
                "kind": relation.kind,
                "other": str(relation.other.public_id),
                "note": relation.note[:NOTE_LIMIT],
            },
        )
        relation.delete()
