"""Blind until the reveal (DESIGN 5.6), by every door that there is.

Every address of the project is asked by people with every hat on, before and after a reviewer hands in. The answers
have to be the same byte for byte: no label, no reason, no count, no order, no size tells that a rating exists. An
address that is not in the lists below fails the test.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from claims.desk.queue import KINDS
from claims.domain.answers import RatingForm
from claims.models import CorrectionRequest, EvidenceRequest, Interest, Notice, PublicClaim, Rating, Round, Writeup
from claims.querysets import dossier_of
from claims.services.assigning import assign
from claims.services.conferring import send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.pinning import pin
from claims.services.rating import hand_in, save_draft
from claims.services.requesting_evidence import request_evidence
from claims.services.suspending import put_up_recheck
from sources.models import Capture
from tests.claims.services.publication_factory import a_decided_round, a_published_claim, a_text
from tests.claims.services.round_factory import a_form, a_ready_claim, an_open_round, given

pytestmark = pytest.mark.django_db

MARKERS = ("zebrafinch", "quokkafoot", "narwhaltooth")
"""Words that stand in the reason, in a note and in the note of a pin of somebody else's rating, and nowhere else."""

NEVER_ASKED = {
    "admin/logout/": "it would log the person out",
    "account/logout/": "it would log the person out",
}
PLAIN_VALUES = {
    "app_label": ["claims", "sources", "auth"],
    "content_type_id": ["1"],
    "uidb64": ["MQ"],
    "token": ["set-password"],
    "rest": ["nothing-here"],
    "url": ["nothing-here"],
    "name": ["nothing-here"],
    "final_slash": [""],
    "form": ["atom", "json"],
    "part": ["1"],
}
CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')

SIGNED = re.compile(r"(?<=^/replay/)[^/]+")
"""An address of an archived page: signed anew each second."""


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^").replace("\\Z", "").replace("\\.", ".").rstrip("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


