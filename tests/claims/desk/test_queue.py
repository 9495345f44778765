"""The queue: what stands in it, what narrows it, its pages, and how much it asks of the database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.desk import queue
from claims.models import Claim, Notice, Round, Speaker, Topic
from claims.services.looking_again import look_again
from sources.domain.errors import Several, WrongPerson, WrongState
from sources.models import Event
from tests.claims.services.publication_factory import a_published_claim
from tests.claims.services.round_factory import an_open_round, given

pytestmark = pytest.mark.django_db
LogIn = Callable[[Any], Client]


def _topic(name: str) -> Topic:
    return Topic.objects.create(name=name, name_folded=name.casefold(), slug=name.casefold())


def _speaker(claim: Claim) -> Speaker:
    speaker = claim.links.get(is_attributed=True).speaker
    assert speaker is not None
    return speaker


def test_is_narrowed_by_topic_speaker_and_language_in_the_address(cast: Any, logged_in: LogIn) -> None:
    rounds = [an_open_round(cast), an_open_round(cast), an_open_round(cast)]
    claims = [round_.claim for round_ in rounds]
    claims[0].topics.add(_topic("Harbours"))
    Claim.objects.filter(pk=claims[1].pk).update(language="ar")
    Speaker.objects.filter(pk=_speaker(claims[2]).pk).update(name="Zoë Lind", name_folded="zoe lind")
    _speaker(claims[0]).aliases.create(name="Port Authority", name_folded="port authority")
    client = logged_in(cast.editor)

    def found(query: str) -> list[int]:
        page = client.get(f"/desk/?{query}").content.decode()
        return [at for at, claim in enumerate(claims) if claim.statement in page]

    assert found("") == [0, 1, 2]
    assert found("topic=harbours") == [0]
    assert found("language=ar") == [1]
    assert found("speaker=ZOE") == [2]
    assert found("speaker=port+auth") == [0], "another name of the speaker is found too"
    assert found("topic=harbours&language=ar") == []
    assert found("section=in_review&speaker=zoe") == [2]
    assert found("topic=nothing-here&page=x&section=%00") == []
    page = client.get("/desk/?topic=harbours&speaker=Port").content.decode()
    assert '<option value="harbours" selected>' in page
    assert 'value="Port"' in page


def test_the_bar_counts_everything_whatever_narrows_the_queue(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    page = logged_in(cast.reviewer_a).get("/desk/?language=xx").content.decode()
    assert "Mine to rate (1)" in page
    assert "Nothing of this kind fits" in page


def test_a_long_section_is_cut_and_goes_on_page_by_page(
    cast: Any, logged_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SHOWN", 2)
    monkeypatch.setattr(queue, "PAGE", 2)
    rounds = [an_open_round(cast) for _ in range(5)]
    client = logged_in(cast.editor)
    page = client.get("/desk/?language=en").content.decode()
    assert "All 5" in page
    assert 'href="/desk/?section=in_review&amp;language=en"' in page
    seen = []
    for number in range(1, 4):
        page = client.get(f"/desk/?section=in_review&language=en&page={number}").content.decode()
        seen += [round_.claim_id for round_ in rounds if round_.claim.statement in page]
        more = f'href="/desk/?section=in_review&amp;page={number + 1}&amp;language=en"'
        assert (more in page) == (number < 3), "what narrows it is kept"
    assert seen == [round_.claim_id for round_ in rounds]
    assert rounds[4].claim.statement in client.get("/desk/?section=in_review&page=999999").content.decode()
    assert client.get("/desk/?section=rate").status_code == 200, "not a section of hers: everything is shown"


def test_tasks_have_an_age_and_a_day_by_which_they_are_due(cast: Any, logged_in: LogIn, noon: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    page = logged_in(cast.reviewer_a).get("/desk/").content.decode()
    assert "due on 9 March" in page
    noon.shift(timedelta(days=9))
    page = logged_in(cast.reviewer_a).get("/desk/").content.decode()
    assert "was due on 9 March" in page
    assert "for 1\xa0week, 2\xa0days" in page


@pytest.mark.parametrize("who", ["reviewer_a", "editor", "publisher", "adjudicator"])
def test_needs_no_more_queries_for_more_claims(cast: Any, logged_in: LogIn, who: str) -> None:
    client = logged_in(getattr(cast, who))
    counts: dict[str, list[int]] = {"/desk/": [], "/desk/?section=in_review&speaker=harbour": []}
    for _ in range(2):
        for _ in range(2):
            given(cast, an_open_round(cast), cast.reviewer_a)
            a_published_claim(cast)
        client.get("/desk/")
        for path, numbers in counts.items():
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            numbers.append(len(queries))
    for path, (few, many) in counts.items():
        assert few == many, path
        assert many < 60, path


def _sighting(claim: Claim, kind: str = "source_changed") -> Notice:
    citation = claim.citations.order_by("position")[0]
    return Notice.objects.create(
        claim=claim,
        kind=kind,
        text="Source 1 read differently at a passage quoted here.",
        citation=citation,
        put_up_at=timezone.now(),
    )


def test_a_source_that_changed_is_looked_at_again(cast: Any, logged_in: LogIn) -> None:
    notice = _sighting(a_published_claim(cast))
    client = logged_in(cast.editor)
    assert "Source 1 read differently" in client.get("/desk/?section=stale").content.decode()
    here = f"/desk/notices/{notice.public_id}/"
    assert "The verdict stands" in client.get(here).content.decode()
    assert client.post(here, {"reason": " "}).status_code == 400
    assert client.post(here, {"reason": "Only the year of the page changed."}).status_code == 302
    event = Event.objects.get(action="sighting_looked_at")
    assert (event.subject_id, event.reason) == (notice.public_id, "Only the year of the page changed.")
    assert "Source 1 read differently" not in client.get("/desk/?section=stale").content.decode()
    assert "Somebody has looked at this since" in client.get(here).content.decode()
    assert client.post(here, {"reason": "Again."}).status_code == 409
    assert logged_in(cast.reviewer_a).get(here).status_code == 403
    notice.refresh_from_db()
    assert notice.lifted_at is None, "the dated line stays"


def test_refuses_to_look_again_at_what_is_no_sighting(cast: Any) -> None:
    claim = a_published_claim(cast)
    recheck = Notice.objects.create(claim=claim, kind="rechecking", text="We look.", put_up_at=timezone.now())
    with pytest.raises(WrongState) as wrong:
        look_again(by=cast.editor, notice=recheck, reason="Why not.")
    assert wrong.value.code == "not_a_sighting"
    notice = _sighting(claim, "source_gone")
    with pytest.raises(WrongPerson):
        look_again(by=cast.reviewer_a, notice=notice, reason="I looked.")
    with pytest.raises(Several):
        look_again(by=cast.editor, notice=notice, reason="")


def test_takes_the_oldest_first_however_many_are_full(cast: Any, django_assert_max_num_queries: Any) -> None:
    from claims.services.assigning import take_next

    for _ in range(6):
        round_ = an_open_round(cast, quorum=1)
        given(cast, round_, cast.reviewer_a)
    young, old = an_open_round(cast), an_open_round(cast)
    Round.objects.filter(pk=old.pk).update(opened_at=timezone.now() - timedelta(days=3))
    with django_assert_max_num_queries(20):
        assert take_next(by=cast.reviewer_b).round == old
    assert take_next(by=cast.reviewer_b).round == young
