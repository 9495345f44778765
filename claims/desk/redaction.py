"""Leaving a name visibly out of what a reviewer wrote: choose the words, look at what will be published, keep it."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.desk.asking import ask
from claims.desk.entrance import desk_view, show, user_of
from claims.desk.visibility import may_see_ratings
from claims.models import Rating, Writeup
from claims.permissions import EDITOR, PUBLISHER, require
from claims.services.lettering import letters_of
from claims.services.redacting import REDACTED, Words, check_redaction, redact, words_of
from sources.domain.errors import BadInput, NotFound, WrongPerson


@dataclass(frozen=True)
class Written:
    """What one person wrote, under a letter."""

    id: str
    who: str
    texts: tuple[Words, ...]
    left_out: tuple[tuple[str, str], ...]


@desk_view
@require_http_methods(["GET", "POST"])
def redaction(request: HttpRequest, writeup_id: UUID) -> HttpResponse:
    """Every text that will be published of a round, and one form to leave words out of them."""
    by = user_of(request)
    require(by, EDITOR, PUBLISHER)
    writeup = Writeup.objects.select_related("claim", "round").filter(public_id=writeup_id).first()
    if writeup is None:
        raise NotFound("no_such_text", "There is no such text.")
    if not may_see_ratings(by, writeup.round):
        raise WrongPerson("not_shown_yet", "The ratings of this round are not shown yet.")
    ratings = list(writeup.round.ratings.select_related("round").prefetch_related("findings", "redactions"))
    context = {"writeup": writeup, "claim": writeup.claim, "mark": REDACTED, "written": _written(ratings)}

    def act(post: QueryDict) -> tuple[str, str]:
        rating, exact = _rating(ratings, post), post.get("exact", "")
        if post.get("do") == "redact":
            redact(by=by, rating=rating, exact=exact, reason=post.get("reason", ""))
            return reverse("desk:redact", args=(writeup.public_id,)), "These words will be visibly left out."
        check_redaction(by=by, rating=rating, exact=exact)
        raise BadInput("deed_unknown", "Choose what to do.")

    if request.method == "POST" and request.POST.get("do") == "preview":
        with suppress(BadInput):
            preview = _preview(by, ratings, request.POST)
            return show(request, "desk/redact.html", {**context, **preview}, section="approve")
    return ask(request, "desk/redact.html", context, act, section="approve")


def _preview(by: User, ratings: list[Rating], post: QueryDict) -> dict[str, Any]:
    """What the page shows with the words left out, and nothing kept."""
    chosen = _rating(ratings, post)
    words = check_redaction(by=by, rating=chosen, exact=post.get("exact", ""))
    return {
        "written": _written(ratings, chosen=chosen, besides=words),
        "typed": post.dict(),
        "is_preview": True,
        "times": sum(text.original.count(words) for text in words_of(chosen)),
    }


def _written(ratings: list[Rating], *, chosen: Rating | None = None, besides: str = "") -> tuple[Written, ...]:
    letters = letters_of(ratings[0].round) if ratings else {}
    return tuple(
        Written(
            id=str(row.public_id),
            who=f"Reviewer {letters[row.person_id]}" if row.person_id in letters else "The adjudicator",
            texts=words_of(row, besides=besides if chosen is not None and chosen.pk == row.pk else ""),
            left_out=tuple((each.exact, each.reason) for each in row.redactions.all()),
        )
        for row in sorted(ratings, key=lambda row: (letters.get(row.person_id, "~"), row.pk))
    )


def _rating(ratings: list[Rating], post: QueryDict) -> Rating:
    found = next((row for row in ratings if str(row.public_id) == post.get("rating")), None)
    if found is None:
        raise BadInput("rating_of_another_round", "Choose whose words are meant.", field="rating")
    return found
