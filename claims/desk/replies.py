"""Right of reply: that the speaker or the outlet was asked, what came back, and a late answer on the page."""

from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from claims.desk.asking import ask
from claims.desk.entrance import claim_named, desk_view, user_of
from claims.desk.lines import page_of
from claims.desk.moments import moment_typed
from claims.models import Claim, Reply
from claims.permissions import EDITOR, PUBLISHER, groups_of, require
from claims.querysets import late_replies
from claims.services.late_replies import put_up_late_reply
from claims.services.replying import ReplyDraft, deadline_warning, record_answers, record_replies, same_letter
from sources.domain.errors import BadInput, WrongState

MOST_COVERED = 30


@desk_view
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Every step of the right of reply for one claim; one letter may cover several claims of the same speaker."""
    by, claim = user_of(request), claim_named(claim_id)
    require(by, EDITOR, PUBLISHER)
    newest = claim.replies.select_related("claim").first()
    others = _of_the_same_speaker(claim)
    here = page_of("reply", claim)

    def act(post: QueryDict) -> tuple[str, str]:
        do = post.get("do", "")
        if do == "ask":
            covered = [claim, *(row for row in others if str(row.public_id) in post.getlist("covers"))]
            record_replies(by=by, claims=covered, draft=_draft(post))
            return here, "Written down." if len(covered) == 1 else f"Written down for {len(covered)} claims."
        if newest is None:
            raise WrongState("nobody_was_asked", "Nobody was asked here. Write down first that somebody was.")
        if do == "answer":
            received_at = moment_typed(post.get("received_at", ""), field="received_at")
            rows = [newest, *(row for row in same_letter(newest) if str(row.public_id) in post.getlist("also"))]
            text = post.get("text", "").replace("\r\n", "\n")
            record_answers(by=by, replies=rows, text=text, received_at=received_at)
            return here, "The answer is written down."
        if do == "late":
            put_up_late_reply(by=by, reply=newest, text=post.get("late", "").replace("\r\n", "\n"))
            return page_of("claim", claim), "The answer stands beside the verdict now."
        raise BadInput("deed_unknown", "Choose what to do.")

    return ask(request, "desk/reply.html", _context(by, claim, newest, others), act, section="replies")


def _context(by: User, claim: Claim, newest: Reply | None, others: list[Claim]) -> dict[str, object]:
    is_open = newest is not None and newest.state == "asked" and not newest.text
    is_late = newest is not None and late_replies().filter(pk=newest.pk).exists()
    return {
        "claim": claim,
        "newest": newest,
        "earlier": claim.replies.select_related("recorded_by").order_by("-recorded_at", "-pk")[1:20],
        "others": others,
        "also": same_letter(newest) if newest is not None and is_open else (),
        "is_open": is_open,
        "is_late": is_late,
        "late_words": _late_words(newest) if newest is not None and is_late else "",
        "warning": deadline_warning(claim),
        "may_record": EDITOR in groups_of(by),
        "may_put_up": PUBLISHER in groups_of(by),
    }


def _late_words(answered: Reply) -> str:
    at = timezone.localtime(answered.received_at) if answered.received_at else timezone.localtime()
    return f"{answered.addressee} answered on {at:%-d %B %Y}: “{answered.text}”"


def _draft(post: QueryDict) -> ReplyDraft:
    words = {name: post.get(name, "").replace("\r\n", "\n") for name in ("state", "addressee", "reason", "letter")}
    is_asked = words["state"] == "asked"
    return ReplyDraft(
        **words,
        asked_at=moment_typed(post.get("asked_at", ""), field="asked_at") if is_asked else None,
        deadline_at=moment_typed(post.get("deadline_at", ""), field="deadline_at") if is_asked else None,
    )


def _of_the_same_speaker(claim: Claim) -> list[Claim]:
    """Other claims not published yet that are attributed to the same speaker or source."""
    link = claim.links.filter(is_attributed=True).first()
    if link is None or (link.speaker_id is None and link.source_id is None):
        return []
    who = {"links__speaker": link.speaker_id} if link.speaker_id else {"links__source": link.source_id}
    rows = Claim.objects.filter(links__is_attributed=True, publication_state="never", **who).exclude(pk=claim.pk)
    return list(rows.order_by("-created_at", "-pk")[:MOST_COVERED])
