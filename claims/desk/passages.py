"""An editor's passages: the words of each citation's archived text that reviewers should not miss."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from claims.desk.asking import ask, fields_ending
from claims.desk.entrance import claim_named, desk_view, user_of
from claims.desk.lines import page_of
from claims.models import Citation, CitedPassage, Claim
from claims.permissions import EDITOR, PUBLISHER, groups_of, require
from claims.querysets import open_round_of
from claims.services.choosing_passages import choose_quote, drop_passage
from claims.services.dossiers import copy_for
from sources.domain.errors import BadInput, DeskError, NotFound
from sources.domain.text_blocks import Mark, blocks_with_marks
from sources.services.ocr_notes import words_of_note
from sources.services.quote import text_of

FIELDS = ("exact", "prefix", "suffix")


@dataclass(frozen=True)
class Sheet:
    """One citation: its copy's text in blocks with the chosen words marked, or why there is none."""

    id: str
    number: int
    title: str
    copy_url: tuple[str, str] | None
    chosen: tuple[tuple[str, str], ...]
    blocks: tuple[tuple[tuple[str, bool], ...], ...]
    nothing: str
    by_ocr: str


@desk_view
@require_http_methods(["GET", "POST"])
def passages(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Choose words by typing or pasting them, and drop what was chosen. Each makes a new version of the claim."""
    by, claim = user_of(request), claim_named(claim_id)
    require(by, EDITOR, PUBLISHER)

    def act(post: QueryDict) -> tuple[str, str]:
        do, _, which = post.get("do", "").partition(":")
        here = page_of("passages", claim)
        if do == "choose":
            citation = _citation(claim, which)
            typed = {
                name: post.get(f"{name}-{which}", "").replace("\r\n", "\n") for name in ("exact", "prefix", "suffix")
            }
            with fields_ending(f"-{which}"):
                choose_quote(by=by, citation=citation, **typed)
            return f"{here}#source-{which}", "Chosen. The claim is at a new version."
        if do == "drop":
            chosen = _chosen(claim, which)
            drop_passage(by=by, citation=chosen.citation, passage=chosen.passage)
            return f"{here}#source-{chosen.citation.public_id}", "Dropped. The claim is at a new version."
        raise BadInput("deed_unknown", "Choose what to do.")

    context = {
        "claim": claim,
        "sheets": [_sheet(row) for row in _citations(claim)],
        "may_choose": EDITOR in groups_of(by),
        "is_under_review": open_round_of(claim) is not None,
    }
    return ask(request, "desk/passages.html", context, act)


def _citations(claim: Claim) -> list[Citation]:
    rows = claim.citations.select_related("source").prefetch_related("cited_passages__passage")
    return list(rows.order_by("position"))


def _sheet(citation: Citation) -> Sheet:
    rows = sorted((row.passage for row in citation.cited_passages.all()), key=lambda row: row.start)
    copy, text, nothing = copy_for(citation), "", ""
    if copy is None:
        nothing = citation.unobtainable_reason or "There is no usable copy of it yet."
    else:
        try:
            text = text_of(copy.text)
        except DeskError as error:
            nothing = error.sentence
    standing = {copy.text.sha256} if copy else set()
    marks = [Mark(row.start, row.end, str(row.public_id)) for row in rows if row.text_sha256 in standing]
    blocks = blocks_with_marks(text, marks) if text else ()
    return Sheet(
        id=str(citation.public_id),
        number=citation.position,
        title=str(citation.source),
        copy_url=(str(citation.source.public_id), str(copy.capture.public_id)) if copy else None,
        chosen=tuple((str(row.public_id), row.exact) for row in rows),
        blocks=tuple(tuple((run.text, bool(run.passage_ids)) for run in block.segments) for block in blocks),
        nothing=nothing,
        by_ocr=words_of_note(copy.text) if copy else "",
    )


def _citation(claim: Claim, public_id: str) -> Citation:
    found = next((row for row in _citations(claim) if str(row.public_id) == public_id), None)
    if found is None:
        raise NotFound("no_such_citation", "This source is not cited here.")
    return found


def _chosen(claim: Claim, public_id: str) -> CitedPassage:
    rows = CitedPassage.objects.filter(citation__claim=claim).select_related("citation", "passage")
    found = next((row for row in rows if str(row.passage.public_id) == public_id), None)
    if found is None:
        raise NotFound("no_such_passage", "This passage is not chosen here.")
    return found
