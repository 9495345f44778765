"""The page of a published claim says what its record says, and nothing else."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from claims.domain.record_parts import RecordReply, RecordWho, protected_source, record_date
from claims.domain.record_v1 import RecordLabels, RecordRevision, RecordWithdrawal, RevisionRecord
from claims.domain.sightings import sentence_of
from claims.models import Claim, Notice, RecordPart, Slug
from claims.services.indexing import reindex_state, veil_protected
from sources.models import Removal, Source
from tests.claims.presenters.records import a_citation, a_record, with_claim, with_source, with_verdict
from tests.claims.public.conftest import Publish
from tests.claims.public.states import settled
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def _words(client: Client, path: str) -> str:
    """The words of the page as they are read, without what marks their language."""
    return " ".join(html.fromstring(_page(client, path)).text_content().split())


def _json_ld(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_shows_verdict_chain_evidence_and_history(client: Client, put_up: Publish) -> None:
    path = put_up().path
    assert "<mark>handled 1.9 million containers</mark>" in _page(client, path)
    page = _words(client, path)
    for words in (
        "Mixed, by the sources cited",
        "Minister of ports, Government of Quillhaven",
        "said, 4 May 2017, a press conference",
        "Contradicts part a",
        "Supports part b (A)",
        "Silent on part b (B)",
        "1 source cited, 1 independent origin. The harbour office alone counts containers.",
        "Two reviewers, agreed, each rating blind",
        "Published: mixed",
        "Nobody was asked: The office answers no letters.",
    ):
        assert words in page


def test_an_unpublished_claim_has_no_page(client: Client, cast: Cast) -> None:
    claim = Claim.objects.create(statement="Not out yet.", created_by=cast.editor)
    Slug.objects.create(claim=claim, slug="not-out-yet")
    response = client.get("/claims/not-out-yet/")
    assert response.status_code == 404
    assert "Not out yet" not in response.content.decode()


def test_a_later_address_leads_to_the_first(client: Client, put_up: Publish) -> None:
    made = put_up()
    Slug.objects.create(claim=made.claim, slug="a-later-address", is_canonical=False)
    response = client.get("/claims/a-later-address/")
    assert (response.status_code, response["Location"]) == (301, made.path)


def test_json_ld_says_what_the_page_says(client: Client, put_up: Publish) -> None:
    made = put_up()
    page = _page(client, made.path)
    data = _json_ld(page)
    assert data["url"].endswith(made.path)
    assert data["claimReviewed"] == made.record.claim.statement
    assert data["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Mixed, by the sources cited",
        "ratingExplanation": "The number belongs to the year before.",
        "ratingValue": 3,
        "bestRating": 5,
        "worstRating": 1,
    }
    assert data["itemReviewed"]["author"] == {"@type": "Person", "name": "Ana Ruiz"}
    assert data["itemReviewed"]["datePublished"] == "2017-05-04"
    for words in (data["reviewRating"]["alternateName"], data["reviewRating"]["ratingExplanation"]):
        assert f">{words}<" in page


@pytest.mark.parametrize("attribution", ["said_something_else", "said_elsewhere", "cannot_be_established"])
def test_words_not_established_are_the_outlets_in_claimreview(
    client: Client, put_up: Publish, attribution: str
) -> None:
    made = put_up(with_verdict(a_record(), attribution=attribution))
    data = _json_ld(_page(client, made.path))
    assert data["itemReviewed"]["author"]["name"] == "The Quillhaven Lantern"


@pytest.mark.parametrize("support", ["conflicting_evidence", "not_enough_evidence", "not_checkable"])
def test_a_label_off_the_scale_has_no_number(client: Client, put_up: Publish, support: str) -> None:
    made = put_up(with_verdict(a_record(), support=support))
    page = _page(client, made.path)
    assert "ratingValue" not in _json_ld(page)["reviewRating"]
    assert 'class="scale"' not in page


def test_a_demonstration_says_so_everywhere_and_has_no_number(client: Client, put_up: Publish) -> None:
    made = put_up(with_claim(a_record(), demonstration=True))
    page = _page(client, made.path)
    data = _json_ld(page)
    assert "Demonstration: mixed, by the sources cited" in page
    assert '<meta name="robots" content="noindex">' in page
    assert data["author"]["name"] == "Demonstration, not a fact-checker"
    assert "ratingValue" not in data["reviewRating"]
    assert made.path not in _page(client, "/sitemap.xml")
    assert "Demonstration" in _page(client, "/feeds/verdicts.atom")


def test_hostile_words_are_inert(client: Client, put_up: Publish) -> None:
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}\u2028\u202eend"
    record = with_claim(replace(a_record(), headline=hostile, summary=hostile), statement=hostile, context=hostile)
    page = _page(client, put_up(record).path)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert _json_ld(page)["claimReviewed"] == hostile


def test_a_protected_source_gives_away_nothing(client: Client, put_up: Publish) -> None:
    record = with_source(a_record(), protected_source("Her life is in danger."), capture=None, passages=(), origin="",
                         note="", url_typed="", findings=())  # fmt: skip
    page = _page(client, put_up(record).path)
    assert "A source we cannot name" in page
    assert "Her life is in danger." in page


def test_a_source_protected_since_is_hidden_from_page_and_record(client: Client, put_up: Publish) -> None:
    made = put_up()
    source = made.record.citations[0].source
    Source.objects.filter(public_id=source.id).update(is_protected=True, protected_reason="Since then in danger.")
    page = _page(client, made.path)
    assert "Since then in danger." in page
    for told in (source.title, source.url, source.id, "1.9 million containers</mark>"):
        assert told not in page
    assert client.get(f"{made.path}record.json").status_code == 409
    assert client.get(f"/sources/{source.id}/").status_code == 404


def _own_words(record: RevisionRecord) -> RevisionRecord:
    """``record`` as the words of the outlet in which it appeared."""
    outlet = record.appearances[0].source
    who = RecordWho(kind="source", id=outlet.id, name=outlet.title)
    links = tuple(replace(link, who=who) if link.is_attributed else link for link in record.chain)
    return with_verdict(replace(record, chain=links), attribution="own_words")


def test_an_outlet_protected_since_is_named_by_no_door(client: Client, put_up: Publish) -> None:
    record = _own_words(a_record())
    outlet = record.appearances[0].source
    made = put_up(record)
    Source.objects.filter(public_id=outlet.id).update(is_protected=True, protected_reason="In danger since.")
    assert veil_protected() == 1
    assert veil_protected() == 0
    revision = f"/api/v1/revisions/{made.row.revision.public_id}/"
    for path in (made.path, f"{made.path}claimreview.json", f"/api/v1/claims/{made.claim.public_id}/", revision,
                 "/claims/", "/api/v1/claims/", "/feeds/verdicts.atom", "/sources/", "/api/v1/sources/"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200
        assert outlet.title not in answer.content.decode(), path
    assert made.path not in client.get("/search/", {"q": f'"{outlet.title}"'}).content.decode()


def test_an_earlier_revision_is_kept_back_once_its_source_is_protected(client: Client, put_up: Publish) -> None:
    first = put_up()
    dropped = first.record.citations[0]
    second = replace(
        first.record,
        citations=first.record.citations[1:],
        revision=replace(first.record.revision, number=2, kind="correction", note="It did not bear on it."),
    )
    put_up(second)
    Source.objects.filter(public_id=dropped.source.id).update(is_protected=True, protected_reason="In danger since.")
    earlier, latest = first.claim.revisions.order_by("number")
    answer = client.get(f"/api/v1/revisions/{earlier.public_id}/").json()
    assert (answer["record"], answer["text"]) == (None, None)
    assert client.get(f"/api/v1/revisions/{latest.public_id}/").json()["record"]


def test_reviewers_who_differ_are_both_shown_without_a_number(client: Client, put_up: Publish) -> None:
    differing = (
        RecordLabels(("A",), "said_it", "supported", "low"),
        RecordLabels(("B",), "said_something_else", "contradicted", "low"),
    )
    record = with_verdict(
        a_record(), attribution="", support="", confidence="", how="reviewers_differ", differing=differing
    )
    page = _page(client, put_up(record).path)
    assert "Reviewers differ" in page
    assert "Supported. Said it." in page
    assert "Contradicted. Said something else." in page
    assert "ratingValue" not in _json_ld(page)["reviewRating"]


def test_a_suspended_page_keeps_its_notice_and_hides_the_verdict(client: Client, put_up: Publish, cast: Cast) -> None:
    made = put_up()
    made.claim.publication_state = "suspended"
    made.claim.save(update_fields=["publication_state"])
    Notice.objects.create(
        claim=made.claim, kind="suspended", text="A source was forged.", put_up_by=cast.publisher,
        put_up_at=timezone.now(),
    )  # fmt: skip
    reindex_state(made.claim)
    page = _page(client, made.path)
    assert "A source was forged." in page
    assert made.record.claim.statement in page
    for hidden in ("ixed", made.record.headline, "1.9 million", "said by", "application/ld+json"):
        assert hidden not in page
    assert client.get(f"{made.path}record.json").status_code == 409
    assert client.get(f"{made.path}claimreview.json").status_code == 409
    for path in ("/", "/claims/", "/feeds/verdicts.atom", "/search/?q=harbour"):
        listed = _page(client, path)
        assert "uspended" in listed
        assert made.record.headline not in listed
        assert "Mixed, by" not in listed


def test_a_changed_verdict_stands_at_the_top_with_what_it_was(client: Client, put_up: Publish) -> None:
    first = a_record()
    put_up(first)
    changed = with_verdict(first, support="contradicted")
    at = "2026-03-09T12:00:00Z"
    note = "A better count was found."
    again = RecordRevision(2, "changed_verdict", note, at, first.revision.first_published_at)
    made = put_up(replace(changed, revision=again))
    page = _page(client, made.path)
    assert "The verdict changed" in page
    banner = html.fromstring(page).xpath("//*[@role='note']")[0].text_content()
    assert "Until then it read “mixed”. A better count was found." in banner
    assert "Revision 2: verdict changed from mixed to contradicted" in page
    assert "Changed verdict" in _page(client, "/corrections/")
    feed = _page(client, "/feeds/verdicts.atom")
    assert feed.count("<entry>") == 1
    assert "2026-03-09T12:00:00" in feed


def test_destroyed_words_read_as_removed(client: Client, put_up: Publish) -> None:
    made = put_up()
    parts = RecordPart.objects.filter(text="The number is of another year.")
    part = parts.get()
    now = timezone.now()
    removal = {"reason": "personal_data", "basis": "a request", "asked_at": now, "done_at": now}
    cast_by = {"asked_by": made.claim.created_by, "done_by": made.claim.revisions.get().approved_by}
    Removal.objects.create(subject_kind="recordpart", subject_id=part.public_id, **removal, **cast_by)
    parts.update(text="", salt="")
    page = _page(client, made.path)
    assert "[removed]" in page
    assert "another year" not in page


def test_a_removed_page_answers_with_its_ground(client: Client, put_up: Publish) -> None:
    made = put_up()
    now = timezone.now()
    Removal.objects.create(
        subject_kind="claim", subject_id=made.claim.public_id, reason="court_order", basis="an order", http_status=451,
        asked_by=made.claim.created_by, asked_at=now, done_by=made.claim.revisions.get().approved_by, done_at=now,
    )  # fmt: skip
    response = client.get(made.path)
    assert response.status_code == 451
    assert "an order of a court or authority" in response.content.decode()


def test_what_changed_nothing_is_not_sent_again(client: Client, put_up: Publish) -> None:
    path = put_up().path
    first = client.get(path)
    assert "no-cache" in first["Cache-Control"]
    assert "Set-Cookie" not in first
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_the_number_of_queries_does_not_grow_with_citations(
    client: Client, put_up: Publish, django_assert_max_num_queries: Any
) -> None:
    many = tuple(replace(a_citation(), number=number) for number in range(1, 13))
    path = put_up(replace(a_record(), citations=many)).path
    with django_assert_max_num_queries(14):
        client.get(path)


def test_it_is_shared_by_its_address_and_by_mail_without_telling_anybody(client: Client, put_up: Publish) -> None:
    made = put_up()
    page = _page(client, made.path)
    assert "Share this" in page
    assert f'<p class="cite">http://127.0.0.1:8000{made.path}</p>' in page
    assert 'href="mailto:?subject=' in page
    assert "&body=http%3A%2F%2F127.0.0.1" in page.replace("&amp;", "&")


def test_each_part_shows_by_word_and_shape_what_its_sources_say(client: Client, put_up: Publish) -> None:
    page = _page(client, put_up().path)
    assert re.search(r'class="found t-contradicted"><svg[^>]*>.*?</svg> 1 source contradicts\.', page)


def test_a_part_tells_of_sources_on_which_the_reviewers_differ(client: Client, put_up: Publish) -> None:
    """Part b of the record has one source that A and B read otherwise; nothing of it may go missing in a sum."""
    page = html.fromstring(_page(client, put_up().path))
    told = [" ".join(one.text_content().split()) for one in page.xpath("//*[contains(@class, 'found')]")]
    assert told == ["1 source contradicts.", "The reviewers differ on 1 source."]


def test_a_step_without_a_date_says_so_and_how_it_was_printed(client: Client, put_up: Publish) -> None:
    record = a_record()
    step = replace(record.chain[1], date=record_date("", "to the present"))
    assert "reported, undated, printed as “to the present”" in _words(
        client, put_up(replace(record, chain=(record.chain[0], step))).path
    )


def test_what_could_not_be_checked_is_not_said_to_be_so_by_the_sources(client: Client, put_up: Publish) -> None:
    page = _words(client, put_up(with_verdict(a_record(), support="could_not_be_checked")).path)
    assert "Could not be checked" in page
    assert "Could not be checked, by" not in page


def test_a_day_on_which_a_source_was_withdrawn_is_told_in_words(client: Client, put_up: Publish) -> None:
    withdrawn = RecordWithdrawal("The number was made up.", "2026-03-01")
    page = _words(client, put_up(replace(a_record(), citations=(a_citation(withdrawn=withdrawn),))).path)
    assert "Withdrawn on 1 March 2026: The number was made up." in page


def test_the_state_of_a_source_is_told_even_if_nobody_looked_again(client: Client, put_up: Publish) -> None:
    assert "Not looked at again since" in _page(client, put_up().path)


@pytest.mark.parametrize(
    ("deadline", "told"),
    [("2026-02-01T12:00:00Z", "No answer came by then."), ("2099-02-01T12:00:00Z", "No answer had")],
)
def test_no_answer_is_told_of_a_time_that_had_run_out_alone(
    client: Client, put_up: Publish, deadline: str, told: str
) -> None:
    asked = RecordReply("asked", "The harbour office", asked_at="2026-01-20T12:00:00Z", deadline_at=deadline)
    page = _words(client, put_up(replace(a_record(), reply=asked)).path)
    assert "The harbour office was asked for evidence on 20 January 2026, with time until 1 February" in page
    assert told in page
    assert ("No answer came by then." in page) == (deadline < "2027")


def test_what_the_desk_wrote_in_another_language_is_marked_as_such(
    client: Client, put_up: Publish, cast: Cast
) -> None:
    """WCAG 2.2, 3.1.2: notes, history and banners of a claim in Spanish, on a page in English."""
    first = with_claim(a_record(), language="es")
    citation = first.citations[0]
    noted = replace(citation, findings=(replace(citation.findings[0], note="La tabla 2."), *citation.findings[1:]))
    put_up(replace(first, citations=(noted, *first.citations[1:])))
    change = RecordRevision(2, "changed_verdict", "Nueva tabla.", "2026-04-01T12:00:00Z", first.revision.published_at)
    changed = with_verdict(replace(first, citations=(noted, *first.citations[1:])), support="supported")
    made = put_up(replace(changed, revision=change))
    by_hand = {"claim": made.claim, "kind": "late_reply", "put_up_at": timezone.now()}
    Notice.objects.create(text="Respondió tarde.", put_up_by=cast.publisher, **by_hand)
    Notice.objects.create(text="Source 1 is gone.", **{**by_hand, "kind": "source_gone"})
    page = html.fromstring(_page(client, made.path))
    marked = {words: set(page.xpath(f"//*[normalize-space(text())='{words}']/@lang")) for words in (
        "La tabla 2.", "Nueva tabla.", "Respondió tarde.", "Source 1 is gone.")}  # fmt: skip
    assert marked == {
        "La tabla 2.": {"es"}, "Nueva tabla.": {"es"}, "Respondió tarde.": {"es"}, "Source 1 is gone.": {"en"}
    }  # fmt: skip
    banner = page.xpath("//*[@role='note'][contains(., 'The verdict changed')]")[0]
    assert "Until then it read" in banner.xpath("string(.//p[2]/text()[1])")
    assert banner.xpath(".//bdi/@lang") == ["es"]


def test_sentences_of_ours_keep_the_language_of_the_words_in_them(client: Client, put_up: Publish) -> None:
    """WCAG 2.2, 3.1.2: origins, warnings, reply, interests, settlement, appearance and chain of a claim in Spanish."""
    record = settled()
    citation = replace(record.citations[0], capture=None, passages=(), unobtainable_reason="No hubo acta.")
    told = RecordReply("not_asked", reason="Ya respondió.")
    path = put_up(replace(record, citations=(citation,), reply=told)).path
    page = html.fromstring(_page(client, path))
    for words in (
        "Nadie más lo cuenta.",
        "No hubo acta.",
        "Ya respondió.",
        "Mi hermano trabaja allí.",
        "No decide nada.",
        "El año es otro.",
        "It is behind a paywall.",
        "Minister of ports",
    ):
        languages = {one.get("lang") for one in page.iter() if isinstance(one.tag, str) and one.text == words}
        assert languages == {"es"}, words
    assert "Nobody was asked: Ya respondió." in _words(client, path)


def test_a_notice_that_nobody_wrote_is_told_in_the_readers_language(client: Client, put_up: Publish) -> None:
    made = put_up()
    text = sentence_of("source_gone", number=1, on=date(2026, 3, 9))
    Notice.objects.create(claim=made.claim, kind="source_gone", text=text, put_up_at=timezone.now())
    assert text in _page(client, made.path)
    spanish = html.fromstring(_page(client, f"{made.path}?lang=es"))
    line = spanish.xpath("//*[@class='history']//p[contains(., 'La fuente 1 ya no estaba')]")[0]
    assert "el 9 de marzo de 2026" in line.text
    assert line.get("lang") is None, "it is in the language of the page"
