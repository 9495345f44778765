"""Blind in every state of a round: what is hidden may be anything, or not be there, and nobody can tell.

For each state in which something of a round is hidden, people look at every page of the desk, at the admin and at what
programs read, send in every form, and are sent their mail. Then what is hidden is taken away or rewritten behind the
product's back, and they do it all again. Every byte has to be the same: status, header, page, sentence, mail.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from claims.models import (
    Assignment,
    AssignmentState,
    Finding,
    LinkAnswer,
    Pin,
    Rating,
    RatingDraft,
    RatingStage,
    Round,
)
from claims.models.guards import GUARDS as CLAIMS_GUARDS
from claims.querysets import dossier_of
from claims.services import reminding
from claims.services.adjudicating import rate_blind
from claims.services.conferring import confer, send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.opening import abandon_round, open_round, supersede_open_round
from claims.services.pinning import pin
from claims.services.rating import hand_in
from claims.services.requesting_evidence import request_evidence
from sources.models import Event, append_only
from sources.models.guards import GUARDS as SOURCES_GUARDS
from tests.claims.services.round_factory import a_form, an_open_round, given
from tests.claims.test_blindness import CSRF, SIGNED, World, all_hats, routes

pytestmark = pytest.mark.django_db

UNTOLD = ("Date", "Set-Cookie")
BEYOND_THE_DESK = ("/admin/", "/admin/claims/claim/", "/admin/sources/event/", "/api/v1/claims/", "/feeds/verdicts.atom",
                   "/search/?q=harbour", "/claims/", "/sitemap.xml")  # fmt: skip
OWNED = (Rating, RatingDraft, Pin)


@dataclass(frozen=True)
class Scene:
    """One state of a round: who looks, what is hidden from them, and what hides it."""

    round: Round
    viewers: tuple[User, ...]
    owner: User
    otherwise: Callable[[], None]


def _rated_once(cast: Any, **more: Any) -> tuple[Round, Rating]:
    round_ = an_open_round(cast, **more)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    request_evidence(by=cast.reviewer_b, round_=round_, wanted="The register of 2015")
    citation = dossier_of(round_).citations[0].id
    pin(by=cast.reviewer_a, round_=round_, citation_id=citation, exact="1,980,000 containers", note="Seen.")
    return round_, hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_, reasons="The words of A."))


def _differing(cast: Any) -> Round:
    round_, _ = _rated_once(cast)
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, support="mixed", reasons="The words of B."))
    round_.refresh_from_db()
    return round_


def _gone(*ratings: Rating) -> None:
    """As if it had never been handed in."""
    for rating in ratings:
        Finding.objects.filter(rating=rating).delete()
        LinkAnswer.objects.filter(rating=rating).delete()
        Event.objects.filter(subject_id=rating.public_id).delete()
        if rating.stage == RatingStage.FIRST:
            given_ = Assignment.objects.filter(round=rating.round, person=rating.person)
            given_.filter(state=AssignmentState.HANDED_IN).update(state=AssignmentState.GIVEN)
            Pin.objects.filter(round=rating.round, person=rating.person).delete()
        rating.delete()


def _rewritten(*ratings: Rating) -> None:
    """As if it had said something else, at another time."""
    for rating in ratings:
        at = rating.handed_in_at - timedelta(hours=5)
        Rating.objects.filter(pk=rating.pk).update(
            attribution="cannot_be_established",
            support="contradicted",
            confidence="high",
            reasons="Else.",
            handed_in_at=at,
        )
        Finding.objects.filter(rating=rating).update(answer="silent", note="Else.")
        LinkAnswer.objects.filter(rating=rating).update(answer="contradicted")
        Event.objects.filter(subject_id=rating.public_id).update(at=at)
        Pin.objects.filter(round=rating.round, person=rating.person).delete()


def being_rated(cast: Any) -> Scene:
    round_, rating = _rated_once(cast)
    return Scene(round_, (cast.reviewer_b, all_hats(cast.reviewer_c)), cast.reviewer_a, lambda: _gone(rating))


def conferring_half_way(cast: Any) -> Scene:
    round_ = _differing(cast)
    second = confer(
        by=cast.reviewer_a, round_=round_, form=a_form(round_, support="mixed", change_reason="I read on.")
    )
    return Scene(round_, (cast.reviewer_b, all_hats(cast.reviewer_c)), cast.reviewer_a, lambda: _gone(second))


def differing(cast: Any) -> Scene:
    round_ = _differing(cast)
    ratings = list(round_.ratings.all())
    viewers = (all_hats(cast.reviewer_c), cast.adjudicator)
    return Scene(round_, viewers, cast.reviewer_a, lambda: _rewritten(*ratings))


def _adjudicators(cast: Any, round_: Round) -> tuple[User, User]:
    other = all_hats(cast.reviewer_c)
    for person in (cast.adjudicator, other):
        declare_interest(by=person, round_=round_, is_declared=False, capacity="adjudicator")
    return cast.adjudicator, other


def before_the_adjudicator_rates(cast: Any) -> Scene:
    round_ = send_to_adjudication(by=cast.publisher, round_=_differing(cast))
    ratings = list(round_.ratings.all())
    return Scene(round_, _adjudicators(cast, round_), cast.reviewer_a, lambda: _rewritten(*ratings))


def an_adjudicator_has_rated(cast: Any) -> Scene:
    """Neither the raters nor another adjudicator, even one who has rated blind too, learn of it."""
    round_ = send_to_adjudication(by=cast.publisher, round_=_differing(cast))
    one, other = _adjudicators(cast, round_)
    rating = rate_blind(by=one, round_=round_, form=a_form(round_, support="contradicted", reasons="The words of X."))
    rate_blind(by=other, round_=round_, form=a_form(round_, reasons="The words of Y."))
    return Scene(round_, (cast.reviewer_a, other), one, lambda: _gone(rating))


def superseded_and_open_again(cast: Any) -> Scene:
    round_, rating = _rated_once(cast)
    supersede_open_round(claim=round_.claim, by=cast.editor, reason="Edited.")
    again = open_round(by=cast.editor, claim=round_.claim)
    for person in (cast.reviewer_a, cast.reviewer_b):
        declare_interest(by=person, round_=again, is_declared=False)
    return Scene(round_, (cast.reviewer_b, all_hats(cast.reviewer_c)), cast.reviewer_a, lambda: _gone(rating))


def abandoned(cast: Any) -> Scene:
    round_, rating = _rated_once(cast)
    abandon_round(by=cast.editor, claim=round_.claim, reason="Nobody gets to it.")
    return Scene(round_, (cast.reviewer_b, all_hats(cast.reviewer_c)), cast.reviewer_a, lambda: _gone(rating))


SCENES = (being_rated, conferring_half_way, differing, before_the_adjudicator_rates, an_adjudicator_has_rated,
          superseded_and_open_again, abandoned)  # fmt: skip


def desk_paths(world: World) -> list[str]:
    """Every address of the desk, about every round of the claim."""
    found = [path for route in routes(get_resolver().url_patterns) if route.startswith("desk/")
             for path in world.paths(route)]  # fmt: skip
    return list(dict.fromkeys(found))


def posts_to(path: str) -> list[dict[str, str]]:
    """What is sent in there: nothing, and what its buttons send, half filled in."""
    filled = {"reasons": "Mine.", "reason": "Mine.", "wanted": "Mine.", "support": "mixed", "kind": "differ"}
    if path.endswith("/glass/"):
        return [{}]  # with a reason it shows what is hidden, on the record: see the last test
    if path.endswith(("/rate/", "/discuss/", "/adjudicate/")):
        return [{"do": "hand_in", **filled}, {"do": "save", **filled}]
    if path.startswith("/desk/claims/"):
        return [{"do": do, f"text-{do}": "Mine."} for do in ("send", "hold", "abandon")]
    return [{}, filled]


class Looking:
    """One person at the desk: all that comes back to them, by what they asked."""

    def __init__(self, person: User) -> None:
        self.person = person
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def told(self, answer: Any) -> tuple[Any, ...]:
        found = foreign_in(answer.context, self.person)
        assert not found, f"{self.person} is handed {found} by {answer.request['PATH_INFO']}"
        body = b"".join(answer) if answer.streaming else answer.content
        headers = tuple((name, SIGNED.sub("", value)) for name, value in sorted(answer.items()) if name not in UNTOLD)
        return answer.status_code, headers, CSRF.sub(b"", body)

    def at(self, paths: list[str], forms: bool = True) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for path in paths:
            yield f"{self.person} at {path}", self.told(self.client.get(path))
            for number, form in enumerate(posts_to(path) if forms and path.startswith("/desk/") else []):
                with undone():
                    yield f"{self.person} sends {number} to {path}", self.told(self.client.post(path, form))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def foreign_in(contexts: Any, viewer: User) -> list[str]:
    """Rows of others that a template was handed, shown or not, however deep."""
    found: list[str] = []
    seen: dict[int, Any] = {}

    def walk(value: Any, depth: int) -> None:
        if depth > 6 or id(value) in seen or isinstance(value, str | bytes | int | float):
            return
        seen[id(value)] = value
        if isinstance(value, OWNED) and value.person_id != viewer.pk:
            found.append(repr(value))
        elif isinstance(value, dict):
            for each in value.values():
                walk(each, depth + 1)
        elif isinstance(value, list | tuple | set | frozenset):
            for each in value:
                walk(each, depth + 1)
        elif isinstance(value, QuerySet) and value.model in OWNED:
            for row in value:
                walk(row, depth + 1)
        elif isinstance(value, Model):
            for cached in getattr(value, "_prefetched_objects_cache", {}).values():
                walk(list(cached), depth + 1)
        elif is_dataclass(value) and not isinstance(value, type):
            for each in vars(value).values():
                walk(each, depth + 1)

    for context in contexts or ():
        for layer in getattr(context, "dicts", [context] if isinstance(context, dict) else []):
            walk({name: each for name, each in layer.items() if name not in ("user", "request", "perms")}, 0)
    return found


def mails_but_to(owner: User) -> list[tuple[str, str, tuple[str, ...]]]:
    """What the clock would send by mail now and in a week, to everybody but ``owner``."""
    found = []
    for days in (0, 8):
        with undone():
            mail.outbox.clear()
            reminding.send_reminders(now=timezone.now() + timedelta(days=days))
            found += [(each.subject, each.body, tuple(each.to)) for each in mail.outbox if owner.email not in each.to]
    mail.outbox.clear()
    return found


def all_told(scene: Scene, paths: list[str], *, forms: bool = True) -> dict[str, Any]:
    told: dict[str, Any] = {"mail": mails_but_to(scene.owner)}
    for person in scene.viewers:
        beyond = list(BEYOND_THE_DESK) if person.is_superuser else []
        if person.is_superuser and "/desk/" in paths:
            beyond += [f"/admin/claims/claim/{scene.round.claim_id}/{what}/" for what in ("change", "history")]
        told.update(Looking(person).at([*paths, *beyond], forms))
    return told


def parted(scene: Scene, paths: list[str], *, forms: bool = True) -> list[str]:
    """What differs once what is hidden is otherwise."""
    before = all_told(scene, paths, forms=forms)
    with undone():
        append_only.take_away(connection, (*CLAIMS_GUARDS, *SOURCES_GUARDS))
        scene.otherwise()
        after = all_told(scene, paths, forms=forms)
    assert before.keys() == after.keys()
    return [asked for asked in before if before[asked] != after[asked]]


@pytest.fixture
def scene(request: pytest.FixtureRequest, cast: Any, noon: Any) -> Scene:
    made: Scene = request.param(cast)
    Assignment.objects.update(due_at=timezone.now() + timedelta(days=1))
    return made


@pytest.mark.parametrize("scene", SCENES, ids=lambda make: make.__name__, indirect=True)
def test_nobody_can_tell_what_is_hidden(scene: Scene) -> None:
    paths = desk_paths(World(scene.round))
    assert len(paths) > 25
    all_told(scene, paths[:3], forms=False)
    found = parted(scene, paths)
    assert not found, "it can be told " + ", ".join(found)


LEAKS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {}


def leak(plant: Callable[[pytest.MonkeyPatch], None]) -> Callable[[pytest.MonkeyPatch], None]:
    LEAKS[plant.__name__] = plant
    return plant


def _handed_in() -> int:
    return Rating.objects.count()


@leak
def a_count(patch: pytest.MonkeyPatch) -> None:
    from claims.desk import entrance

    real = entrance.render
    patch.setattr(
        entrance, "render", lambda *a, **k: _with(real(*a, **k), lambda answer: answer.write(f"{_handed_in()}"))
    )


@leak
def an_order(patch: pytest.MonkeyPatch) -> None:
    from claims.desk import views

    real = views.queue_of

    def turned(*a: Any, **k: Any) -> Any:
        queue = real(*a, **k)
        return replace(queue, sections=queue.sections[:: -1 if _handed_in() % 2 else 1])

    patch.setattr(views, "queue_of", turned)


@leak
def an_etag(patch: pytest.MonkeyPatch) -> None:
    from claims.desk import entrance

    def tag(answer: Any) -> None:
        answer.headers["ETag"] = f'"{_handed_in()}"'

    real = entrance.render
    patch.setattr(entrance, "render", lambda *a, **k: _with(real(*a, **k), tag))


@leak
def a_time(patch: pytest.MonkeyPatch) -> None:
    from claims.desk import entrance

    real = entrance.render

    def late(answer: Any) -> None:
        answer.headers["Last-Modified"] = str(
            Rating.objects.order_by("-handed_in_at").values_list("handed_in_at").first()
        )

    patch.setattr(entrance, "render", lambda *a, **k: _with(real(*a, **k), late))


@leak
def an_error(patch: pytest.MonkeyPatch) -> None:
    from claims.services import rating
    from sources.domain.errors import WrongState

    real = rating.check_form

    def told(**more: Any) -> None:
        if _handed_in():
            raise WrongState("somebody_was_quicker", "Somebody else has handed in already.")
        real(**more)

    patch.setattr(rating, "check_form", told)


@leak
def an_object_that_no_template_shows(patch: pytest.MonkeyPatch) -> None:
    from claims.desk import entrance

    real = entrance.render
    patch.setattr(
        entrance,
        "render",
        lambda request, template, context, **more: real(
            request, template, {**context, "all": list(Rating.objects.all())}, **more
        ),
    )


@leak
def a_mail(patch: pytest.MonkeyPatch) -> None:
    real = reminding._due
    patch.setattr(reminding, "_due", lambda now: [] if _handed_in() else real(now))


def _with(answer: Any, change: Callable[[Any], object]) -> Any:
    change(answer)
    return answer


@pytest.mark.parametrize("plant", LEAKS.values(), ids=LEAKS.keys())
@pytest.mark.parametrize("scene", [being_rated], ids=["planted"], indirect=True)
def test_a_planted_leak_is_found(scene: Scene, plant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of leak, planted where a page or a form is made, parts the two looks."""
    plant(monkeypatch)
    paths = ["/desk/", f"/desk/rounds/{scene.round.public_id}/rate/"]
    try:
        found = parted(scene, paths)
    except AssertionError as handed:
        found = [str(handed)]
    assert found