class World:
    """One claim under review, and an id for every kind of thing that an address can name."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        claim = round_.claim
        citation = claim.citations.order_by("position")[0]
        capture = citation.source.captures.get()
        speaker = claim.links.get(is_attributed=True).speaker
        assert speaker is not None
        everything = {
            "round_id": round_.public_id,
            "claim_id": claim.public_id,
            "source_id": citation.source.public_id,
            "capture_id": capture.public_id,
            "other_id": capture.public_id,
            "artefact_id": capture.artefacts.values_list("public_id", flat=True)[0],
            "interest_id": Interest.objects.values_list("public_id", flat=True).last(),
            "request_id": EvidenceRequest.objects.values_list("public_id", flat=True).last(),
            "notice_id": Notice.objects.values_list("public_id", flat=True).last() or uuid.uuid4(),
            "writeup_id": Writeup.objects.values_list("public_id", flat=True).last() or uuid.uuid4(),
        }
        self.values: dict[str, list[str]] = {name: [str(value)] for name, value in everything.items()}
        self.values["public_id"] = []
        self.values["other_id"] = [str(capture.public_id)]
        self.values["capture_public_id"] = [str(capture.public_id)]
        self.values["slug"] = ["the-harbour", "harbours"]
        self.by_kind = {
            "claims": [str(claim.public_id)],
            "revisions": [str(round_.public_id), str(round_.dossier.public_id)],
            "sources": [str(citation.source.public_id)],
            "speakers": [str(speaker.public_id)],
            "captures": [str(capture.public_id)],
        }
        for published in PublicClaim.objects.select_related("claim", "revision"):
            cited = published.claim.citations.order_by("position")[0].source
            speaker_up = published.claim.links.get(is_attributed=True).speaker
            assert speaker_up is not None
            self.values["slug"].append(published.slug)
            for kind, row in (
                ("claims", published.claim), ("revisions", published.revision), ("sources", cited), ("speakers", speaker_up),
            ):  # fmt: skip
                self.by_kind[kind].append(str(row.public_id))
            self.by_kind["captures"].append(str(cited.captures.get().public_id))
            self.values["capture_id"].append(str(cited.captures.get().public_id))
        correction = CorrectionRequest.objects.last()
        if correction is not None:
            self.values["request_id"].append(str(correction.public_id))
        self.values.update(PLAIN_VALUES)

    def paths(self, route: str) -> list[str]:
        """Concrete addresses of ``route``; fails for a parameter that nobody has told it how to fill."""
        paths = [route]
        for found in PARAMETER.finditer(route):
            name = found.group(1) or found.group(2)
            if name in ("object_id", "pk"):
                filled = self._rows_of(route)
            else:
                assert name in self.values, f"nobody says how to fill <{name}> of {route}"
                kind = route.removeprefix("api/v1/").split("/")[0]
                every = [one for ids in self.by_kind.values() for one in ids]
                filled = self.by_kind.get(kind, every) if name == "public_id" else self.values[name]
            paths = [path.replace(found.group(0), value, 1) for path in paths for value in filled]
        return ["/" + path.replace("\\.", ".") for path in paths]

    def _rows_of(self, route: str) -> list[str]:
        app, model = route.split("/")[1:3]
        if app == "r":
            return ["1"]
        rows = apps.get_model(app, model)._default_manager.order_by("pk").values_list("pk", flat=True)[:1]
        return [str(pk) for pk in rows] or ["1"]


def every_path(world: World) -> list[str]:
    paths = []
    for route in routes(get_resolver().url_patterns):
        if route not in NEVER_ASKED:
            paths += world.paths(route)
    paths += [
        "/desk/?q=zebrafinch",
        "/desk/?speaker=harbour&language=en",
        *(f"/desk/?section={kind.code}" for kind in KINDS),
        "/search/?q=zebrafinch",
        "/search/?q=harbour",
        "/admin/claims/claim/?q=zebrafinch",
        "/feeds/search.atom?q=zebrafinch",
        *(f"/oembed?url=http://testserver/claims/{slug}/" for slug in world.values["slug"]),
    ]
    for app, model, field in (("claims", "link", "speaker"), ("claims", "citation", "source")):
        paths.append(f"/admin/autocomplete/?app_label={app}&model_name={model}&field_name={field}&term=zebra")
    return list(dict.fromkeys(paths))


def answer_to(client: Client, path: str) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    answer = client.get(path)
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    told = tuple(
        (name, SIGNED.sub("", value))
        for name, value in sorted(answer.items())
        if name in ("ETag", "Last-Modified", "Location")
    )
    return answer.status_code, CSRF.sub(b"", body), told


def all_hats(user: User) -> User:
    user.groups.set(Group.objects.filter(name__in=("Editor", "Reviewer", "Adjudicator", "Publisher")))
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def windows_of(cast: Any) -> dict[str, Client]:
    """Somebody not logged in, the other reviewer, and a superuser with every hat who had no hand in it."""
    windows = {"nobody": Client(raise_request_exception=True)}
    people = {
        "reviewer": cast.reviewer_b,
        "hats": all_hats(cast.reviewer_c),
        "editor": cast.editor,
        "adjudicator": cast.adjudicator,
    }
    for name, person in people.items():
        windows[name] = Client()
        windows[name].force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return windows


def marked(round_: Round, **more: Any) -> RatingForm:
    form = a_form(round_, reasons=f"Because of the {MARKERS[0]}.", **more)
    findings = (
        form.findings[0].__class__(form.findings[0].citation_id, form.findings[0].part, "supports", MARKERS[1]),
    )
    return RatingForm(**{**form.__dict__, "findings": (*findings, *form.findings[1:])})


@pytest.fixture
def world(cast: Any, noon: Any) -> World:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    other = an_open_round(cast)
    assign(by=cast.editor, round_=other, person=cast.reviewer_b)
    declare_interest(by=cast.reviewer_b, round_=other, is_declared=True, words="I worked there.")
    request_evidence(by=cast.reviewer_b, round_=round_, wanted="The register of 2015")
    published = a_published_claim(cast)
    put_up_recheck(by=cast.publisher, claim=published, text="We look at it again.")
    a_text(cast, a_decided_round(cast).claim)
    CorrectionRequest.objects.create(
        claim=a_ready_claim(cast.editor), text="It is wrong.", received_at=timezone.now()
    )
    return World(round_)


def test_every_address_is_known_to_this_test(world: World) -> None:
    assert len(every_path(world)) > 180


def test_a_hand_in_changes_not_a_byte_of_what_others_get(cast: Any, world: World) -> None:
    windows = windows_of(cast)
    paths = every_path(world)
    round_, rater = world.round, cast.reviewer_a

    def look(*names: str) -> dict[tuple[str, str], Any]:
        return {(name, path): answer_to(windows[name], path) for name in names for path in paths}

    still, before = look("hats"), look(*windows)
    restless = sorted({path for (name, path) in still if before[(name, path)] != still[(name, path)]})
    assert not restless, f"these answers change by themselves and prove nothing: {restless}"

    citation = dossier_of(round_).citations[0].id
    save_draft(by=rater, round_=round_, payload={"reasons": MARKERS[0]})
    pin(by=rater, round_=round_, citation_id=citation, exact="1,980,000 containers", note=MARKERS[2])
    hand_in(by=rater, round_=round_, form=marked(round_))
    assert Rating.objects.filter(round=round_).count() == 1

    after = look(*windows)
    changed = [f"{name} at {path}" for name, path in before if before[(name, path)] != after[(name, path)]]
    assert not changed, "a hand-in can be seen by " + ", ".join(changed)
    for (name, path), (_, body, _) in after.items():
        told = [marker for marker in MARKERS if marker.encode() in body and marker not in path]
        assert not told, f"{name} at {path} reads {told}"
    assert not mail.outbox
    opened = {path for (_, path), (status, _, _) in after.items() if status == 200}
    shut = [route for route in looked_at() if not opened & set(world.paths(route))]
    unexplained = [route for route in shut if not any(re.search(pattern, route) for pattern in SHUT)]
    assert not unexplained, "nobody got in there, so that nothing is proven of it"


def looked_at() -> list[str]:
    return [route for route in routes(get_resolver().url_patterns) if route not in NEVER_ASKED]


SHUT = {
    r"^admin/.*(add|delete)/$|event/<path:object_id>/": "nobody may do this in the admin",
    r"^admin/\w+/\w+/<path:object_id>/$": "it leads on to the page of the row",
    r"retry/|cancel/|render/$|search-archives/$|capture-again/|link/$|active/$|desk/take/|/draft/|/send/": "it takes a POST; see the second test",
    r"^admin/autocomplete/$": "it is asked with its words, below",
    r"^admin/r/|\(\?P<(url|rest)>": "there is nothing",
    r"/discuss/|/adjudicate/": "they open in another state; see test_blind_states",
    r"desk/notices/": "it is about a source that changed, which is no matter of a round",
    r"^admin/sources/(exchange|publisher)/|^admin/claims/(role|topic|suggestion|deskpage)/|^topics/|^publishers/<": "this world has none",
    r"/page/$|/original/?$|^replay/|api/v1/captures/": "the copies of this world have no WARC",
    r"^articles/|^feeds/topics": "no article of this world is on the web, and no claim has a topic",
    r"^sitemap-<": "there is one part, which sitemap-pages.xml and sitemap.xml stand for",
    r"^sitemap-articles-<": "there is one part, and sitemap.xml holds all of it",
    r"^time(gate|map)": "it is asked with an address that the archive holds, which has nothing of a round",
    r"^oembed$": "it is asked with its address, above",
    r"copy\.(warc\.gz|wacz)": "the copies of this world have no WARC",
    r"capture/<int:pk>/password/": "no copy of this world is a locked PDF; nothing of a round is on the page",
    r"source/<int:pk>/claimed/": "no copy of this world claims anything; nothing of a round is on the page",
    r"desk/copies/.*/ocr/": "it takes a POST, and leads on to the copy's page",
    r"/compare/": "there is one copy of each source in this world",
}
"""Addresses that nobody gets into here, as patterns, and why. Any other has to open for somebody."""


def test_what_is_sent_in_gets_the_same_answer_too(cast: Any, world: World) -> None:
    windows = windows_of(cast)
    round_ = world.round
    here = f"/desk/rounds/{round_.public_id}/"

    def posts() -> list[tuple[int, bytes, str]]:
        came = []
        for name, path, data in (
            ("reviewer", f"{here}draft/", {"reasons": "mine"}),
            ("reviewer", f"{here}rate/", {"do": "save", "reasons": "mine"}),
            ("reviewer", f"{here}rate/", {"do": "hand_in", "reasons": "mine"}),
            ("hats", "/desk/take/", {}),
            ("hats", f"{here}draft/", {"reasons": "x"}),
            ("hats", f"{here}rate/", {"do": "hand_in"}),
            ("hats", f"{here}discuss/", {}),
            ("hats", f"{here}send/", {}),
            ("hats", f"{here}adjudicate/", {"kind": "differ", "reasons": "x"}),
            ("hats", f"/desk/claims/{round_.claim.public_id}/", {"do": "hold", "text-hold": "x"}),
            (
                "hats",
                f"/desk/claims/{round_.claim.public_id}/write/",
                {"kind": "first", "headline": "x", "summary": "y"},
            ),
            ("editor", f"/desk/claims/{round_.claim.public_id}/", {"do": "send", "text-send": ""}),
        ):
            answer = windows[name].post(path, data)
            came.append((answer.status_code, CSRF.sub(b"", answer.content), answer.get("Location", "")))
        return came

    posts()
    before = posts()
    hand_in(by=cast.reviewer_a, round_=round_, form=marked(round_))
    assert posts() == before


def test_after_the_reveal_only_the_raters_read_it_until_it_is_decided(cast: Any, world: World) -> None:
    windows = windows_of(cast)
    round_ = world.round
    hand_in(by=cast.reviewer_a, round_=round_, form=marked(round_))
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, support="mixed"))
    round_.refresh_from_db()
    assert round_.state == "differing"
    rater = windows["reviewer"]
    windows = {name: windows[name] for name in ("hats", "adjudicator")}
    discussion = f"/desk/rounds/{round_.public_id}/discuss/"
    assert MARKERS[0].encode() in rater.get(discussion).content, "the test would see it"

    send_to_adjudication(by=cast.publisher, round_=round_)
    for person in (cast.adjudicator, cast.reviewer_c):
        declare_interest(by=person, round_=round_, is_declared=False, capacity="adjudicator")
    for path in every_path(world):
        for name, window in windows.items():
            _, body, _ = answer_to(window, path)
            told = [marker for marker in MARKERS if marker.encode() in body and marker not in path]
            assert not told, f"{name} at {path} reads {told}"


def test_ratings_have_no_page_in_the_admin(world: World) -> None:
    from django.contrib import admin

    hidden = {"rating", "ratingdraft", "finding", "linkanswer", "pin", "adjudication", "assignment", "interest"}
    shown = {model._meta.model_name for model in admin.site._registry}
    assert not hidden & shown
    assert not Capture.objects.filter(public_id=world.round.public_id).exists()


def test_the_comparison_sees_a_leak(cast: Any, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the guard of one list, a hand-in shows: so the comparison above proves something."""
    monkeypatch.setattr("sources.admin.archive.tellable", lambda events: events)
    window = windows_of(cast)["hats"]
    before = answer_to(window, "/admin/sources/event/")
    hand_in(by=cast.reviewer_a, round_=world.round, form=marked(world.round))
    assert answer_to(window, "/admin/sources/event/") != before
