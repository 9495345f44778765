"""Looking again at a published claim of which a cited source changed or went."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.desk.asking import ask
from claims.desk.entrance import desk_view, user_of
from claims.models import Notice
from claims.permissions import EDITOR, PUBLISHER, require
from claims.querysets import latest_revision_of, record_of, sightings_to_look_at
from claims.services.looking_again import look_again as write_down
from sources.domain.errors import NotFound
from sources.models import Anchoring, Capture


@dataclass(frozen=True)
class Quoted:
    """A passage as the page quotes it, and what became of it in the newest copy."""

    exact: str
    outcome: str
    found: str


@desk_view
@require_http_methods(["GET", "POST"])
def look_again(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """What was quoted and what stands there now; to be left standing with a reason, corrected, or reviewed again."""
    by = user_of(request)
    require(by, EDITOR, PUBLISHER)
    notice = Notice.objects.select_related("claim", "citation__source").filter(public_id=notice_id).first()
    if notice is None or notice.citation is None:
        raise NotFound("no_such_notice", "There is no such notice.")

    def act(post: QueryDict) -> tuple[str, str]:
        write_down(by=by, notice=notice, reason=post.get("reason", "").replace("\r\n", "\n"))
        return reverse("desk:queue"), "Written down. The notice stays on the page, with its date."

    newest = notice.citation.source.captures.filter(state="stored").order_by("-captured_at").first()
    context = {
        "notice": notice,
        "claim": notice.claim,
        "source": notice.citation.source,
        "newest": newest,
        "quoted": _quoted(notice, newest),
        "is_open": sightings_to_look_at().filter(pk=notice.pk).exists(),
    }
    return ask(request, "desk/look_again.html", context, act, section="stale")


def _quoted(notice: Notice, newest: Capture | None) -> tuple[Quoted, ...]:
    revision = latest_revision_of(notice.claim)
    if revision is None or notice.citation is None:
        return ()
    ours = str(notice.citation.public_id)
    passages = [row for each in record_of(revision).citations if each.id == ours for row in each.passages]
    found = Anchoring.objects.filter(capture=newest, passage__public_id__in=[row.id for row in passages])
    became = {str(row.passage.public_id): row for row in found.select_related("passage")}
    return tuple(_quote(row.exact, became.get(row.id)) for row in passages)


def _quote(exact: str, became: Anchoring | None) -> Quoted:
    if became is None:
        return Quoted(exact, "", "")
    return Quoted(exact, became.get_outcome_display(), became.found)
