"""Right of reply at the desk: asked, answered, warned of, and late."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from claims.models import Claim, Link, Notice, Reply
from claims.services.late_replies import put_up_late_reply
from claims.services.replying import ReplyDraft, deadline_warning, record_answer, record_reply
from sources.domain.errors import WrongState
from sources.models import Event
from tests.claims.services.publication_factory import a_decided_round, a_published_claim, a_text
from tests.claims.services.round_factory import a_ready_claim

pytestmark = pytest.mark.django_db
LogIn = Callable[[Any], Client]


def page(claim: Claim) -> str:
    return f"/desk/claims/{claim.public_id}/reply/"


def typed(**more: str) -> dict[str, str]:
    asked = timezone.now() - timedelta(days=1)
    deadline = timezone.now() + timedelta(days=6)
    return {
        "do": "ask",
        "state": "asked",
        "addressee": "The Harbour Office",
        "asked_at": asked.strftime("%Y-%m-%dT%H:%M"),
        "deadline_at": deadline.strftime("%Y-%m-%dT%H:%M"),
        **more,
    }


def asked(cast: Any, claim: Claim, **more: Any) -> Reply:
    draft = ReplyDraft(
        state="asked",
        addressee="The Harbour Office",
        asked_at=timezone.now() - timedelta(days=2),
        deadline_at=more.pop("deadline_at", timezone.now() + timedelta(days=5)),
    )
    return record_reply(by=cast.editor, claim=claim, draft=draft)


def test_one_letter_covers_several_claims_and_one_answer_too(cast: Any, logged_in: LogIn) -> None:
    first, second, third = (a_ready_claim(cast.editor) for _ in range(3))
    speaker = first.links.get(is_attributed=True).speaker
    for claim in (second, third):
        Link.objects.filter(claim=claim, is_attributed=True).update(speaker=speaker)
    client = logged_in(cast.editor)
    assert second.statement in client.get(page(first)).content.decode()
    covers = {"covers": [str(second.public_id)]}
    assert client.post(page(first), {**typed(), **covers}).status_code == 302
    assert Reply.objects.filter(addressee="The Harbour Office").count() == 2
    assert Event.objects.filter(action="reply_recorded").count() == 2
    queue = client.get("/desk/?section=replies").content.decode()
    assert first.statement in queue
    assert third.statement not in queue
    assert "has until" in client.get(page(first)).content.decode()

    answer = {
        "do": "answer",
        "text": "We counted them ourselves.",
        "received_at": timezone.now().strftime("%Y-%m-%dT%H:%M"),
    }
    also = str(Reply.objects.get(claim=second, state="asked").public_id)
    assert client.post(page(first), {**answer, "also": [also]}).status_code == 302
    assert {row.claim_id for row in Reply.objects.exclude(text="")} == {first.pk, second.pk}
    assert first.statement not in client.get("/desk/?section=replies").content.decode()
    assert client.post(page(first), answer).status_code == 409


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"state": ""}, "Say whether somebody was asked."),
        ({"addressee": ""}, "is missing"),
        ({"asked_at": "nonsense"}, "That is no time"),
        ({"deadline_at": "2001-01-01T00:00"}, "The deadline lies before the question."),
        ({"state": "not_asked", "reason": ""}, "The reason why nobody was asked is missing."),
        ({"do": "nonsense"}, "Choose what to do."),
    ],
)
def test_says_what_is_wrong_and_keeps_what_was_typed(
    cast: Any, logged_in: LogIn, more: dict[str, str], words: str
) -> None:
    claim = a_ready_claim(cast.editor)
    before = Reply.objects.count()
    data = typed(letter="A letter that took an hour", **more)
    if "do" in more:
        Reply.objects.filter(claim=claim).update(state="no_one_to_ask")
    answer = logged_in(cast.editor).post(page(claim), data)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "A letter that took an hour" in answer.content.decode()
    assert Reply.objects.count() == before


def test_warns_whoever_would_publish_before_the_deadline(cast: Any, logged_in: LogIn) -> None:
    round_ = a_decided_round(cast)
    text = a_text(cast, round_.claim)
    assert deadline_warning(round_.claim) == ""
    asked(cast, round_.claim)
    for path in (f"/desk/texts/{text.public_id}/", f"/desk/claims/{round_.claim.public_id}/"):
        assert "The Harbour Office has until" in logged_in(cast.publisher).get(path).content.decode()
    asked(cast, round_.claim, deadline_at=timezone.now() - timedelta(hours=1))
    assert deadline_warning(round_.claim) == ""


def test_a_late_reply_goes_up_beside_the_verdict(cast: Any, logged_in: LogIn) -> None:
    claim = a_published_claim(cast)
    reply = asked(cast, claim, deadline_at=timezone.now() - timedelta(days=1))
    editor = logged_in(cast.editor)
    assert claim.statement not in editor.get("/desk/?section=late").content.decode()
    record_answer(by=cast.editor, reply=reply, text="We counted them ourselves.", received_at=timezone.now())
    assert claim.statement in editor.get("/desk/?section=late").content.decode()
    assert "A publisher puts it up." in editor.get(page(claim)).content.decode()
    assert editor.post(page(claim), {"do": "late", "late": "Words"}).status_code == 403

    client = logged_in(cast.publisher)
    shown = client.get(page(claim)).content.decode()
    assert "The Harbour Office answered on" in shown
    assert client.post(page(claim), {"do": "late", "late": " "}).status_code == 400
    words = "The Harbour Office answered: “We counted them ourselves.”"
    assert client.post(page(claim), {"do": "late", "late": words}).status_code == 302
    notice = Notice.objects.get(kind="late_reply")
    assert (notice.put_up_by, notice.text) == (cast.publisher, words)
    assert Event.objects.get(action="notice_put_up").subject_id == notice.public_id
    slug = claim.slugs.get(is_canonical=True).slug
    assert "We counted them ourselves." in Client().get(f"/claims/{slug}/").content.decode()
    with pytest.raises(WrongState) as again:
        put_up_late_reply(by=cast.publisher, reply=reply, text=words)
    assert again.value.code == "not_late"
    assert claim.statement not in client.get("/desk/?section=late").content.decode()


def test_an_answer_before_publication_is_not_late(cast: Any) -> None:
    round_ = a_decided_round(cast)
    reply = asked(cast, round_.claim)
    record_answer(by=cast.editor, reply=reply, text="We counted them.", received_at=timezone.now())
    with pytest.raises(WrongState):
        put_up_late_reply(by=cast.publisher, reply=reply, text="We counted them.")


def test_who_has_no_part_in_it_is_refused(cast: Any, logged_in: LogIn) -> None:
    claim = a_ready_claim(cast.editor)
    assert logged_in(cast.reviewer_a).get(page(claim)).status_code == 403
    publisher = logged_in(cast.publisher)
    assert publisher.get(page(claim)).status_code == 200
    assert publisher.post(page(claim), typed()).status_code == 403
    Reply.objects.filter(claim=claim).delete()
    assert "An editor writes it down" in publisher.get(page(claim)).content.decode()
    assert publisher.post(page(claim), {"do": "answer", "text": "x"}).status_code == 409
