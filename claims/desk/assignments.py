"""Who has which round, for editors and publishers: give, give to another, give more time, take back.

What is shown is who was given a round and until when, and never who handed in: a reviewer who has looks like one who
has not, and each step answers the same for both (DESIGN 5.6).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from claims.desk.asking import ask, fields_ending
from claims.desk.entrance import desk_view, round_named, show, user_of
from claims.desk.lines import Feed, line, page_of
from claims.desk.moments import moment_typed
from claims.desk.queue import Filters, filters_from, languages, topics
from claims.domain.lifecycle import RoundState
from claims.models import Assignment, AssignmentState, Capacity, Round
from claims.permissions import EDITOR, PUBLISHER, REVIEWER, require
from claims.querysets import contributors_to, glass_breakers_of
from claims.services.assigning import assign
from claims.services.taking_back import extend, reassign, take_back
from sources.domain.errors import BadInput, NotFound

PAGE = 25
HELD = (AssignmentState.GIVEN, AssignmentState.HANDED_IN)


@dataclass(frozen=True)
class Hand:
    """Somebody who was given a round. Whether they have handed in is not known here."""

    id: str
    name: str
    given_at: datetime
    drew_it: bool
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class Row:
    """A round that is being rated, and whose hands it is in."""

    statement: str
    url: str
    opened_at: datetime
    is_demonstration: bool
    hands: tuple[Hand, ...]
    places_left: int


def name_of(person: User) -> str:
    """How the desk calls somebody."""
    return person.get_full_name() or person.get_username()


def _hands(rows: QuerySet[Assignment] | list[Assignment], now: datetime) -> tuple[Hand, ...]:
    return tuple(
        Hand(
            id=str(row.public_id),
            name=name_of(row.person),
            given_at=row.given_at,
            drew_it=row.given_by_id == row.person_id,
            due_at=row.due_at,
            is_late=row.due_at is not None and row.due_at < now,
        )
        for row in rows
    )


def _held() -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(capacity=Capacity.RATER, state__in=HELD, taken_back_at__isnull=True)
    return rows.select_related("person").order_by("given_at", "pk")


@desk_view
@require_http_methods(["GET"])
def assignments(request: HttpRequest) -> HttpResponse:
    """Every round that is being rated, oldest first, with the people who have it."""
    require(user_of(request), EDITOR, PUBLISHER)
    filters = filters_from(request.GET)
    open_ = Round.objects.filter(state=RoundState.OPEN).select_related("claim").order_by("opened_at", "pk")
    feed = filters.narrow(Feed(open_, lambda row: line(row.claim, page_of("people", row), row.opened_at)))
    paged = Paginator(feed.rows.prefetch_related(Prefetch("assignments", _held(), to_attr="held")), PAGE)
    page = paged.get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [
        Row(
            row.claim.statement,
            page_of("people", row),
            row.opened_at,
            row.claim.is_demonstration,
            _hands(row.held, now),
            max(0, row.quorum - len(row.held)),
        )
        for row in page.object_list
    ]
    context = {
        "rows": rows,
        "page": page,
        "filters": filters,
        "topics": topics(),
        "languages": languages(),
        "newer": _query(filters, page.previous_page_number()) if page.has_previous() else "",
        "older": _query(filters, page.next_page_number()) if page.has_next() else "",
    }
    return show(request, "desk/assignments.html", context, section="assignments")


def _query(filters: Filters, page: int) -> str:
    return "&".join(filter(None, (f"page={page}", filters.query)))


@desk_view
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The people of one round, and the steps with each of them."""
    by, found = user_of(request), round_named(round_id)
    require(by, EDITOR, PUBLISHER)

    def act(post: QueryDict) -> tuple[str, str]:
        do, _, which = post.get("do", "").partition(":")
        here = page_of("people", found)
        if do == "give":
            person, due_at = _person(post, "person"), moment_typed(post.get("due_at", ""), field="due_at")
            assign(by=by, round_=found, person=person, due_at=due_at)
            return here, f"Given to {name_of(person)}."
        with fields_ending(f"-{which}"):
            return here, _step(by, do, _assignment(found, which), post, f"-{which}")

    is_open = found.state == RoundState.OPEN
    hands = _hands(_held().filter(round=found), timezone.now()) if is_open else ()
    context = {
        "round": found,
        "claim": found.claim,
        "is_open": is_open,
        "hands": hands,
        "places_left": max(0, found.quorum - len(hands)),
        "free": _free(found) if is_open else [],
    }
    return ask(request, "desk/people.html", context, act, section="assignments")


def _step(by: User, do: str, assignment: Assignment, post: QueryDict, suffix: str) -> str:
    name, reason = name_of(assignment.person), post.get(f"reason{suffix}", "").replace("\r\n", "\n")
    if do == "extend":
        due_at = moment_typed(post.get(f"due_at{suffix}", ""), field="due_at")
        if due_at is None:
            raise BadInput("due_missing", "Say until when.", field="due_at")
        extend(by=by, assignment=assignment, due_at=due_at)
        return f"{name} has more time."
    if do == "take_back":
        take_back(by=by, assignment=assignment, reason=reason)
        return f"Taken back from {name}."
    if do == "reassign":
        person = _person(post, f"person{suffix}")
        reassign(by=by, assignment=assignment, person=person, reason=reason)
        return f"Given to {name_of(person)} instead of {name}."
    raise BadInput("deed_unknown", "Choose what to do.")


def _assignment(round_: Round, public_id: str) -> Assignment:
    rows = Assignment.objects.filter(round=round_).select_related("round", "person")
    found = next((row for row in rows if str(row.public_id) == public_id), None)
    if found is None:
        raise NotFound("no_such_assignment", "This round was not given to that person.")
    return found


def _person(post: QueryDict, name: str) -> User:
    typed = post.get(name, "")
    found = User.objects.filter(username=typed, is_active=True).first() if typed and "\x00" not in typed else None
    if found is None:
        raise BadInput("person_unknown", "Choose a reviewer.", field="person")
    return found


def _free(round_: Round) -> list[User]:
    """The reviewers who can be given the round: nothing bars them and it is not in their hands."""
    barred = contributors_to(round_.claim, up_to_version=round_.claim_version) | glass_breakers_of(round_)
    held = round_.assignments.filter(taken_back_at__isnull=True).values("person")
    reviewers = User.objects.filter(is_active=True, groups__name=REVIEWER)
    return list(reviewers.exclude(pk__in=barred).exclude(pk__in=held).order_by("username"))
