"""What somebody has to do next, for the first page of the admin. A fixed number of queries, whatever there is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from claims.models import Citation, Claim, EvidenceRequest, Reply, Round
from claims.permissions import is_editor, is_publisher
from sources.models import Capture, Usability

SHOWN = 6


@dataclass(frozen=True)
class Item:
    """One thing to do: where, what, and why."""

    url: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Things of one kind. ``empty`` is what is said where there are none."""

    title: str
    items: tuple[Item, ...]
    count: int
    empty: str
    more_url: str = ""


def what_to_do(user: User | AnonymousUser) -> list[Group]:
    """The groups for ``user``; none for somebody who neither edits nor publishes."""
    groups: list[Group] = []
    if is_editor(user):
        groups += [_captures(), _evidence(), _replies(), _drafts(), _outdated()]
    if is_editor(user) or is_publisher(user):
        groups += [_held()]
    return groups


def _group(title: str, rows: QuerySet[Any], item: Callable[[Any], Item], *, empty: str, more_url: str = "") -> Group:
    found = list(rows[: SHOWN + 1])
    count = len(found) if len(found) <= SHOWN else rows.count()
    return Group(
        title=title,
        items=tuple(item(row) for row in found[:SHOWN]),
        count=count,
        empty=empty,
        more_url=more_url if count > SHOWN else "",
    )


def _claim_url(pk: int) -> str:
    return reverse("admin:claims_claim_change", args=[pk])


def _captures() -> Group:
    newest = Capture.objects.filter(source=OuterRef("source")).order_by("-requested_at", "-pk")
    judged = Usability.objects.filter(capture=OuterRef("newest")).order_by("-created_at", "-pk")
    rows = (
        Citation.objects.filter(unobtainable_reason="", source__kind="web")
        .exclude(claim__publication_state="withdrawn")
        .annotate(
            newest=Subquery(newest.values("pk")[:1]),
            newest_state=Subquery(newest.values("state")[:1]),
            newest_sentence=Subquery(newest.values("failure_sentence")[:1]),
        )
        .annotate(verdict=Subquery(judged.values("verdict")[:1]), judged_reason=Subquery(judged.values("reason")[:1]))
        .filter(Q(newest_state__in=("failed", "refused")) | Q(verdict__isnull=False) & ~Q(verdict="usable"))
        .select_related("source", "claim")
        .order_by("-claim__created_at", "position")
    )
    return _group(
        "Captures that need you",
        rows,
        lambda row: Item(
            _claim_url(row.claim_id), _cut(str(row.source)), _cut(row.newest_sentence or row.judged_reason or "")
        ),
        empty="Every source that is cited was captured, or is on its way.",
        more_url=reverse("admin:sources_capture_changelist") + "?state__exact=failed",
    )


def _evidence() -> Group:
    rows = EvidenceRequest.objects.filter(state="open").select_related("round__claim").order_by("asked_at", "pk")
    return _group(
        "Evidence that reviewers ask for",
        rows,
        lambda row: Item(_claim_url(row.round.claim_id), _cut(row.wanted), _cut(str(row.round.claim))),
        empty="No reviewer is waiting for other evidence.",
    )


def _replies() -> Group:
    rows = (
        Reply.objects.filter(state="asked", text="", deadline_at__lte=timezone.now())
        .filter(claim__publication_state="never", claim__rounds__isnull=True)
        .select_related("claim")
        .order_by("deadline_at", "pk")
    )
    return _group(
        "Deadlines that have passed",
        rows,
        lambda row: Item(
            reverse("admin:claims_reply_change", args=[row.pk]),
            f"{row.addressee} had until {timezone.localtime(row.deadline_at):%d %B %Y}",
            _cut(str(row.claim)),
        ),
        empty="Nobody who was asked is overdue.",
    )


def _drafts() -> Group:
    rows = Claim.objects.filter(publication_state="never", hold_reason="", rounds__isnull=True).order_by(
        "-created_at", "-pk"
    )
    return _group(
        "Claims that are not in review yet",
        rows,
        lambda row: Item(_claim_url(row.pk), _cut(row.statement)),
        empty="Every claim has gone to review.",
        more_url=reverse("admin:claims_claim_changelist") + "?publication_state__exact=never",
    )


def _outdated() -> Group:
    newest = Round.objects.filter(claim=OuterRef("pk")).order_by("-number")
    rows = (
        Claim.objects.exclude(publication_state="withdrawn")
        .annotate(
            round_state=Subquery(newest.values("state")[:1]),
            round_version=Subquery(newest.values("claim_version")[:1]),
        )
        .filter(
            Q(round_state__in=("superseded", "abandoned"))
            | Q(round_state="decided", publication_state="never") & ~Q(round_version=F("version"))
        )
        .order_by("-updated_at", "-pk")
    )
    return _group(
        "Claims whose review has to begin again",
        rows,
        lambda row: Item(_claim_url(row.pk), _cut(row.statement)),
        empty="No review was overtaken by an edit.",
    )


def _held() -> Group:
    rows = Claim.objects.exclude(hold_reason="").order_by(F("hold_until").asc(nulls_last=True), "-pk")
    return _group(
        "On hold",
        rows,
        lambda row: Item(_claim_url(row.pk), _cut(row.statement), _cut(row.hold_reason)),
        empty="Nothing is on hold.",
    )


def _cut(text: str, limit: int = 110) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
