"""Pages of the desk's flow in a real Chromium: axe finds nothing, and nothing has to be scrolled sideways."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from claims.models import Link, Notice, Topic
from claims.services.choosing_passages import choose_quote
from claims.services.redacting import redact
from claims.services.replying import record_answer
from claims.services.requesting_evidence import request_evidence
from claims.services.suspending import suspend
from sources.services.hold import place_hold
from sources.services.remove import RemovalAsked, ask_removal
from tests.claims.desk.test_browser import shoot, window
from tests.claims.desk.test_keeping import copy_of, steps
from tests.claims.desk.test_replies import asked
from tests.claims.public.browsing import browse, findings_on
from tests.claims.services.publication_factory import a_decided_round, a_published_claim, a_text
from tests.claims.services.round_factory import a_ready_claim, an_open_round, given
from tests.plugins.chromium import executable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(executable() is None, reason="Chromium is not installed"),
]
LOOKS = ((1280, "light"), (390, "dark"), (1280, "dark"), (390, "light"))
Pages = list[tuple[Any, str, str]]


def _queue(cast: Any) -> Pages:
    topic = Topic.objects.create(name="Harbours", name_folded="harbours", slug="harbours")
    for _ in range(14):
        an_open_round(cast).claim.topics.add(topic)
    given(cast, an_open_round(cast), cast.reviewer_a)
    return [
        (cast.editor, "/desk/?topic=harbours", "queue-narrowed"),
        (cast.editor, "/desk/?section=in_review&language=en", "queue-section"),
    ]


def _sighting(cast: Any) -> Pages:
    claim = a_published_claim(cast)
    citation = claim.citations.order_by("position")[0]
    notice = Notice.objects.create(
        claim=claim,
        kind="source_gone",
        text="Source 1 was gone when we looked.",
        citation=citation,
        put_up_at=timezone.now(),
    )
    return [(cast.editor, f"/desk/notices/{notice.public_id}/", "look-again")]


def _people(cast: Any) -> Pages:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    return [
        (cast.editor, "/desk/assignments/", "assignments"),
        (cast.editor, f"/desk/rounds/{round_.public_id}/people/", "people"),
        (cast.reviewer_a, "/desk/mail/", "mail"),
    ]


def _publication(cast: Any) -> Pages:
    round_ = a_decided_round(cast)
    text = a_text(cast, round_.claim)
    redact(by=cast.publisher, rating=round_.ratings.all()[0], exact="register", reason="Only to show it.")
    suspended = a_published_claim(cast)
    suspend(by=cast.publisher, claim=suspended, text="We look at it again.")
    up = a_published_claim(cast)
    return [
        (cast.publisher, f"/desk/texts/{text.public_id}/redact/", "redact"),
        (cast.publisher, f"/desk/claims/{suspended.public_id}/", "claim-suspended-by-me"),
        (cast.publisher, f"/desk/claims/{up.public_id}/", "claim-up"),
        (cast.editor, f"/desk/claims/{an_open_round(cast).claim.public_id}/", "claim-in-review"),
    ]


def _replies(cast: Any) -> Pages:
    claim, late = a_ready_claim(cast.editor), a_published_claim(cast)
    cast.editor.groups.add(*cast.publisher.groups.all())
    twin = a_ready_claim(cast.editor)
    Link.objects.filter(claim=twin, is_attributed=True).update(speaker=claim.links.get(is_attributed=True).speaker)
    asked(cast, claim)
    answered = asked(cast, late, deadline_at=timezone.now() - timedelta(days=1))
    record_answer(by=cast.editor, reply=answered, text="We counted them.", received_at=timezone.now())
    return [
        (cast.editor, f"/desk/claims/{claim.public_id}/reply/", "reply"),
        (cast.editor, f"/desk/claims/{late.public_id}/reply/", "reply-late"),
    ]


def _evidence(cast: Any) -> Pages:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    wanted = request_evidence(by=cast.reviewer_a, round_=round_, wanted="The register of 2015")
    ready = a_ready_claim(cast.editor)
    choose_quote(by=cast.editor, citation=ready.citations.order_by("position")[0], exact="1,980,000 containers")
    return [
        (cast.editor, f"/desk/evidence/{wanted.public_id}/", "evidence-to-add"),
        (cast.editor, f"/desk/claims/{ready.public_id}/passages/", "passages"),
    ]


def _keeping(cast: Any) -> Pages:
    kept, gone, claim = (a_ready_claim(cast.editor) for _ in range(3))
    place_hold(by=cast.publisher, subject=copy_of(kept), reason="A case is before the court.")
    asked_for = RemovalAsked(copy_of(gone), "court_order", "Order 5 of 2026")
    ask_removal(by=cast.editor, asked=asked_for)
    both = cast.editor2
    both.groups.add(*cast.publisher.groups.all())
    choose_quote(by=cast.editor, citation=claim.citations.order_by("position")[0], exact="1,980,000 containers")
    up = a_published_claim(cast)
    return [
        (both, steps(copy_of(claim)), "copy-steps"),
        (both, "/desk/removals/", "removals"),
        (both, f"/desk/claims/{up.public_id}/removals/?words=register", "remove-words"),
    ]


MAKERS: tuple[Callable[[Any], Pages], ...] = (_queue, _sighting, _people, _publication, _replies, _evidence, _keeping)


def test_axe_finds_nothing(live_server: Any, cast: Any) -> None:
    pages = [(_cookie(user), path, name) for maker in MAKERS for user, path, name in maker(cast)]
    faults: list[str] = []

    def look(browser: Any) -> None:
        for cookie, path, name in pages:
            page = window(browser, live_server.url, cookie, reduced_motion="reduce")
            said: list[str] = []
            page.on("console", lambda line, said=said: said.append(line.text) if line.type == "error" else None)
            answer = page.goto(path)
            assert answer.status == 200, path
            for width, scheme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                found = findings_on(page) + said
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    found.append(f"the page is {wide} wide")
                faults.extend(f"{name} at {width}, {scheme}: {fault}" for fault in found)
                shoot(page, f"{name}-{width}-{scheme}")
            page.context.close()

    browse(look)
    assert not faults, "\n".join(faults)


def _cookie(user: Any) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value
