"""Questions that several doors and services ask of the rows, in the newsroom's words."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from claims.domain import dossier_v1
from claims.domain.dossier_v1 import Dossier
from claims.domain.lifecycle import RoundState
from claims.domain.record_schemas import read_record
from claims.domain.record_v1 import RevisionRecord
from claims.domain.records import Part
from claims.domain.veiling import sources_in
from claims.models import Claim, Notice, NoticeKind, PublicClaim, RecordPart, Reply, ReplyState, Revision, Round
from claims.models.rounds import OPEN_STATES
from sources.models import Event, Removal, Source

CONTRIBUTING_ACTIONS = (
    "claim_entered",
    "claim_edited",
    "passage_chosen",
    "passage_dropped",
    "evidence_added",
)
"""Events on a claim that make their author a contributor to every later version of it."""


def contributors_to(claim: Claim, *, up_to_version: int | None = None) -> set[int]:
    """The users who entered or edited ``claim``, or chose its evidence, up to a version (all, if ``None``).

    What one person wrote in version 1 still stands in version 3, so earlier versions count.
    """
    events = Event.objects.filter(subject_id=claim.public_id, action__in=CONTRIBUTING_ACTIONS, by__isnull=False)
    if up_to_version is not None:
        events = events.filter(Q(version__lte=up_to_version) | Q(version__isnull=True))
    return {pk for pk in events.values_list("by_id", flat=True) if pk is not None}


def raters_of(round_: Round) -> set[int]:
    """The users who handed in a rating of ``round_`` as reviewers."""
    return set(round_.ratings.exclude(stage="adjudicator").values_list("person_id", flat=True))


def glass_breakers_of(round_: Round) -> set[int]:
    """The users who looked at ratings of ``round_`` before the reveal, and are barred from it.

    Looking into an earlier round that closed unrevealed bars from its successors, which ask the same questions.
    """
    unrevealed = Q(number__lt=round_.number, revealed_at__isnull=True)
    asked_alike = Round.objects.filter(Q(pk=round_.pk) | unrevealed, claim=round_.claim_id)
    events = Event.objects.filter(
        subject_id__in=asked_alike.values("public_id"), action="glass_broken", by__isnull=False
    )
    return {pk for pk in events.values_list("by_id", flat=True) if pk is not None}


def open_round_of(claim: Claim) -> Round | None:
    """The one round of ``claim`` that is open, differing or in adjudication."""
    return claim.rounds.filter(state__in=OPEN_STATES).first()


def decided_round_of(claim: Claim) -> Round | None:
    """The newest decided round of ``claim``."""
    return claim.rounds.filter(state=RoundState.DECIDED.value).order_by("-number").first()


def latest_round_of(claim: Claim) -> Round | None:
    """The newest round of ``claim``, in whatever state."""
    return claim.rounds.order_by("-number").first()


def latest_revision_of(claim: Claim) -> Revision | None:
    """What is, or was last, published of ``claim``."""
    return claim.revisions.order_by("-number").first()


def revisions_at(slug: str) -> tuple[PublicClaim, list[Revision], bool] | None:
    """What is published at ``slug``: its index row, all revisions, oldest first, and whether it was removed whole.

    One query; ``None`` if nothing is published there.
    """
    gone = Removal.objects.filter(subject_id=OuterRef("claim__public_id"), field="", done_at__isnull=False)
    rows = Revision.objects.filter(claim__public__slug=slug).select_related("claim__public")
    found = list(rows.annotate(is_removed=Exists(gone)).order_by("number"))
    return (found[0].claim.public, [*found], found[0].is_removed) if found else None


def published() -> QuerySet[Claim]:
    """Claims with at least one revision: up, suspended or retracted."""
    return Claim.objects.filter(publication_state__in=("up", "suspended", "retracted"))


SIGHTING_KINDS = (NoticeKind.SOURCE_CHANGED, NoticeKind.SOURCE_GONE)
"""Notices of what the archive saw by itself."""


def sightings_to_look_at() -> QuerySet[Notice]:
    """Notices that a cited source changed or went, on pages that are up, at which nobody has looked since.

    Somebody has where an Event says so, or where a later revision was published, which looked at newer copies.
    """
    looked = Event.objects.filter(subject_id=OuterRef("public_id"), action="sighting_looked_at")
    revised = Revision.objects.filter(claim=OuterRef("claim"), published_at__gt=OuterRef("put_up_at"))
    rows = Notice.objects.filter(kind__in=SIGHTING_KINDS, lifted_at__isnull=True)
    return rows.filter(~Exists(looked), ~Exists(revised), claim__publication_state__in=("up", "suspended"))


def late_replies() -> QuerySet[Reply]:
    """Answers that were written down after the latest revision of a page that is up, and are not put up yet.

    ``answered_at`` is when the answer was written down.
    """
    events = Event.objects.filter(subject_id=OuterRef("claim__public_id"), action="reply_answered").order_by("-at")
    rows = Reply.objects.filter(claim__publication_state__in=("up", "suspended")).exclude(text="")
    rows = rows.annotate(answered_at=Subquery(events.values("at")[:1]))
    revised = Revision.objects.filter(claim=OuterRef("claim"), published_at__gte=OuterRef("answered_at"))
    told = Notice.objects.filter(
        claim=OuterRef("claim"), kind=NoticeKind.LATE_REPLY, put_up_at__gte=OuterRef("answered_at")
    )
    return rows.filter(~Exists(revised), ~Exists(told))


def replies_awaited() -> QuerySet[Reply]:
    """Letters without an answer on claims that are neither published nor in a round: what review waits for."""
    newer = Reply.objects.filter(claim=OuterRef("claim"), recorded_at__gt=OuterRef("recorded_at"))
    begun = Round.objects.filter(claim=OuterRef("claim"), state__in=(*OPEN_STATES, RoundState.DECIDED.value))
    rows = Reply.objects.filter(state=ReplyState.ASKED, text="", claim__publication_state="never")
    return rows.filter(~Exists(newer), ~Exists(begun))


TOLD_REMOVALS = ("capture", "passage", "recordpart", "correctionrequest")
"""Kinds of removals that are listed. One of a rating would tell before the reveal that there is a rating."""


def removals_waiting() -> QuerySet[Removal]:
    """Removals that were asked for and wait for a second person."""
    return Removal.objects.filter(subject_kind__in=TOLD_REMOVALS, field="", done_at__isnull=True)


def parts_of(sha256: str) -> list[Part]:
    """The removable parts of the dossier or record with that digest; those that were removed are blank."""
    rows = RecordPart.objects.filter(record_sha256=sha256).order_by("key")
    return [Part(key, salt, text) for key, salt, text in rows.values_list("key", "salt", "text")]


def record_of(revision: Revision) -> RevisionRecord:
    """What ``revision`` says, with ``[removed]`` where words were destroyed."""
    return read_record(revision.schema, revision.record, parts_of(revision.record_sha256))


def records_of(revisions: Sequence[Revision]) -> list[RevisionRecord]:
    """What each of ``revisions`` says, in their order, with one query for the parts of all."""
    parts: dict[str, list[Part]] = {revision.record_sha256: [] for revision in revisions}
    rows = RecordPart.objects.filter(record_sha256__in=list(parts))
    for digest, key, salt, text in rows.values_list("record_sha256", "key", "salt", "text"):
        parts[digest].append(Part(key, salt, text))
    return [read_record(row.schema, row.record, parts[row.record_sha256]) for row in revisions]


def protected_in(records: Iterable[RevisionRecord]) -> dict[str, str]:
    """The sources named in ``records`` that are protected now, by ``public_id``, each with its reason for readers."""
    ids = {one for record in records for one in sources_in(record)}
    rows = Source.objects.filter(public_id__in=ids, is_protected=True)
    return {str(public_id): reason for public_id, reason in rows.values_list("public_id", "protected_reason")}


def dossier_of(round_: Round) -> Dossier:
    """What ``round_`` froze, with ``[removed]`` where words were destroyed."""
    return dossier_v1.read(round_.dossier.text, parts_of(round_.dossier.sha256))
