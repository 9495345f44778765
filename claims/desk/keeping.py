"""What must be kept and what must go: judging a copy by hand, legal holds, removals by two people (DESIGN 5.14)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.desk.asking import ask, field_named, fields_ending
from claims.desk.copies import copy_named
from claims.desk.entrance import claim_named, desk_view, user_of
from claims.models import CitedPassage, Claim, RecordPart
from claims.permissions import EDITOR, PUBLISHER, require
from claims.querysets import TOLD_REMOVALS, removals_waiting
from claims.services.removing import RemovalDraft, ask_removals, places_of
from claims.services.removing import carry_out_removal as destroy_words
from sources.domain.errors import BadInput, NotFound
from sources.models import Capture, LegalHold, Passage, Removal, RemovalReason, UsabilityVerdict
from sources.permissions import granted
from sources.services.hold import lift_hold, place_hold
from sources.services.judge import judge_by_hand
from sources.services.remove import RemovalAsked, ask_removal
from sources.services.remove import carry_out_removal as destroy_bytes

SHORTEST, MOST_LISTED = 3, 50


@dataclass(frozen=True)
class Asked:
    """A removal as it is listed."""

    id: str
    what: str
    url: str
    ground: str
    basis: str
    asked_by: str
    asked_at: datetime
    done_by: str
    done_at: datetime | None
    is_own: bool


@desk_view
@require_http_methods(["GET", "POST"])
def copy_steps(request: HttpRequest, source_id: UUID, capture_id: UUID) -> HttpResponse:
    """Judge a copy by hand, keep it from being destroyed, or ask that it be destroyed."""
    by, found = user_of(request), copy_named(source_id, capture_id)
    require(by, EDITOR, PUBLISHER)

    def act(post: QueryDict) -> tuple[str, str]:
        here = reverse("desk:copy_steps", args=(source_id, capture_id))
        do, _, which = post.get("do", "").partition(":")
        if do == "judge":
            judge_by_hand(by=by, capture=found, verdict=post.get("verdict", ""), reason=post.get("reason", ""))
            return here, "Judged. The rules’ own judgement stays beside it."
        if do == "hold":
            subject = found.source if post.get("whole") == "yes" else found
            with field_named("reason", "hold_reason"):
                place_hold(by=by, subject=subject, reason=_words(post, "hold_reason"))
            return here, "It is under a legal hold now."
        if do == "remove":
            subject_ = _passage_of(found, which) if which else found
            with field_named("reason", "ground"):
                ask_removal(by=by, asked=RemovalAsked(subject=subject_, **_removal_fields(post)))
            return reverse("desk:removals"), "Asked for. A second person carries it out."
        raise BadInput("deed_unknown", "Choose what to do.")

    may = granted(by)
    context = {
        "capture": found,
        "source": found.source,
        "judgements": found.usabilities.select_related("judged_by").order_by("-created_at", "-pk"),
        "verdicts": UsabilityVerdict,
        "holds": LegalHold.objects.filter(
            subject_id__in=(found.public_id, found.source.public_id), lifted_at__isnull=True
        ).select_related("placed_by"),
        "passages": _editors_passages(found),
        "grounds": RemovalReason,
        "may_judge": "sources.change_capture" in may,
        "may_hold": "sources.add_legalhold" in may,
        "may_remove": "sources.add_removal" in may,
    }
    return ask(request, "desk/copy_steps.html", context, act)


@desk_view
@require_http_methods(["GET", "POST"])
def removals(request: HttpRequest) -> HttpResponse:
    """Removals that wait for a second person, those that were carried out, and the legal holds that stand."""
    by = user_of(request)
    require(by, EDITOR, PUBLISHER)

    def act(post: QueryDict) -> tuple[str, str]:
        do, _, which = post.get("do", "").partition(":")
        here = reverse("desk:removals")
        if do == "carry_out":
            removal = next((row for row in removals_waiting() if str(row.public_id) == which), None)
            if removal is None:
                raise NotFound("no_such_removal", "There is no such removal that waits.")
            if post.get("sure") != "yes":
                raise BadInput("not_sure", "Say that you know it cannot be undone.", field=f"sure-{which}")
            destroy = destroy_bytes if removal.subject_kind in ("capture", "passage") else destroy_words
            destroy(by=by, removal=removal)
            return here, "Destroyed. That it was stays written down."
        if do == "lift":
            hold = next((row for row in _holds() if str(row.public_id) == which), None)
            if hold is None:
                raise NotFound("no_such_hold", "There is no such hold.")
            with fields_ending(f"-{which}"):
                lift_hold(by=by, hold=hold, reason=_words(post, f"reason-{which}"))
            return here, "The hold is lifted."
        raise BadInput("deed_unknown", "Choose what to do.")

    done = Removal.objects.filter(subject_kind__in=TOLD_REMOVALS, field="", done_at__isnull=False)
    context = {
        "waiting": _told(removals_waiting().order_by("asked_at", "pk")[:MOST_LISTED], by),
        "done": _told(done.order_by("-done_at", "-pk")[:MOST_LISTED], by),
        "holds": _holds(),
        "may_carry_out": "sources.change_removal" in granted(by),
        "may_lift": "sources.change_legalhold" in granted(by),
    }
    return ask(request, "desk/removals.html", context, act, section="removals")


@desk_view
@require_http_methods(["GET", "POST"])
def remove_words(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Look for words in a claim's dossiers and records, and ask that the parts that hold them be destroyed."""
    by, claim = user_of(request), claim_named(claim_id)
    require(by, EDITOR, PUBLISHER)
    words = (request.POST if request.method == "POST" else request.GET).get("words", "").strip().replace("\x00", "")
    places = places_of(claim, words) if len(words) >= SHORTEST else []

    def act(post: QueryDict) -> tuple[str, str]:
        chosen = [row for row in places if str(row.public_id) in post.getlist("parts")]
        if not chosen:
            raise BadInput("parts_missing", "Choose what is to be destroyed.", field="parts")
        fields = _removal_fields(post)
        with field_named("reason", "ground"):
            ask_removals(by=by, drafts=[RemovalDraft("recordpart", row.public_id, **fields) for row in chosen])
        return reverse("desk:removals"), "Asked for. A second person carries it out."

    context = {
        "claim": claim,
        "words": words,
        "is_short": 0 < len(words) < SHORTEST,
        "places": [(str(row.public_id), _place(row, claim), row.text) for row in places],
        "grounds": RemovalReason,
    }
    return ask(request, "desk/remove_words.html", context, act)