@pytest.mark.parametrize("scene", [before_the_adjudicator_rates], ids=["planted"], indirect=True)
def test_a_statistic_that_counts_too_early_is_found(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from claims.desk import methods_rows

    monkeypatch.setattr(methods_rows, "countable", lambda: Round.objects.filter(revealed_at__isnull=False))
    assert parted(scene, ["/desk/methods/"], forms=False)


def test_whoever_looks_early_is_told_of_and_barred(cast: Any, client: Client) -> None:
    """An administrator with every hat breaks the glass: an Event, a line for all, and no part in the round any more."""
    round_, _ = _rated_once(cast)
    hats = all_hats(cast.reviewer_c)
    client.force_login(hats, backend="django.contrib.auth.backends.ModelBackend")
    here = f"/desk/rounds/{round_.public_id}/"
    shown = client.post(f"{here}glass/", {"reason": "A threat was made."})
    assert "The words of A." in shown.content.decode()
    event = Event.objects.get(action="glass_broken")
    assert (event.by, event.subject_id, event.reason) == (hats, round_.public_id, "A threat was made.")
    for path in ("rate/", "adjudicate/"):
        assert client.post(f"{here}{path}", {"do": "hand_in"}).status_code in (403, 409)
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, support="mixed"))
    round_.refresh_from_db()
    send_to_adjudication(by=cast.publisher, round_=round_)
    barred = client.post(f"{here}adjudicate/", {"do": "hand_in"})
    assert (barred.status_code, barred.context["error"].code) == (403, "saw_ratings")
    line = f"{hats.username} looked at its ratings before the reveal"
    client.force_login(cast.reviewer_b, backend="django.contrib.auth.backends.ModelBackend")
    assert line in client.get(f"/desk/claims/{round_.claim.public_id}/").content.decode()