def _words(post: QueryDict, name: str) -> str:
    return post.get(name, "").replace("\r\n", "\n")


def _removal_fields(post: QueryDict) -> dict[str, Any]:
    status = post.get("http_status", "410")
    return {
        "reason": post.get("ground", ""),
        "basis": _words(post, "basis"),
        "note_for_readers": _words(post, "note_for_readers"),
        "http_status": int(status) if status in ("410", "451") else 0,
    }


def _editors_passages(capture: Capture) -> list[Passage]:
    """Passages of editors in the copy. Those of raters are theirs alone before the reveal, and are not listed."""
    rows = CitedPassage.objects.filter(passage__artefact__capture=capture).select_related("passage")
    return list({row.passage.pk: row.passage for row in rows}.values())


def _passage_of(capture: Capture, public_id: str) -> Passage:
    found = next((row for row in _editors_passages(capture) if str(row.public_id) == public_id), None)
    if found is None:
        raise NotFound("no_such_passage", "There is no such passage of an editor here.")
    return found


def _holds() -> QuerySet[LegalHold]:
    return LegalHold.objects.filter(lifted_at__isnull=True).select_related("placed_by").order_by("placed_at")


WHAT = {
    "capture": "An archived copy",
    "passage": "Words of a passage",
    "recordpart": "Words of a record",
    "correctionrequest": "A reader’s request",
}


def _told(rows: QuerySet[Removal], by: User) -> list[Asked]:
    found = list(rows.select_related("asked_by", "done_by"))
    captures = Capture.objects.filter(public_id__in=[row.subject_id for row in found]).select_related("source")
    named = {capture.public_id: capture for capture in captures}
    return [_line(row, named.get(row.subject_id), by) for row in found]


def _line(row: Removal, capture: Capture | None, by: User) -> Asked:
    url = reverse("desk:copy", args=(capture.source.public_id, capture.public_id)) if capture else ""
    return Asked(
        id=str(row.public_id),
        what=f"Archived copy of “{capture.source}”" if capture else WHAT[row.subject_kind],
        url="" if row.done_at else url,
        ground=row.get_reason_display(),
        basis=row.basis,
        asked_by=row.asked_by.get_username(),
        asked_at=row.asked_at,
        done_by=row.done_by.get_username() if row.done_by else "",
        done_at=row.done_at,
        is_own=row.asked_by_id == by.pk,
    )


def _place(row: RecordPart, claim: Claim) -> str:
    revision = claim.revisions.filter(record_sha256=row.record_sha256).first()
    return f"Revision {revision.number}, {row.key}" if revision else f"A dossier, {row.key}"
